namespace Lifecycle.Scenarios;

/// <summary>What happens to upstream events on their way.</summary>
sealed class EventFaults
{
    readonly Dictionary<string, TimeSpan> late = new(StringComparer.Ordinal);
    readonly Dictionary<string, double> lost = new(StringComparer.Ordinal);
    readonly Random random = new(1);
    readonly HashSet<string> doubled = new(StringComparer.Ordinal);

    public void Delay(string @event, TimeSpan by) => late[@event] = by;

    public void Lose(string @event, bool lose, double share)
    {
        lost.Remove(@event);
        if (lose)
        {
            lost.Add(@event, share);
        }
    }

    public void Double(string @event, bool @double) => _ = @double ? doubled.Add(@event) : doubled.Remove(@event);

    /// <summary>After which waits the event arrives: none, one, or two.</summary>
    public IReadOnlyList<TimeSpan> Arrivals(string @event)
    {
        var share = lost.GetValueOrDefault(@event, lost.GetValueOrDefault("*"));
        if (share >= 1 || (share > 0 && random.NextDouble() < share))
        {
            return [];
        }

        var delay = late.GetValueOrDefault(@event);
        return doubled.Contains(@event) ? [delay, TimeSpan.Zero] : [delay];
    }
}

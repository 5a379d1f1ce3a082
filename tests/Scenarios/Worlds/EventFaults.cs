namespace Lifecycle.Scenarios;

/// <summary>What happens to upstream events on their way.</summary>
sealed class EventFaults
{
    readonly Dictionary<string, TimeSpan> late = new(StringComparer.Ordinal);
    readonly HashSet<string> lost = new(StringComparer.Ordinal);
    readonly HashSet<string> doubled = new(StringComparer.Ordinal);

    public void Delay(string @event, TimeSpan by) => late[@event] = by;

    public void Lose(string @event, bool lose) => _ = lose ? lost.Add(@event) : lost.Remove(@event);

    public void Double(string @event, bool @double) => _ = @double ? doubled.Add(@event) : doubled.Remove(@event);

    /// <summary>After which waits the event arrives: none, one, or two.</summary>
    public IReadOnlyList<TimeSpan> Arrivals(string @event)
    {
        if (lost.Contains(@event))
        {
            return [];
        }

        var delay = late.GetValueOrDefault(@event);
        return doubled.Contains(@event) ? [delay, TimeSpan.Zero] : [delay];
    }
}

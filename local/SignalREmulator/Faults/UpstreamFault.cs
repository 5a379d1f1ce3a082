namespace Lifecycle.Local.SignalR;

/// <summary>What happens to an upstream event.</summary>
public enum UpstreamFaultKind
{
    /// <summary>It never arrives; a lost <c>connected</c> counts as accepted, a lost call fails.</summary>
    Lose,

    /// <summary>It arrives later, overtaken by what follows unless the order is kept.</summary>
    Delay,

    /// <summary>It arrives twice.</summary>
    Duplicate,

    /// <summary>It arrives after the next event of the same user (or anonymous connection).</summary>
    Swap
}

/// <summary>A rule for upstream events. The first rule that matches and fires takes the event.</summary>
public sealed record UpstreamFault
{
    /// <summary>What happens.</summary>
    public required UpstreamFaultKind Kind { get; init; }

    /// <summary>The event's name without case: <c>connected</c>, <c>disconnected</c>, a hub method, or <c>*</c> for any.</summary>
    public string Event { get; init; } = "*";

    /// <summary>Only events of this hub; null for all.</summary>
    public string? Hub { get; init; }

    /// <summary>Only events of this user; null for all.</summary>
    public string? UserId { get; init; }

    /// <summary>How many events it takes before it is used up; null for no limit.</summary>
    public int? Count { get; init; }

    /// <summary>The chance that a matching event is taken, from 0 to 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>
    /// How late a delayed event arrives, how long after the first the second of a duplicated one does, and how long a swapped one waits
    /// for the next at most (zero: ten seconds).
    /// </summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether a delay holds up the connection's later events too.</summary>
    public bool KeepOrder { get; init; }

    /// <summary>Says what is wrong with the rule; null for nothing.</summary>
    public string? Problem() => Probability is < 0 or > 1 || double.IsNaN(Probability) ? "The probability must be from 0 to 1."
        : Count is < 1 ? "The count must be at least 1."
        : Delay < TimeSpan.Zero || Delay > TimeSpan.FromDays(1) ? "The delay must be from 0 to one day."
        : Kind == UpstreamFaultKind.Delay && Delay == TimeSpan.Zero ? "A delay needs a delay."
        : string.IsNullOrEmpty(Event) ? "The event must have a name, or * for any."
        : null;

    internal bool Matches(UpstreamEvent @event)
        => (Event == "*" || Event.Equals(@event.Name, StringComparison.OrdinalIgnoreCase))
            && (Hub is null || Hub.Equals(@event.Session.Identity.Hub, StringComparison.OrdinalIgnoreCase))
            && (UserId is null || UserId == @event.Session.Identity.UserId);
}

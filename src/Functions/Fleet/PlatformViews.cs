namespace Lifecycle.Functions.Fleet;

/// <summary>How Lifecycle itself and what it stands on fare.</summary>
/// <param name="Canary">Whether clients can open sockets at the SignalR service, as this instance sees it.</param>
/// <param name="Timers">How late durable timers are.</param>
/// <param name="Sweep">The last sweep; absent when there was none.</param>
/// <param name="Outbox">What waits to be told to the platform.</param>
/// <param name="EngineLagMs">How far the durable engine is behind; absent when it does not say.</param>
sealed record PlatformView(CanaryView Canary, TimersView Timers, SweepView? Sweep, OutboxView Outbox, long? EngineLagMs)
{
    public static PlatformView Of(FleetState fleet, CanaryView canary, TimeSpan? engineLag) => new(
        canary,
        new TimersView(fleet.WorstLateMs()),
        fleet.Last is { } last ? new SweepView(last.At, last.TookMs, last.States.Total, last.Asked, last.Left) : null,
        new OutboxView(fleet.Last?.Waiting ?? 0, fleet.Last?.OldestMs ?? 0),
        engineLag is { } lag ? (long)lag.TotalMilliseconds : null);
}

/// <summary>Whether clients can open sockets at the SignalR service.</summary>
/// <param name="Works">Whether they can; absent when nobody has looked, or looking is turned off.</param>
/// <param name="Since">Since when that is so; absent when it has never been otherwise, as far as is known.</param>
/// <param name="At">When somebody looked for this or for the health last; absent for never.</param>
sealed record CanaryView(bool? Works, DateTimeOffset? Since, DateTimeOffset? At)
{
    public static CanaryView Of(ServiceSight sight, DateTimeOffset? seenAt) => sight.Open is null
        ? new(null, null, null)
        : sight.IsAway ? new(!sight.IsOutOfReach, sight.IsOutOfReach ? sight.AwaySince : sight.ProvenFrom, sight.AwayAt)
        : new(true, sight.AwayAt, seenAt);
}

/// <summary>How late durable timers are.</summary>
/// <param name="LateMs">By how many milliseconds a timer was late at worst that had not run when a sweep of the last minutes read its session.</param>
sealed record TimersView(long LateMs);

/// <summary>A sweep.</summary>
/// <param name="At">When it began.</param>
/// <param name="TookMs">How long it took.</param>
/// <param name="Sessions">How many app sessions it found.</param>
/// <param name="Asked">About how many it asked the SignalR service.</param>
/// <param name="Left">How many it left to the next one.</param>
sealed record SweepView(DateTimeOffset At, int TookMs, int Sessions, int Asked, int Left);

/// <summary>What waits to be told to the platform.</summary>
/// <param name="Waiting">How many events and dead letters.</param>
/// <param name="OldestAgeMs">How old the oldest is; 0 for none.</param>
sealed record OutboxView(int Waiting, long OldestAgeMs);

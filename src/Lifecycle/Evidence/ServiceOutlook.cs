using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>
/// What one process makes of what it has seen of the SignalR service: a value, as pure as the rules. Whoever looks holds it, and tells it each look and what
/// becomes of clients. Times of one process are spans since any moment, by a clock that nobody sets; <c>now</c> is UTC.
/// </summary>
public sealed record ServiceOutlook
{
    /// <summary>Nobody has looked.</summary>
    public static ServiceOutlook Unknown { get; } = new();

    /// <summary>What was seen.</summary>
    public ServiceSight Sight { get; init; } = ServiceSight.Unknown;

    /// <summary>When somebody looked last; null for never.</summary>
    public TimeSpan? LookedAt { get; init; }

    /// <summary>While the service is away: when a client was sent there last all the same, or when it was first seen away.</summary>
    public TimeSpan TriedAt { get; init; }

    /// <summary>Whether this process has ever seen a socket open, of its own or of a client.</summary>
    public bool HasOpened { get; init; }

    /// <summary>When clients lost their sockets last, the newest last; at most one more than <see cref="CanarySchedule.Crowd"/>.</summary>
    public ImmutableArray<TimeSpan> Losses { get; init; } = [];

    /// <summary>Whether what was seen last is good enough for whoever asks.</summary>
    public bool IsFresh(TimeSpan at) => at - LookedAt < CanarySchedule.Shared;

    /// <summary>Somebody has looked. Until now clients were told to come later: the grace window from now on is theirs, too.</summary>
    public ServiceOutlook Looked(bool opens, TimeSpan at, DateTimeOffset now) => (opens, Sight.IsAway) switch
    {
        (true, var wasAway) => this with { LookedAt = at, HasOpened = true, Sight = new ServiceSight(Open: true, wasAway ? now : Sight.AwayAt) },
        (false, true) => this with { LookedAt = at, Sight = Sight with { AwayAt = now } },
        (false, false) => this with { LookedAt = at, TriedAt = at, Sight = new ServiceSight(Open: false, AwayAt: now) { AwaySince = now } },
    };

    /// <summary>A client has opened a socket. If it was sent there since looks fail, it proves that the service is there.</summary>
    /// <param name="negotiatedAt">When it was sent there; null when that is not known.</param>
    public ServiceOutlook Attached(DateTimeOffset? negotiatedAt) => Sight.IsAway && negotiatedAt > Sight.AwaySince
        ? this with { HasOpened = true, Sight = Sight with { ProvenFrom = Sight.ProvenFrom ?? negotiatedAt, ProvenAt = Rules.Later(Sight.ProvenAt, negotiatedAt) } }
        : HasOpened ? this : this with { HasOpened = true };

    /// <summary>A client has lost its socket.</summary>
    public ServiceOutlook Lost(TimeSpan at) => this with { Losses = [.. Losses.TakeLast(CanarySchedule.Crowd), at] };

    /// <summary>Whether so many lost theirs within a second that somebody had better look.</summary>
    public bool IsCrowd => Losses.Length > CanarySchedule.Crowd && Losses[^1] - Losses[0] < CanarySchedule.CrowdWithin;

    /// <summary>
    /// Whether a client is to be sent there, and what is known after it. Not while the service is away, but for one in <see cref="CanarySchedule.Trial"/>: if it is this process that
    /// cannot reach the service, behind a new firewall say, that client gets through and proves it. Where a look never found it open, or clients get through, all are.
    /// </summary>
    public (ServiceOutlook After, bool IsTaken) Asked(TimeSpan at)
    {
        if (!Sight.IsAway || !HasOpened || Sight.ProvenFrom is not null)
        {
            return (this, true);
        }

        return at - TriedAt < CanarySchedule.Trial ? (this, false) : (this with { TriedAt = at }, true);
    }
}

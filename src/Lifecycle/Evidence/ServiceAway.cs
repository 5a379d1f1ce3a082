namespace Lifecycle;

/// <summary>What an app server is told that wants to attach while no client can open a socket at the SignalR service.</summary>
public static class ServiceAway
{
    /// <summary>The shortest wait that it is told.</summary>
    public static readonly TimeSpan Soonest = TimeSpan.FromSeconds(1);

    /// <summary>The longest, in seconds, whatever the grace window.</summary>
    public const int LatestSeconds = 8;

    /// <summary>
    /// When it is to ask again: apps come back in slots and not as a crowd. In whole seconds, since the header knows no others; within the grace window that
    /// everybody has once the service is back, with time to attach; and not much longer than the service has been away, for a short outage must not be made longer. A second more
    /// is the client's own jitter.
    /// </summary>
    /// <param name="id">Who asks: derives the slot.</param>
    /// <param name="policy">The app's policy.</param>
    /// <param name="sight">What is known of the service.</param>
    /// <param name="now">The time, UTC.</param>
    public static TimeSpan RetryAfter(AppSessionId id, Policy policy, ServiceSight sight, DateTimeOffset now)
    {
        var awayFor = Math.Max(0, Math.Floor((now - sight.AwaySince)?.TotalSeconds ?? 0));
        var latest = Math.Min(Math.Clamp((policy.ReconnectGraceMs / 1_000) - 2, 1, LatestSeconds), 1 + awayFor);
        return Soonest * (1 + Math.Floor(StableHash.Uniform(id, "service_away", (int)now.ToUnixTimeSeconds()) * latest));
    }
}

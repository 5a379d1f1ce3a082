namespace Lifecycle;

/// <summary>What an app server is told that wants to attach while no client can open a socket at the SignalR service.</summary>
public static class ServiceAway
{
    /// <summary>The shortest wait that it is told.</summary>
    public static readonly TimeSpan Soonest = TimeSpan.FromSeconds(1);

    /// <summary>
    /// When it is to ask again: in whole seconds, since the header knows no others, and within the grace window that everybody has once the service is back, with
    /// time to attach. A second more is the client's own jitter.
    /// </summary>
    /// <param name="policy">The app's policy.</param>
    /// <param name="awayFor">For how long the service has been away: a short outage must not be made longer. Negative for not known, as zero.</param>
    /// <param name="random">Uniform in [0, 1): apps come back in slots and not as a crowd.</param>
    public static TimeSpan RetryAfter(Policy policy, TimeSpan awayFor, double random)
    {
        var latest = Math.Min(Math.Clamp((policy.ReconnectGraceMs / 1_000) - 2, 1, 8), 1 + Math.Max(0, Math.Floor(awayFor.TotalSeconds)));
        return Soonest * (1 + Math.Floor(random * latest));
    }
}

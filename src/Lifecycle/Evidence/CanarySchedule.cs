namespace Lifecycle;

/// <summary>When the canary looks whether clients can open sockets at the SignalR service.</summary>
public static class CanarySchedule
{
    /// <summary>How long what a look has seen counts for whoever asks in the same process.</summary>
    public static readonly TimeSpan Shared = TimeSpan.FromSeconds(2);

    /// <summary>While the service is away one client in so long is sent there all the same: if it gets through it is this process that cannot.</summary>
    public static readonly TimeSpan Trial = TimeSpan.FromSeconds(5);

    /// <summary>How long an app that opened a socket speaks for the service against a canary that finds it away.</summary>
    public static readonly TimeSpan Proof = TimeSpan.FromSeconds(30);

    /// <summary>So many sockets lost within <see cref="CrowdWithin"/> are a reason to look sooner: few are, whatever is true.</summary>
    public const int Crowd = 10;

    /// <summary>See <see cref="Crowd"/>.</summary>
    public static readonly TimeSpan CrowdWithin = TimeSpan.FromSeconds(1);

    static readonly TimeSpan atFirst = TimeSpan.FromSeconds(1);
    static readonly TimeSpan later = TimeSpan.FromSeconds(2);
    static readonly TimeSpan first = TimeSpan.FromMinutes(15);

    /// <summary>How long to wait for the next look while the service is away: a second, after 15 minutes two, and a fifth more or less.</summary>
    /// <param name="awayFor">Since when it has been away.</param>
    /// <param name="uniform">At least 0 and below 1: processes that lost it together do not look together for ever.</param>
    public static TimeSpan Wait(TimeSpan awayFor, double uniform) => (awayFor < first ? atFirst : later) * (0.8 + (0.4 * uniform));
}

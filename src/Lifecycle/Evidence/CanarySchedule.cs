namespace Lifecycle;

/// <summary>When the canary looks whether clients can open sockets at the SignalR service.</summary>
public static class CanarySchedule
{
    /// <summary>How long what a look has seen counts for whoever asks in the same process.</summary>
    public static readonly TimeSpan Shared = TimeSpan.FromSeconds(2);

    static readonly TimeSpan atFirst = TimeSpan.FromSeconds(1);
    static readonly TimeSpan later = TimeSpan.FromSeconds(2);
    static readonly TimeSpan first = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for the next look while the service is away: a second, after five minutes two, and a fifth more or less.</summary>
    /// <param name="awayFor">Since when it has been away.</param>
    /// <param name="uniform">At least 0 and below 1: processes that lost it together do not look together for ever.</param>
    public static TimeSpan Wait(TimeSpan awayFor, double uniform) => (awayFor < first ? atFirst : later) * (0.8 + (0.4 * uniform));
}

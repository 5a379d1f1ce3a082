namespace Lifecycle.Entities;

/// <summary>Whether clients can open sockets at the SignalR service now, as this process sees it (the canary of docs/evidence.md).</summary>
public interface IServiceWatch
{
    /// <summary>What was seen last, without a look.</summary>
    ServiceSight Last { get; }

    /// <summary>Looks, unless somebody has within the last 2 s: then that answer is shared. Never throws; while the service is away it answers at once.</summary>
    ValueTask<ServiceSight> LookAsync(CancellationToken cancellation);

    /// <summary>
    /// Whether this client is worth being sent there: not while the service is away, but for one every few seconds. Where one gets through all the same, or where this
    /// process has never seen it take one, all are.
    /// </summary>
    bool TakesClient();

    /// <summary>A client of ours has opened a socket: whatever this process sees, clients can.</summary>
    /// <param name="negotiatedAt">When it was sent there; null when that is not known.</param>
    void Attached(DateTimeOffset? negotiatedAt);

    /// <summary>A client of ours has lost its socket. Many within a second are a reason to look sooner.</summary>
    void Lost();

    /// <summary>
    /// Has a handler called each time when the service is back, with the time at which that was seen; not for the first look of all. Handlers
    /// are called one after the other, and never twice at once. What they throw is logged.
    /// </summary>
    /// <param name="handler">Its token ends when the host stops.</param>
    void OnBack(Func<DateTimeOffset, CancellationToken, Task> handler);

    /// <summary>Has somebody look in the background, unless that was done within the last 2 s.</summary>
    void Suspect();
}

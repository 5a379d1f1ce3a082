using System.Collections.Concurrent;

namespace Lifecycle.Local.SignalR;

/// <summary>One timer for all sockets: pings those that are idle and ends those that have been silent for too long.</summary>
sealed class KeepAlive : IDisposable
{
    readonly ConcurrentDictionary<ClientSession, SocketSink> sockets = new();
    readonly SignalRServiceOptions options;
    readonly ITimer timer;

    public KeepAlive(SignalRServiceOptions options)
    {
        this.options = options;
        var shortest = options.KeepAliveInterval < options.ClientTimeout ? options.KeepAliveInterval : options.ClientTimeout;
        var period = TimeSpan.FromTicks(Math.Clamp(shortest.Ticks / 4, TimeSpan.FromMilliseconds(20).Ticks, TimeSpan.FromSeconds(1).Ticks));
        timer = options.TimeProvider.CreateTimer(static state => ((KeepAlive)state!).Scan(), this, period, period);
    }

    /// <summary>Whether the server is on its way down, and takes no more sockets.</summary>
    public bool IsStopped { get; private set; }

    public void Add(ClientSession session, SocketSink sink) => sockets[session] = sink;

    public void Remove(ClientSession session) => sockets.TryRemove(session, out _);

    public void Dispose()
    {
        IsStopped = true;
        timer.Dispose();
    }

    void Scan()
    {
        foreach (var (session, sink) in sockets)
        {
            if (sink.SinceReceived > options.ClientTimeout)
            {
                session.Close("The client has been silent for too long.", allowReconnect: true);
            }
            else if (sink.SinceSent >= options.KeepAliveInterval)
            {
                sink.SendPing();
            }
        }
    }
}

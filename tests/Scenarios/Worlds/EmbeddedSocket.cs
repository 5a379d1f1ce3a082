using Lifecycle.Local.SignalR;

namespace Lifecycle.Scenarios;

/// <summary>A SignalR client without a socket, as an app server's socket.</summary>
sealed class EmbeddedSocket : IAppSocket
{
    public EmbeddedSocket(VirtualClient client, TimeSpan ackWithin, IAppSocketEvents events)
    {
        (Client, AckWithin) = (client, ackWithin);
        client.Invoked += (target, arguments) => AppTargets.Tell(this, events, target, arguments[0]);
        client.Closed += closed => events.OnClosed(this, closed.Error);
    }

    public VirtualClient Client { get; }

    public TimeSpan AckWithin { get; }

    public bool IsOpen => Client.IsConnected;

    public Task DropAsync()
    {
        Client.Drop();
        return Task.CompletedTask;
    }

    public Task SetSubscriptionsAsync(IReadOnlyList<string> streams, int version) => Send("setSubscriptions", streams, version);

    public Task ReleaseAsync() => Send("release");

    public Task InitAsync(string instanceId) => Send("init", new { reconnect = true, instanceId });

    public Task HandOverAsync() => Send("handOver");

    public Task DoneAsync(long seq, bool isLast) => Send("done", new { seq, last = isLast });

    Task Send(string method, params object?[] arguments)
    {
        if (IsOpen)
        {
            Client.Send(method, arguments);
        }

        return Task.CompletedTask;
    }
}

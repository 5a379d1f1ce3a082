using System.Collections.Immutable;
using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Outages.Strategies;

/// <summary>The real rules of sessions and apps, in the world in which the scenarios drive them.</summary>
sealed class LifecycleStrategy(RulesWorld world) : IStrategy
{
    public Func<AppWebhook, Task<int>> Webhooks
    {
        set => world.Webhooks = call => value(new AppWebhook(call.Id, call.Type == "resurrection_request"));
    }

    public Task RegisterAsync(string package) => world.RegisterAsync(package, new PolicyOverrides());

    public Task StartAsync(AppSessionId id, bool foreground) => world.StartAsync(id, foreground);

    public async Task<IStrategySocket?> AttachAsync(AppSessionId id, string instanceId, bool hasState, IStrategyClient client)
    {
        var events = new Events(client);
        var socket = await world.AttachAsync(id, new AttachAs(instanceId, hasState ? true : null), events);
        return socket is null ? null : new Socket(socket);
    }

    public async Task<DateTimeOffset?> GivenUpAtAsync(AppSessionId id) =>
        await world.ReadAsync(id) is { State: AppState.Evicted } session ? session.Trail[^1].At : null;

    sealed class Socket(IAppSocket socket) : IStrategySocket
    {
        public Task DropAsync() => socket.DropAsync();
    }

    sealed class Events(IStrategyClient client) : IAppSocketEvents
    {
        public void OnAck(IAppSocket socket, AckSeen ack) => client.OnAttached();

        public void OnSubscriptions(IAppSocket socket, bool accepted, ImmutableArray<string> streams, int version)
        {
            // The apps of the traces subscribe to nothing.
        }

        public void OnMessage(IAppSocket socket, long seq, string body)
        {
            // Nobody posts to them,
        }

        public void OnPublished(IAppSocket socket, string stream, int number)
        {
            // and nobody publishes.
        }

        public void OnClosed(IAppSocket socket, string? reason) => client.OnClosed();
    }
}

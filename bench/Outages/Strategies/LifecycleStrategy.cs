using System.Collections.Immutable;
using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Outages.Strategies;

/// <summary>The real rules of sessions and apps, in a world in which the scenarios drive them, and apps that say what the SDKs say.</summary>
sealed class LifecycleStrategy(IWorld world, PolicyOverrides? policy = null, bool asksHealth = false) : IStrategy
{
    public Func<AppWebhook, Task<WebhookReply>> Webhooks
    {
        set => world.Webhooks = call => value(new AppWebhook(call.Id, call.Type == "resurrection_request", KeepsHeld: true));
    }

    public Func<string, int> Health
    {
        set => world.HealthOf = package => asksHealth ? value(package) : null;
    }

    public Task RegisterAsync(string package) => world.RegisterAsync(package, policy ?? new PolicyOverrides());

    public Task StartAsync(AppSessionId id, bool foreground) => world.StartAsync(id, foreground);

    public async Task<StrategyOutcome> AttachAsync(AppSessionId id, StrategyAttempt attempt, IStrategyClient client)
    {
        var saying = new AttachAs(
            attempt.InstanceId, attempt.HasState ? true : null, Attempt: attempt.Number, ConnectRefused: attempt.ConnectRefused, IsBlocked: attempt.IsBlocked);
        var outcome = await world.AttachAsync(id, saying, new Events(client));
        return new(outcome.Socket is { } socket ? new Socket(socket) : null, outcome.RetryAfter, outcome.ConnectRefused);
    }

    public void AcceptConnections(bool accept) => world.AcceptConnections(accept);

    public Task BeAwayAsync(TimeSpan duration) => world.KillHostAsync(duration);

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

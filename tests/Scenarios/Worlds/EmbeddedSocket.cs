using System.Collections.Immutable;
using System.Text.Json;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Scenarios;

/// <summary>A SignalR client without a socket, as an app server's socket.</summary>
sealed class EmbeddedSocket : IAppSocket
{
    public EmbeddedSocket(VirtualClient client, TimeSpan ackWithin, IAppSocketEvents events)
    {
        (Client, AckWithin) = (client, ackWithin);
        client.Invoked += (target, arguments) => OnInvoked(events, target, arguments[0]);
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

    void OnInvoked(IAppSocketEvents events, string target, JsonElement payload)
    {
        switch (target)
        {
            case "ack":
                events.OnAck(this, AckOf(payload));
                break;
            case "message":
                events.OnMessage(this, payload.GetProperty("seq").GetInt64(), payload.GetProperty("body").GetString()!);
                break;
            case EmbeddedWorld.PublishTarget:
                events.OnPublished(this, payload.GetProperty("stream").GetString()!, payload.GetProperty("number").GetInt32());
                break;
            case "superseded":
                events.OnSuperseded(this, payload.TryGetProperty("handedOver", out var handedOver) && handedOver.GetBoolean());
                break;
            case "tell":
                events.OnTell(this);
                break;
            case "move":
                events.OnMove(this, TimeSpan.FromMilliseconds(payload.GetProperty("afterMs").GetInt64()));
                break;
            case "subscriptions":
                events.OnSubscriptions(this, payload.GetProperty("accepted").GetBoolean(), Streams(payload), Version(payload));
                break;
        }
    }

    static AckSeen AckOf(JsonElement payload) => new(
        payload.GetProperty("resumed").GetBoolean(),
        Streams(payload),
        Version(payload),
        payload.GetProperty("token").GetString(),
        payload.GetProperty("seq").GetInt64(),
        payload.GetProperty("initWanted").GetBoolean());

    static ImmutableArray<string> Streams(JsonElement payload) =>
        [.. payload.GetProperty("subscriptions").EnumerateArray().Select(s => s.GetString()!)];

    static int Version(JsonElement payload) => payload.GetProperty("subscriptionsVersion").GetInt32();
}

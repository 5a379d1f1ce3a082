using System.Collections.Immutable;
using System.Text.Json;
using Lifecycle.Scenarios.Http;

namespace Lifecycle.Scenarios;

/// <summary>What Lifecycle says to an app server, read from its invocations: the same for every kind of socket.</summary>
static class AppTargets
{
    public static readonly ImmutableArray<string> All = ["ack", "message", "subscriptions", "superseded", "tell", "move", EmbeddedWorld.PublishTarget];

    public static void Tell(IAppSocket socket, IAppSocketEvents events, string target, JsonElement payload)
    {
        switch (target)
        {
            case "ack":
                events.OnAck(socket, AckOf(payload));
                break;
            case "message":
                events.OnMessage(socket, payload.GetProperty("seq").GetInt64(), payload.GetProperty("body").GetString()!);
                break;
            case EmbeddedWorld.PublishTarget:
                events.OnPublished(socket, payload.GetProperty("stream").GetString()!, payload.GetProperty("number").GetInt32());
                break;
            case "superseded":
                events.OnSuperseded(socket, payload.TryGetProperty("handedOver", out var handedOver) && handedOver.GetBoolean());
                break;
            case "tell":
                events.OnTell(socket);
                break;
            case "move":
                events.OnMove(socket, TimeSpan.FromMilliseconds(payload.GetProperty("afterMs").GetInt64()));
                break;
            case "subscriptions":
                events.OnSubscriptions(socket, payload.GetProperty("accepted").GetBoolean(), Streams(payload), Version(payload));
                break;
        }
    }

    static AckSeen AckOf(JsonElement payload) => new(
        payload.GetProperty("resumed").GetBoolean(),
        Streams(payload),
        Version(payload),
        LifecycleApi.Text(payload, "token"),
        payload.GetProperty("seq").GetInt64(),
        payload.GetProperty("initWanted").GetBoolean());

    static ImmutableArray<string> Streams(JsonElement payload) =>
        [.. payload.GetProperty("subscriptions").EnumerateArray().Select(s => s.GetString()!)];

    static int Version(JsonElement payload) => payload.GetProperty("subscriptionsVersion").GetInt32();
}

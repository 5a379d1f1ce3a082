using System.Text.Json.Nodes;
using Lifecycle.Sdk;

namespace Lifecycle.Doctor.Tests.WireData;

/// <summary>What goes over the connections that an app's processes hold for its webhooks: the hub <c>relay</c>.</summary>
static class RelaySchemas
{
    static readonly System.Reflection.Assembly functions = typeof(Functions.LifecycleApp).Assembly, sdk = typeof(AppServer).Assembly;

    /// <summary>What a process asks the relay's negotiate, and what it is answered.</summary>
    public static IReadOnlyList<WireSchema> Negotiation { get; } =
    [
        new("relayNegotiateRequest", "The body of the relay's negotiate. Every field may come in the query or in a header instead.", In(functions, "Lifecycle.Functions.Relay.RelayNegotiateBody")) { IsClosed = true, WritesNulls = true },
        new("relayNegotiateAnswer", "Where a process connects that takes webhooks; further fields may be present.", In(functions, "Lifecycle.Functions.Relay.RelayNegotiateAnswer")),
    ];

    /// <summary>The one SignalR invocation to a process.</summary>
    public static WireSchema Webhook { get; } = new("relayedWebhook", "A webhook, as it is put to a process over its connection.", In(functions, "Lifecycle.Functions.Relay.RelayMessage"), WebhookOf)
    {
        Says = (string)In(functions, "Lifecycle.Functions.Relay.RelayMessage").GetField("Target")!.GetRawConstantValue()!,
    };

    /// <summary>Hub methods: the array of arguments, by method.</summary>
    public static IReadOnlyList<WireSchema> FromProcess { get; } =
    [
        Word("ready", "The arguments of ready: none, or one object. The process takes webhooks."),
        Word("leaving", "The arguments of leaving: none, or one object. The process takes no more webhooks."),
        new("answer", "The arguments of answer: what a process says to a webhook.", In(sdk, "Lifecycle.Sdk.Relay.RelayAnswerPayload"), AnswerOf),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WireSchema> All { get; } = [.. Negotiation, Webhook, .. FromProcess];

    static Type In(System.Reflection.Assembly assembly, string name) => assembly.GetType(name, throwOnError: true)!;

    static WireSchema Word(string method, string title) =>
        new(method, title, In(sdk, "Lifecycle.Sdk.Relay.RelayWord"), _ => WireShapes.Arguments(0, new JsonObject { ["type"] = "object" }));

    static JsonObject WebhookOf(JsonObject schema)
    {
        WireShapes.With(schema, "body", "description", "What was signed, as text: the webhook. To be verified over its UTF-8 bytes.");
        return WireShapes.With(schema, "headers", "required", new JsonArray("content-type", "webhook-id", "webhook-timestamp", "webhook-signature"));
    }

    // What the hub takes; what the SDK passes on may lack a ticket, and is refused then.
    static JsonObject AnswerOf(JsonObject schema)
    {
        WireShapes.With(schema, "status", "minimum", RelayReply.LeastStatus);
        WireShapes.With(schema, "status", "maximum", RelayReply.GreatestStatus);
        WireShapes.With(schema, "headers", "maxProperties", 32);
        WireShapes.With(schema, "headers", "additionalProperties", new JsonObject { ["type"] = "string", ["maxLength"] = 256 });
        schema["required"] = new JsonArray("ticket", "status");
        return WireShapes.Arguments(1, schema);
    }
}

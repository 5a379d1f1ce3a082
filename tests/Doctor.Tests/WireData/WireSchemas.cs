using System.Reflection;
using System.Text.Json.Nodes;
using Lifecycle.Entities;
using Lifecycle.Functions.Hub;
using Lifecycle.Functions.Runs;
using Lifecycle.Functions.Webhooks;
using Lifecycle.Sdk;
using static Lifecycle.Doctor.Tests.WireData.WireShapes;

namespace Lifecycle.Doctor.Tests.WireData;

/// <summary>All that is sent.</summary>
static class WireSchemas
{
    static readonly Assembly functions = typeof(OwnerNotice).Assembly, sdk = typeof(AppServer).Assembly;

    /// <summary>What an app server asks negotiate, and what it is answered.</summary>
    public static IReadOnlyList<WireSchema> Negotiation { get; } =
    [
        new("negotiateRequest", "The body of negotiate. Every field may come in the query or in a header instead.", In(functions, "Hub.NegotiateBody")) { IsClosed = true, WritesNulls = true },
        new("negotiateAnswer", "Where to connect; further fields may be present.", In(functions, "Http.NegotiateAnswer")) { Sometimes = ["ackWithinMs"] },
        new("problem", "An error (RFC 9457).", In(functions, "Http.Problem"), schema => With(schema, "type", "pattern", "^urn:lifecycle:problem:")),
    ];

    /// <summary>SignalR invocations to the app server: the one argument, by target.</summary>
    public static IReadOnlyList<WireSchema> ToApp { get; } =
    [
        new("ack", "What a connection is told when it is attached.", typeof(Ack)) { WritesNulls = true, Sometimes = ["version", "takenOver", "handOverMs"] },
        new("subscriptions", "The answer to setSubscriptions.", typeof(SubscriptionsMessage)) { WritesNulls = true },
        new("message", "A message for the app.", typeof(AwaitedMessage)) { Sometimes = ["prompt"] },
        new("tell", "The app is to say done now. Since version 2.", typeof(TellMessage), schema => new JsonObject { ["type"] = "object" }),
        new("stop", "The app is to shut the session down.", typeof(ReasonMessage)),
        new("superseded", "Another connection took over.", typeof(HandedOverMessage), schema => With(schema, "reason", "const", "superseded")) { Sometimes = ["handedOver"] },
        new("move", "The app is to attach anew. Since version 2.", typeof(MoveMessage)),
    ];

    /// <summary>Hub methods: the array of arguments, by method.</summary>
    public static IReadOnlyList<WireSchema> FromApp { get; } =
    [
        new("init", "The arguments of init.", In(sdk, "Sessions.InitPayload"), schema => Arguments(1, schema)) { WritesNulls = true, Sometimes = ["instanceId"] },
        new("setSubscriptions", "The arguments of setSubscriptions: names of streams, and the version that they replace.", null, _ => SetArguments()),
        new("release", "The arguments of release: none.", null, _ => new JsonObject { ["type"] = "array", ["maxItems"] = 0 }),
        new("handOver", "The arguments of handOver: none, or one object. Since version 2.", In(sdk, "Sessions.HandOverPayload"), _ => Arguments(0, new JsonObject { ["type"] = "object" })),
        new("done", "The arguments of done. Since version 2.", In(sdk, "Sessions.DonePayload"), schema => Arguments(1, schema)) { WritesNulls = true },
    ];

    /// <summary>What hub methods answer.</summary>
    public static WireSchema HubResult { get; } = new("hubResult", "The result of a hub method.", typeof(HubAnswer));

    /// <summary>Webhooks, notices, and the answer that has a body.</summary>
    public static IReadOnlyList<WireSchema> Hooks { get; } =
    [
        new("webhook", "The body of a webhook to an app server.", Nested(typeof(WebhookRequest), "SessionBody"), Webhook),
        new("heldAnswer", "The body of the answer of a process that holds the session which is to be resurrected.", null, _ => Held()),
        new("ownerNotice", "The body of a notice to an app's owner.", Nested(typeof(OwnerNotice), "Body"),
            schema => With(schema, "type", "enum", new JsonArray("app_unreachable", "app_recovered", "alive_unattached", "crash_loop", "deaf"))),
    ];

    /// <summary>CloudEvents, by type.</summary>
    public static IReadOnlyList<WireSchema> Events { get; } =
    [
        Event("eventTransition", "An app session went from one state to another.", SessionEvents.TransitionType, "TransitionData"),
        Event("eventDeadLetter", "An app session was given up.", SessionEvents.DeadLetterType, "DeadLetterData"),
        Event("eventMessageFailed", "A message was set aside because its handler failed.", SessionEvents.MessageFailedType, "MessageFailedData"),
        Event("eventMessageLost", "The app will not get a message that had been taken.", SessionEvents.MessageLostType, "MessageLostData"),
    ];

    /// <summary>What comes by queue.</summary>
    public static WireSchema Command { get; } = new("command", "A command of the queue lifecycle-commands.", Nested(In(functions, "Commands.Command"), "Body"), CommandOf) { IsClosed = true };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WireSchema> All { get; } = [.. Negotiation, .. ToApp, .. FromApp, HubResult, .. RelaySchemas.All, .. Hooks, .. Events, Command];

    static Type In(Assembly assembly, string name) => assembly.GetType($"{(assembly == sdk ? "Lifecycle.Sdk" : "Lifecycle.Functions")}.{name}", throwOnError: true)!;

    static Type Nested(Type type, string name) =>
        type.GetNestedType(name, BindingFlags.NonPublic) ?? throw new InvalidOperationException($"{type.Name} has no {name} any more: say here what is written.");

    static JsonObject SetArguments()
    {
        var schema = new JsonObject
        {
            ["properties"] = new JsonObject { ["streams"] = new JsonObject { ["type"] = "array" }, ["subscriptionsVersion"] = new JsonObject { ["type"] = "integer" } },
        };
        WireFields.Describe(schema);
        var arguments = Arguments(2, schema["properties"]!["streams"]!.AsObject(), schema["properties"]!["subscriptionsVersion"]!.AsObject());
        return arguments;
    }

    // Who asks for a successor says whose, and by which token.
    static JsonObject Webhook(JsonObject schema)
    {
        With(schema, "type", "enum", new JsonArray("session_request", "resurrection_request", "handover_request", "stop_request"));
        schema["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = "handover_request" } } };
        schema["then"] = new JsonObject { ["required"] = new JsonArray("takeOverToken", "leaving") };
        return schema;
    }

    static JsonObject Held()
    {
        var schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["heldBy"] = new JsonObject { ["type"] = "string" } }, ["required"] = new JsonArray("heldBy") };
        WireFields.Describe(schema);
        return schema;
    }

    static WireSchema Event(string name, string title, string type, string data) => new(name, title, Nested(typeof(CloudEvent), "Envelope"), schema =>
    {
        With(schema, "type", "const", type);
        var inner = new WireSchema(name, title, Nested(typeof(SessionEvents), data), States).Build();
        foreach (var key in (string[])["$schema", "$id", "title"]) inner.Remove(key);
        inner["description"] = schema["properties"]!["data"]!["description"]!.DeepClone();
        schema["properties"]!["data"] = inner;
        return schema;
    });

    static JsonObject States(JsonObject schema)
    {
        string[] names = [.. Enum.GetValues<AppState>().Select(state => state.WireName())];
        foreach (var property in (string[])["from", "to"])
        {
            if (schema["properties"]![property] is null) continue;
            With(schema, property, "enum", new JsonArray([.. names.Where(name => property == "from" || name != "NONE").Select(name => JsonValue.Create(name))]));
        }
        return schema;
    }

    static JsonObject CommandOf(JsonObject schema)
    {
        With(schema, "type", "enum", new JsonArray("start", "stop", "revive"));
        With(schema, "reason", "maxLength", 256);
        schema["required"] = new JsonArray("type", "sessionId", "packageName");
        schema["allOf"] = new JsonArray(Goes("foreground", "start"), Goes("reason", "stop"));
        return schema;
    }

    static JsonObject Goes(string field, string with) => new()
    {
        ["if"] = new JsonObject { ["required"] = new JsonArray(field) },
        ["then"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = with } } },
    };
}

using System.Text.Json.Nodes;

namespace Lifecycle.Doctor.Tests.WireData;

/// <summary>The AsyncAPI 3.0 document: who sends what to whom, with the schemas of <see cref="WireSchemas"/>. It speaks for Lifecycle: what it sends, it sends.</summary>
static class AsyncApiDocument
{
    const string Json = "application/json", SchemaFormat = "application/schema+json;version=draft-2020-12";

    /// <summary>The document.</summary>
    public static JsonObject Build() => new()
    {
        ["asyncapi"] = "3.0.0",
        ["info"] = new JsonObject
        {
            ["title"] = "Lifecycle",
            ["version"] = $"{Wire.Version}",
            ["description"] = "What app servers and the platform exchange with Lifecycle. docs/wire.md says what it means; calls of the HTTP API are in /api/openapi.json.",
        },
        ["defaultContentType"] = Json,
        ["servers"] = Servers(),
        ["channels"] = Channels(),
        ["operations"] = Operations(),
        ["components"] = new JsonObject { ["messages"] = Messages() },
    };

    static JsonObject Servers() => new()
    {
        ["lifecycle"] = Server("http", "{host}", "The HTTP API of Lifecycle.", new JsonObject { ["host"] = new JsonObject { ["default"] = "localhost:7071" } }),
        ["signalr"] = Server("ws", "{host}", "The SignalR service, hub protocol json, version 1; negotiate tells its address.", new JsonObject { ["host"] = new JsonObject { ["default"] = "localhost:8888" } }),
        ["app"] = Server("http", "{host}", "The app server; its owner registers the address.", new JsonObject { ["host"] = new JsonObject { ["default"] = "localhost:5080" } }),
        ["queues"] = Server("azure-storage-queue", "{account}.queue.core.windows.net", "Storage queues.", new JsonObject { ["account"] = new JsonObject() }),
    };

    static JsonObject Server(string protocol, string host, string description, JsonObject variables) =>
        new() { ["host"] = host, ["protocol"] = protocol, ["description"] = description, ["variables"] = variables };

    static JsonObject Channels() => new()
    {
        ["negotiate"] = Channel("/api/negotiate", "lifecycle", "POST with the API key in the header x-api-key.", [.. WireSchemas.Negotiation]),
        ["toApp"] = Channel("/client/", "signalr", "SignalR invocations to the connections of one app session; the message's name is the target, its payload the one argument.", [.. WireSchemas.ToApp]),
        ["fromApp"] = Channel("/client/", "signalr", "SignalR invocations of hub methods; the message's name is the method, its payload the array of arguments.", [.. WireSchemas.FromApp, WireSchemas.HubResult]),
        ["relayNegotiate"] = Channel("/api/relay/negotiate", "lifecycle", "POST with the API key in the header x-api-key.", [.. RelaySchemas.Negotiation, WireSchemas.Negotiation.Single(schema => schema.Name == "problem")]),
        ["toProcess"] = Channel("/client/", "signalr", "SignalR invocations to a process on the hub relay; the message's name is the target, its payload the one argument.", [RelaySchemas.Webhook]),
        ["fromProcess"] = Channel("/client/", "signalr", "SignalR invocations of the methods of the hub relay; the message's name is the method, its payload the array of arguments.", [.. RelaySchemas.FromProcess, WireSchemas.HubResult]),
        ["webhooks"] = Channel("{webhookUrl}", "app", "POST to the app's webhook address, signed by the Standard Webhooks scheme.", [Hook("webhook"), Hook("heldAnswer")], "webhookUrl"),
        ["notices"] = Channel("{ownerUrl}", "app", "POST to the owner's address, signed as webhooks are.", [Hook("ownerNotice")], "ownerUrl"),
        ["events"] = Channel("lifecycle-events", "queues", "CloudEvents 1.0 as structured JSON, at least once, in order per app session.", [.. WireSchemas.Events]),
        ["deadLetters"] = Channel("resurrection-dead-letter", "queues", "App sessions that were given up.", [WireSchemas.Events.Single(schema => schema.Name == "eventDeadLetter")]),
        ["commands"] = Channel("lifecycle-commands", "queues", "What the platform asks for without waiting for an answer.", [WireSchemas.Command]),
    };

    static WireSchema Hook(string name) => WireSchemas.Hooks.Single(schema => schema.Name == name);

    static JsonObject Channel(string address, string server, string description, WireSchema[] messages, string? parameter = null)
    {
        var channel = new JsonObject
        {
            ["address"] = address,
            ["description"] = description,
            ["servers"] = new JsonArray(Reference($"#/servers/{server}")),
            ["messages"] = new JsonObject(messages.Select(schema => KeyValuePair.Create(schema.Name, (JsonNode?)Reference($"#/components/messages/{schema.Name}")))),
        };
        if (parameter is not null) channel["parameters"] = new JsonObject { [parameter] = new JsonObject { ["description"] = "As it was registered." } };
        return channel;
    }

    static JsonObject Operations() => new()
    {
        ["negotiate"] = Operation("receive", "negotiate", "An app server asks where to connect for one app session.", ["negotiateRequest"], ["negotiateAnswer", "problem"]),
        ["invokeApp"] = Operation("send", "toApp", "Lifecycle tells the app server.", [.. WireSchemas.ToApp.Select(schema => schema.Name)]),
        ["hearApp"] = Operation("receive", "fromApp", "The app server invokes hub methods.", [.. WireSchemas.FromApp.Select(schema => schema.Name)], ["hubResult"]),
        ["negotiateRelay"] = Operation("receive", "relayNegotiate", "A process asks where to connect for the webhooks of its app.", ["relayNegotiateRequest"], ["relayNegotiateAnswer", "problem"]),
        ["callProcess"] = Operation("send", "toProcess", "Lifecycle puts a webhook to a process; its answer is a hub method of its own.", ["relayedWebhook"]),
        ["hearProcess"] = Operation("receive", "fromProcess", "The process says that it takes webhooks, or no more, and answers one.", [.. RelaySchemas.FromProcess.Select(schema => schema.Name)], ["hubResult"]),
        ["callApp"] = Operation("send", "webhooks", "Lifecycle asks the app server to attach, to take over or to stop.", ["webhook"], ["heldAnswer"]),
        ["tellOwner"] = Operation("send", "notices", "Lifecycle tells the app's owner of an incident.", ["ownerNotice"]),
        ["publish"] = Operation("send", "events", "Lifecycle tells the platform what happened.", [.. WireSchemas.Events.Select(schema => schema.Name)]),
        ["giveUp"] = Operation("send", "deadLetters", "Lifecycle tells which app sessions it gave up.", ["eventDeadLetter"]),
        ["command"] = Operation("receive", "commands", "The platform has app sessions started, stopped and revived.", ["command"]),
    };

    static JsonObject Operation(string action, string channel, string summary, string[] messages, string[]? reply = null)
    {
        var operation = new JsonObject
        {
            ["action"] = action,
            ["channel"] = Reference($"#/channels/{channel}"),
            ["summary"] = summary,
            ["messages"] = InChannel(channel, messages),
        };
        if (reply is not null) operation["reply"] = new JsonObject { ["channel"] = Reference($"#/channels/{channel}"), ["messages"] = InChannel(channel, reply) };
        return operation;
    }

    static JsonArray InChannel(string channel, string[] messages) => new([.. messages.Select(name => Reference($"#/channels/{channel}/messages/{name}"))]);

    static JsonObject Messages() => new(WireSchemas.All.Select(schema => KeyValuePair.Create(schema.Name, (JsonNode?)Message(schema))));

    static JsonObject Message(WireSchema schema) => new()
    {
        ["name"] = schema.Says,
        ["summary"] = schema.Title,
        ["contentType"] = schema.Name.StartsWith("event", StringComparison.Ordinal) ? CloudEvent.ContentType : schema.Name == "problem" ? "application/problem+json" : Json,
        ["payload"] = new JsonObject { ["schemaFormat"] = SchemaFormat, ["schema"] = Reference($"./schemas/{schema.Name}.json") },
    };

    static JsonObject Reference(string to) => new() { ["$ref"] = to };
}

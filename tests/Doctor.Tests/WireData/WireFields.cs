using System.Text.Json.Nodes;

namespace Lifecycle.Doctor.Tests.WireData;

/// <summary>What the fields of the wire mean and may be, by name: a name means the same wherever it stands.</summary>
static class WireFields
{
    const string Id = @"^(?!\.{1,2}$)[A-Za-z0-9._@+-]{1,128}$", Stream = @"^(?!(.*/)?\.{1,2}(/|$))[A-Za-z0-9._@+/:-]{1,128}$", Code = "^[a-z][a-z0-9_]*$";
    const long MaxSeq = 1L << 52;

    static readonly Dictionary<string, (string What, JsonObject Rules)> known = new(StringComparer.Ordinal)
    {
        ["sessionId"] = ("The user session.", Pattern(Id)),
        ["packageName"] = ("The app.", Pattern(Id)),
        ["instanceId"] = ("The app's process, as it calls itself.", Pattern(Id)),
        ["leaving"] = ("The process that leaves.", Pattern(Id)),
        ["heldBy"] = ("The process that holds the session.", Pattern(Id)),
        ["state"] = ("The app session's state.", []),
        ["resumed"] = ("Whether the state was kept: subscriptions, correlation id, messages.", []),
        ["epoch"] = ("Grows with every attach and detach.", Least(0)),
        ["correlationId"] = ("Stays the same over reconnects.", []),
        ["subscriptions"] = ("The streams in force.", Streams()),
        ["streams"] = ("The streams that the app wants.", Streams()),
        ["subscriptionsVersion"] = ("The version of the set; who replaces it names it.", Least(0)),
        ["token"] = ("The reconnect token: good once. A secret.", Longest(1_024)),
        ["reconnectToken"] = ("The token of the last ack. A secret.", Longest(1_024)),
        ["takeOverToken"] = ("By which a process takes over from another one: good once. A secret.", Longest(1_024)),
        ["accessToken"] = ("What is shown at the address. A secret.", Shortest(1)),
        ["missed"] = ("How many messages the app will not get.", Least(0)),
        ["seq"] = ("The number of a message; in an ack: those behind it come on this connection.", Between(0, MaxSeq)),
        ["lastSeq"] = ("The number of the last message that this process has handled in this session.", Between(0, MaxSeq)),
        ["reconnectGraceMs"] = ("The grace window, in milliseconds.", Least(1)),
        ["handOverMs"] = ("How long a hand-over may take, in milliseconds. Since version 2.", Least(0)),
        ["initWanted"] = ("Whether the app is to invoke init.", []),
        ["takenOver"] = ("Whether it took over from another process. Since version 2.", []),
        ["version"] = ("The version of the wire; who says none speaks version 1.", Between(1, 1_000)),
        ["accepted"] = ("Whether the set is in force.", []),
        ["body"] = ("What was posted; any JSON but null.", []),
        ["prompt"] = ("Whether somebody waits until it is handled.", []),
        ["handedOver"] = ("Whether the connection stays open until done was said with last. Since version 2.", []),
        ["afterMs"] = ("How long to wait before attaching anew, in milliseconds.", Least(0)),
        ["reconnect"] = ("Whether the app holds the session's state; absent: inferred.", []),
        ["failed"] = ("Messages among them whose handler failed.", new JsonObject { ["maxItems"] = 20 }),
        ["error"] = ("What went wrong.", []),
        ["last"] = ("Whether nothing more is handled over this connection.", []),
        ["ok"] = ("Whether the input was good.", []),
        ["code"] = ("What was wrong with it.", Pattern(Code)),
        ["message"] = ("The same for people.", []),
        ["attempt"] = ("Which try it is, from 1.", Between(1, 1_000_000)),
        ["connectRefused"] = ("Whether a socket could not be opened since the session was attached last.", []),
        ["ackWithinMs"] = ("Within what time the ack of a connection that is opened now is expected, in milliseconds.", Between(5_000, 120_000)),
        ["url"] = ("An address.", Uri()),
        ["type"] = ("What it is.", []),
        ["title"] = ("The kind of error.", []),
        ["status"] = ("The HTTP status.", Between(400, 599)),
        ["detail"] = ("What is wrong, for people.", []),
        ["errors"] = ("What is wrong, by field.", []),
        ["engineLagMs"] = ("How far the durable engine is behind, in milliseconds, where it is known.", Least(0)),
        ["runId"] = ("The run that it belongs to.", []),
        ["reason"] = ("Why.", []),
        ["timestamp"] = ("When it was sent.", Time()),
        ["incidentId"] = ("The incident.", []),
        ["cause"] = ("How the incident began.", []),
        ["blame"] = ("Whose fault it is, or who caused it.", []),
        ["beganAt"] = ("When the incident began.", Time()),
        ["endedAt"] = ("When it ended.", Time()),
        ["sessionsEvicted"] = ("How many sessions were given up in it.", Least(0)),
        ["lastOutcome"] = ("What the last webhook came to, such as http_503.", []),
        ["specversion"] = ("The version of CloudEvents.", new JsonObject { ["const"] = "1.0" }),
        ["id"] = ("Names the event; a repetition has the same.", Shortest(1)),
        ["source"] = ("Whom it tells of.", Pattern("^/lifecycle/apps/")),
        ["subject"] = ("The app session, as session:package.", []),
        ["time"] = ("When it happened.", Time()),
        ["datacontenttype"] = ("The type of data.", new JsonObject { ["const"] = "application/json" }),
        ["sequence"] = ("Grows with every record of an app session.", Pattern("^[0-9]{13}$")),
        ["data"] = ("What happened.", []),
        ["from"] = ("The state before; NONE where there was none.", []),
        ["to"] = ("The state after.", []),
        ["attempts"] = ("How many webhooks were sent in vain.", Least(0)),
        ["lastAttempts"] = ("The last of them.", []),
        ["at"] = ("When.", Time()),
        ["outcome"] = ("What it came to.", []),
        ["relayed"] = ("Whether the app is registered so that its webhooks come over such connections.", []),
        ["headers"] = ("As an HTTP request or answer would have them.", []),
        ["ticket"] = ("Comes with the webhook, and is shown with its answer. A secret.", Longest(1_024)),
        ["withinMs"] = ("How long the answer is waited for, in milliseconds.", Least(0)),
        ["foreground"] = ("Whether the user waits for it.", []),
    };

    /// <summary>Describes every property of an object schema, at any depth.</summary>
    /// <exception cref="InvalidOperationException">A name is not known here.</exception>
    public static void Describe(JsonObject schema)
    {
        foreach (var (name, node) in (schema["properties"] as JsonObject)?.ToList() ?? [])
        {
            if (!known.TryGetValue(name, out var field)) throw new InvalidOperationException($"Say in {nameof(WireFields)} what the field {name} means.");
            var property = node as JsonObject ?? []; // "true", as the exporter writes what can be anything
            foreach (var (rule, value) in field.Rules)
            {
                if (rule == "items" && property["items"] is JsonObject items) foreach (var (key, inner) in value!.AsObject()) items[key] = inner!.DeepClone();
                else property[rule] = value!.DeepClone();
            }
            property["description"] = field.What;
            schema["properties"]![name] = property.Parent is null ? property : property.DeepClone();
            Describe(schema["properties"]![name]!.AsObject());
            if (schema["properties"]![name]!["items"] is JsonObject elements) Describe(elements);
        }
    }

    /// <summary>The streams of a call, which has no type of its own.</summary>
    public static JsonObject Streams() => new() { ["maxItems"] = Identifiers.MaxStreams, ["items"] = new JsonObject { ["type"] = "string", ["pattern"] = Stream } };

    static JsonObject Pattern(string pattern) => new() { ["pattern"] = pattern };

    static JsonObject Least(long least) => new() { ["minimum"] = least };

    static JsonObject Between(long least, long most) => new() { ["minimum"] = least, ["maximum"] = most };

    static JsonObject Longest(int length) => new() { ["minLength"] = 1, ["maxLength"] = length };

    static JsonObject Shortest(int length) => new() { ["minLength"] = length };

    static JsonObject Time() => new() { ["format"] = "date-time" };

    static JsonObject Uri() => new() { ["format"] = "uri" };
}

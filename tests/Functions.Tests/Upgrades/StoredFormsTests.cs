using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Wire;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>Every text that a released version stored is read, and whatever it said is still said when it is written back.</summary>
public sealed class StoredFormsTests
{
    static readonly JsonSerializerOptions engine = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    static List<object[]> Rows(int form, string sql) => StoreText.Query(new RecordedForm(form).Text("store.sql"), sql);

    static object Read(Type type, string text) => EmbeddedJson.Converter.Deserialize(text, type)
        ?? throw new InvalidOperationException($"It is read as nothing: {text}");

    static void AssertKept(string what, Type type, string text)
    {
        var again = EmbeddedJson.Write(Read(type, text))!;
        _ = Transcript.Extras(JsonNode.Parse(text), JsonNode.Parse(again), what).ToList();
    }

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void State_OfEveryEntity_IsReadAndWrittenBack(int form)
    {
        foreach (var row in Rows(form, "SELECT id, state FROM entities"))
        {
            AssertKept((string)row[0], StoredTypes.OfEntity((string)row[0]), (string)row[1]);
        }
    }

    // While two versions share a store, the older one reads what the newer one wrote.
    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void State_WithAFieldThatIsNotKnown_IsReadAsWithoutIt(int form)
    {
        foreach (var row in Rows(form, "SELECT id, state FROM entities").Where(row => ((string)row[1])[0] == '{'))
        {
            var (type, state) = (StoredTypes.OfEntity((string)row[0]), (string)row[1]);
            Assert.Equal(EmbeddedJson.Write(Read(type, state)), EmbeddedJson.Write(Read(type, state[..^1] + ""","OfALaterVersion":{"With":1}}""")));
        }
    }

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void Orchestration_WithItsInputAndHistory_IsReadAndWrittenBack(int form)
    {
        foreach (var row in Rows(form, "SELECT record FROM orchestrations"))
        {
            var record = AssertEngineKept<OrchestrationRecord>((string)row[0]);
            AssertKept(record.InstanceId, StoredTypes.OfOrchestrator(record.Name), record.Input!);
        }

        var lines = Rows(form, "SELECT line FROM history").Select(row => AssertEngineKept<HistoryEvent>((string)row[0])).ToList();
        foreach (var line in lines.Where(line => line.Action == ActionKind.Activity))
        {
            AssertKept(line.Name!, StoredTypes.OfActivity(line.Name!), line.Payload!);
        }

        foreach (var line in lines.Where(line => line.Action == ActionKind.CallEntity && line.Payload is not null))
        {
            AssertKept($"{line.Target} {line.Name}", StoredTypes.OfOperation(line.Target!, line.Name!)!, line.Payload!);
        }
    }

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void Message_OnItsWay_IsReadAndWrittenBack(int form)
    {
        foreach (var row in Rows(form, $"SELECT target, kind, name, payload FROM messages WHERE kind IN ({(int)MessageKind.Signal},{(int)MessageKind.Call},{(int)MessageKind.Activity}) AND payload IS NOT NULL"))
        {
            var (target, name) = ((string)row[0], (string)row[2]);
            var type = (MessageKind)(long)row[1] == MessageKind.Activity ? StoredTypes.OfActivity(name) : StoredTypes.OfOperation(target, name);
            if (type is not null)
            {
                AssertKept($"{target} {name}", type, (string)row[3]);
            }
        }
    }

    // What a test reads in vain shows nothing: each kind must be among what was recorded.
    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void Recording_HasOneOfEachKind(int form)
    {
        var entities = Rows(form, "SELECT DISTINCT substr(id, 2, instr(substr(id, 2), '@') - 1) FROM entities").Select(row => (string)row[0]);
        Assert.Empty(new[] { "appsession", "usersession", "app", "relay", "fleet" }.Except(entities));
        var orchestrators = Rows(form, "SELECT record FROM orchestrations").Select(row => JsonSerializer.Deserialize<OrchestrationRecord>((string)row[0], engine)!.Name);
        Assert.Empty(new[] { "ResurrectionRun", "StopNotice", "HealthWatch", "OwnerNotice" }.Except(orchestrators));
        var kinds = Rows(form, "SELECT DISTINCT kind FROM messages").Select(row => (MessageKind)(long)row[0]);
        Assert.Empty(new[] { MessageKind.Signal, MessageKind.Timer }.Except(kinds));
        var states = new RecordedForm(form).Sessions["states"]!.AsObject().Select(state => (string)state.Value!);
        Assert.Equal(
            ["BACKOFF", "DISCONNECTED", "DORMANT", "EVICTED", "GRACE_PERIOD", "RESURRECTING", "RUNNING", "STARTING", "STOPPED"],
            states.Distinct().Order(StringComparer.Ordinal));
    }

    static T AssertEngineKept<T>(string text)
    {
        var read = JsonSerializer.Deserialize<T>(text, engine)!;
        _ = Transcript.Extras(JsonNode.Parse(text), JsonNode.Parse(JsonSerializer.Serialize(read, engine)), typeof(T).Name).ToList();
        return read;
    }
}

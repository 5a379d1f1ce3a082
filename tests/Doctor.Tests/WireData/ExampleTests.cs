using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lifecycle.Compatibility;
using Lifecycle.Doctor.Tests.Support;

namespace Lifecycle.Doctor.Tests.WireData;

/// <summary>What is shown of the wire, what was recorded of it, and what was just said, against the schemas.</summary>
public partial class ExampleTests
{
    static readonly string folder = Path.Combine(Repository.Root, "docs", "wire", "examples");

    public static TheoryData<string> Files => [.. FileNames];

    static string[] FileNames => [.. Directory.GetFiles(folder).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void An_example_is_as_its_schema_has_it_and_not_without_a_field_that_is_required(string file)
    {
        var name = file.Split('.')[0];
        var example = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, $"{file}.json")))!;
        Assert.Empty(Schemas.FaultsOf(name, Schemas.Parse(example.ToJsonString())));
        var required = (JsonNode.Parse(Repository.Read($"docs/wire/schemas/{name}.json"))!["required"] as JsonArray)?.Select(field => $"{field}") ?? [];
        Assert.All(required, field =>
        {
            var without = example.DeepClone();
            without.AsObject().Remove(field);
            Assert.NotEmpty(Schemas.FaultsOf(name, Schemas.Parse(without.ToJsonString())));
        });
    }

    [Fact]
    public void Everything_that_is_sent_has_an_example() =>
        Assert.Equal(WireSchemas.All.Select(schema => schema.Name).Order(), FileNames.Select(file => file.Split('.')[0]).Distinct().Order());

    [Theory]
    [InlineData("webhook", """{"type":"handover_request","sessionId":"s1","packageName":"p","correlationId":"c","runId":"r","attempt":1,"reason":"hand_over","timestamp":"2026-01-01T00:00:00Z"}""")]
    [InlineData("webhook", """{"type":"weather_request","sessionId":"s1","packageName":"p","correlationId":"c","runId":"r","attempt":1,"reason":"x","timestamp":"2026-01-01T00:00:00Z"}""")]
    [InlineData("negotiateRequest", """{"sessionId":"s1","packageName":"p","weather":"rain"}""")]
    [InlineData("negotiateRequest", """{"sessionId":"..","packageName":"p"}""")]
    [InlineData("setSubscriptions", """[["a/../b"],1]""")]
    [InlineData("setSubscriptions", """[["audio"]]""")]
    [InlineData("release", "[{}]")]
    [InlineData("done", """[{"seq":-1}]""")]
    [InlineData("done", "[]")]
    [InlineData("ready", """["x"]""")]
    [InlineData("answer", """[{"status":202}]""")]
    [InlineData("answer", """[{"ticket":"t","status":199}]""")]
    [InlineData("answer", """[{"ticket":"t","status":202,"headers":{"x-lifecycle-held-by":1}}]""")]
    [InlineData("relayedWebhook", """{"headers":{"content-type":"application/json"},"body":"{}","ticket":"t","withinMs":5000}""")]
    [InlineData("relayNegotiateRequest", """{"packageName":"p","sessionId":"s1"}""")]
    [InlineData("command", """{"type":"stop","sessionId":"s1","packageName":"p","foreground":true}""")]
    [InlineData("eventTransition", """{"specversion":"1.0","id":"e","source":"/lifecycle/apps/p","type":"lifecycle.appsession.transition","time":"2026-01-01T00:00:00Z","datacontenttype":"application/json","sequence":"1767225600000","data":{"sessionId":"s1","packageName":"p","from":"RUNNING","to":"SLEEPING","reason":"x","epoch":1,"blame":"app"}}""")]
    public void What_is_wrong_is_told(string schema, string json) => Assert.NotEmpty(Schemas.FaultsOf(schema, Schemas.Parse(json)));

    [Fact]
    public void The_blocks_of_the_page_are_as_the_schemas_have_them()
    {
        var blocks = Block().Matches(Repository.Read("docs/wire.md")).Select(match => Schemas.Parse(match.Groups["json"].Value)).ToList();
        Assert.Equal(4, blocks.Count);
        Assert.All(blocks.Zip((string[])["webhook", "ownerNotice", "command", "eventTransition"]), block => Assert.Empty(Schemas.FaultsOf(block.Second, block.First)));
    }

    public static TheoryData<string, string> Recorded
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (schema, said) in SaidByTheReleased().Distinct()) data.Add(schema, said);
            return data;
        }
    }

    /// <summary>A schema that the released version does not meet would call every app server of that version wrong.</summary>
    [Theory]
    [MemberData(nameof(Recorded))]
    public void What_the_released_version_said_is_as_the_schemas_have_it(string schema, string said) =>
        Assert.Empty(Schemas.FaultsOf(schema, Schemas.Parse(said), formats: false));

    [Theory]
    [InlineData(".NET")]
    [InlineData("JavaScript")]
    public async Task What_was_said_in_an_examination_is_as_the_schemas_have_it(string sdk)
    {
        var said = await Examined.SaidAsync(sdk);
        Assert.Superset(WireSchemas.ToApp.Concat(WireSchemas.FromApp).Select(schema => schema.Name).Append("negotiateRequest").ToHashSet(), said.Select(one => one.Schema).ToHashSet());
        Assert.Empty(said.SelectMany(one => Schemas.FaultsOf(one.Schema, one.Value).Select(fault => $"{one.Schema} {one.Value}: {fault}")));
    }

    static IEnumerable<(string Schema, string Said)> SaidByTheReleased()
    {
        foreach (var app in ReleasedWire.Read()["apps"]!.AsObject().Select(app => app.Value!))
        {
            foreach (var body in Parts(app["negotiate"]!, "body")) yield return ("negotiateRequest", body);
            foreach (var (method, arguments) in app["calls"]!.AsObject()) yield return (method, arguments!.ToJsonString());
            yield return ("heldAnswer", app["webhookAnswers"]!["held"]!["body"]!.ToJsonString());
        }
        foreach (var (schema, parts, field) in ((string, string, string?)[])[("ack", "acks", null), ("hubResult", "answers", null), ("subscriptions", "subscriptions", null), ("webhook", "webhooks", "body"), ("problem", "problems", "body")])
        {
            foreach (var said in Parts(ReleasedWire.Server(parts), field)) yield return (schema, said);
        }
        foreach (var target in (string[])["message", "stop", "superseded"]) yield return (target, ReleasedWire.Server(target).ToJsonString());
        yield return ("negotiateAnswer", ReleasedWire.Server("negotiate").ToJsonString());
    }

    static IEnumerable<string> Parts(JsonNode parts, string? field = null) => parts.AsObject().Select(part => (field is null ? part.Value : part.Value![field])!.ToJsonString());

    [GeneratedRegex("```json\n(?<json>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}

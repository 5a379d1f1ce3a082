using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Lifecycle.Azurite;
using Lifecycle.Doctor.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Doctor.Tests.WireData;

/// <summary>docs/wire: the wire as data, generated from the code.</summary>
public class WireDataTests
{
    const string AsyncApi = "docs/wire/asyncapi.json";

    static readonly JsonSerializerOptions writing = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names => [.. WireSchemas.All.Select(schema => schema.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Schema_of_what_is_sent_is_generated_from_the_code_and_is_one(string name)
    {
        var schema = WireSchemas.All.Single(schema => schema.Name == name).Build();
        Repository.IsGenerated($"docs/wire/schemas/{name}.json", Text(schema));
        Assert.Empty(Schemas.FaultsOf(MetaSchemas.Draft202012, Schemas.Parse(schema.ToJsonString())));
    }

    [Fact]
    public void AsyncApi_document_is_generated_from_the_code() => Repository.IsGenerated(AsyncApi, Text(AsyncApiDocument.Build()));

    [Fact]
    public async Task AsyncApi_document_is_as_its_standard_has_it()
    {
        var package = await NodePackage.InstallAsync(Path.Combine(Repository.Root, "tests", "Doctor.Tests", "js"));
        var standard = JsonSchema.FromText(File.ReadAllText(Path.Combine(package, "node_modules", "@asyncapi", "specs", "schemas", "3.0.0-without-$id.json")));
        Assert.Empty(Schemas.FaultsOf(standard, Schemas.Parse(AsyncApiDocument.Build().ToJsonString()), formats: false));
        Assert.NotEmpty(Schemas.FaultsOf(standard, Schemas.Parse(AsyncApiDocument.Build().ToJsonString().Replace("\"send\"", "\"shout\"")), formats: false));
    }

    [Fact]
    public void AsyncApi_document_refers_to_what_is_there()
    {
        JsonNode document = AsyncApiDocument.Build();
        var references = ReferencesIn(document).ToList();
        Assert.True(references.Count > 60);
        Assert.All(references, to => Assert.True(
            to.StartsWith("#/", StringComparison.Ordinal) ? to[2..].Split('/').Aggregate((JsonNode?)document, (node, name) => node?[name]) is not null
            : File.Exists(Path.Combine(Repository.Root, "docs", "wire", to)), to));
    }

    [Fact]
    public void Messages_are_those_that_the_code_sends_and_takes()
    {
        Assert.Equal(MethodsOf(typeof(Functions.Hub.HubFunctions)), WireSchemas.FromApp.Select(schema => schema.Name).Order());
        Assert.Equal(MethodsOf(typeof(Functions.Relay.RelayFunctions)), RelaySchemas.FromProcess.Select(schema => schema.Name).Order());
        var targets = (string[])typeof(Sdk.AppServer).Assembly.GetType("Lifecycle.Sdk.Sessions.TargetHandlers", throwOnError: true)!
            .GetField("Reserved", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.GetValue(null)!;
        Assert.Equal(targets.Order(), WireSchemas.ToApp.Select(schema => schema.Name).Order());
    }

    // The events of connections are no calls.
    static IEnumerable<string> MethodsOf(Type hub) => hub.GetMethods().SelectMany(method => method.GetParameters())
        .SelectMany(parameter => parameter.GetCustomAttributes(typeof(SignalRTriggerAttribute), false)).Cast<SignalRTriggerAttribute>()
        .Where(trigger => trigger.Category == "messages").Select(trigger => trigger.Event).Order();

    static IEnumerable<string> ReferencesIn(JsonNode? node) => node switch
    {
        JsonObject { } part => part.SelectMany(field => field.Key == "$ref" ? [$"{field.Value}"] : ReferencesIn(field.Value)),
        JsonArray list => list.SelectMany(ReferencesIn),
        _ => [],
    };

    static string Text(JsonObject document) => document.ToJsonString(writing) + "\n";
}

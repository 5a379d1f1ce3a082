using System.Text;
using System.Text.Json;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Lifecycle.Functions.Tests.Http;

public sealed class OpenApiTests
{
    const string Session = $"/api/sessions/s1/apps/{TestApp.Package}";

    static async Task<TestApp.Answer> GetAsync(TestApp app)
    {
        var answer = await app.CallAsync("GET", "/api/openapi.json");
        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        return answer;
    }

    [Fact]
    public void Document_IsValidOpenApi() => TestApp.Run(async app =>
    {
        var answer = await GetAsync(app);
        var read = OpenApiModelFactory.Load(new MemoryStream(Encoding.UTF8.GetBytes(answer.Text)), "json", new OpenApiReaderSettings());
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal("Lifecycle", read.Document!.Info.Title);
        Assert.NotEmpty(read.Document.Paths);
    });

    [Fact]
    public void Document_HasEveryHttpFunctionButTheOneThatAnswersTheRest() => TestApp.Run(async app =>
    {
        var described = Operations(await GetAsync(app)).Select(operation => operation.GetProperty("operationId").GetString()!);
        var functions = app.Functions.Where(function => function.Kind == TriggerKind.Http).Select(function => function.Name).Except(["UnknownRoute"]);
        Assert.Equal(functions.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Document_OfEveryCall_SaysWhenItSucceedsAndWhoMay() => TestApp.Run(async app =>
        Assert.All(Operations(await GetAsync(app)), operation =>
        {
            Assert.Matches(@"^[A-Z].*\.$", operation.GetProperty("summary").GetString());
            Assert.Contains(operation.GetProperty("responses").EnumerateObject(), response => response.Name.StartsWith('2'));
            var keys = operation.GetProperty("security").EnumerateArray().SelectMany(key => key.EnumerateObject()).Select(key => key.Name);
            Assert.Equal(
                operation.GetProperty("operationId").GetString() switch { "Health" or "HealthLive" or "Console" => [], "Negotiate" or "RelayNegotiate" => ["appKey"], _ => ["functionKey"] },
                keys);
        }));

    [Theory]
    [InlineData("GET", $"/api/apps/{TestApp.Package}", "/api/apps/{packageName}")]
    [InlineData("GET", $"/api/apps/{TestApp.Package}/health", "/api/apps/{packageName}/health")]
    [InlineData("POST", $"/api/apps/{TestApp.Package}/revive", "/api/apps/{packageName}/revive")]
    [InlineData("POST", $"/api/apps/{TestApp.Package}/rotate-secret", "/api/apps/{packageName}/rotate-secret")]
    [InlineData("POST", $"/api/apps/{TestApp.Package}/rotate-key", "/api/apps/{packageName}/rotate-key")]
    [InlineData("GET", Session, "/api/sessions/{sessionId}/apps/{packageName}")]
    [InlineData("POST", $"{Session}/start", "/api/sessions/{sessionId}/apps/{packageName}/start")]
    [InlineData("POST", $"{Session}/messages", "/api/sessions/{sessionId}/apps/{packageName}/messages", """{"body":1}""")]
    [InlineData("POST", $"{Session}/messages", "/api/sessions/{sessionId}/apps/{packageName}/messages", """{"body":null,"id":"!"}""")]
    [InlineData("GET", "/api/sessions/s1/apps", "/api/sessions/{sessionId}/apps")]
    [InlineData("POST", "/api/sessions/s1/away", "/api/sessions/{sessionId}/away")]
    [InlineData("GET", "/api/sessions/no/apps/no", "/api/sessions/{sessionId}/apps/{packageName}")]
    [InlineData("GET", "/api/events?code=key", "/api/events")]
    [InlineData("GET", "/api/export", "/api/export")]
    [InlineData("POST", "/api/import", "/api/import", """{"sessions":[{"sessionId":"s1","packageName":"none","cargo":{"state":"RUNNING"}}]}""")]
    [InlineData("POST", "/api/move", "/api/move", """{"share":50}""")]
    [InlineData("GET", "/api/health", "/api/health")]
    [InlineData("POST", "/api/console/negotiate", "/api/console/negotiate")]
    [InlineData("GET", "/api/console/nothing.js", "/api/console/{path}")]
    [InlineData("GET", "/api/health/live", "/api/health/live")]
    [InlineData("GET", "/api/apps", "/api/apps")]
    [InlineData("GET", "/api/app-sessions", "/api/app-sessions")]
    [InlineData("GET", "/api/fleet", "/api/fleet")]
    [InlineData("POST", "/api/app-sessions/stop", "/api/app-sessions/stop", """{"filter":{"state":"RUNNING"}}""")]
    [InlineData("POST", "/api/app-sessions/start", "/api/app-sessions/start", """{"filter":{"session":"s*"},"dryRun":false}""")]
    [InlineData("GET", "/api/bulk/unknown", "/api/bulk/{bulkId}")]
    public void Answer_OfACall_IsOneThatTheDocumentDescribes(string method, string path, string described, string? body = null) => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        var document = (await GetAsync(app)).Json;
        var answer = await app.SendAsync(method, path, body);
        var response = document.GetProperty("paths").GetProperty(described).GetProperty(method.ToLowerInvariant()).GetProperty("responses").GetProperty($"{answer.Status}");
        var schema = response.GetProperty("content").GetProperty(answer.ContentType!).GetProperty("schema").GetProperty("$ref").GetString()!.Split('/')[^1];
        Assert.Empty(Differences(schema, document.GetProperty("components").GetProperty("schemas").GetProperty(schema), answer.Json));
    });

    static IEnumerable<JsonElement> Operations(TestApp.Answer document) =>
        document.Json.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value);

    // Members by name, at every depth: what is missing, and what nobody described.
    static IEnumerable<string> Differences(string at, JsonElement schema, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            return value.EnumerateArray().SelectMany((item, index) => Differences($"{at}[{index}]", items, item));
        }

        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties))
        {
            return [];
        }

        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : [];
        return
        [
            .. required.Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{at}.{name} is missing"),
            .. value.EnumerateObject().Where(member => !properties.TryGetProperty(member.Name, out _)).Select(member => $"{at}.{member.Name} is not described"),
            .. value.EnumerateObject().Where(member => properties.TryGetProperty(member.Name, out _))
                .SelectMany(member => Differences($"{at}.{member.Name}", properties.GetProperty(member.Name), member.Value)),
        ];
    }
}

using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Reconnect;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>A process of an app that speaks version 2 of the wire.</summary>
static class AppProcess
{
    public const string Instance = "i1";

    /// <summary>What it says when it wants to attach.</summary>
    public static JsonObject Asking(string session, string package = TestApp.Package, string instance = Instance, string? token = null) => new()
    {
        ["sessionId"] = session,
        ["packageName"] = package,
        ["instanceId"] = instance,
        ["reconnectToken"] = token,
    };

    public static Task<TestApp.Answer> NegotiateAsync(TestApp app, JsonObject body, string? takeOver = null) => app.SendAsync(
        "POST",
        "/api/negotiate",
        body.ToJsonString(),
        "application/json",
        [("x-api-key", TestApp.Key), ("x-lifecycle-version", "2"), .. takeOver is null ? Array.Empty<(string, string)>() : [("x-lifecycle-take-over-token", takeOver)]]);

    public static async Task<AppClient> AttachAsync(TestApp app, JsonObject body, string? takeOver = null)
    {
        var answer = await NegotiateAsync(app, body, takeOver);
        Assert.True(answer.Status == 200, answer.Text);
        return await AppClient.ConnectAsync(app, answer);
    }

    /// <summary>What a webhook says.</summary>
    public static async Task<JsonNode> BodyOf(HttpRequestMessage webhook) => JsonNode.Parse(await webhook.Content!.ReadAsStringAsync())!;
}

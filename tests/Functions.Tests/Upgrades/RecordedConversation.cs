using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Reconnect;
using Lifecycle.Functions.Tests.Wire;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>What an app server of version 2 of the wire and Lifecycle have to say to each other; what the app says is given.</summary>
sealed class RecordedConversation(TestApp app, JsonObject asked)
{
    readonly Transcript heard = new();

    /// <summary>What today's apps say.</summary>
    public static JsonObject Asked { get; } = new()
    {
        ["negotiate"] = AppProcess.Asking("s1"),
        ["setSubscriptions"] = new JsonArray(new JsonArray("audio", "video"), 0),
        ["done"] = new JsonArray(new JsonObject { ["seq"] = 1 }),
        ["failed"] = new JsonArray(new JsonObject { ["seq"] = 2, ["failed"] = new JsonArray(new JsonObject { ["seq"] = 2, ["error"] = "no room" }) }),
        ["init"] = new JsonArray(new JsonObject { ["reconnect"] = true, ["instanceId"] = AppProcess.Instance }),
        ["handOver"] = new JsonArray(),
        ["last"] = new JsonArray(new JsonObject { ["seq"] = 3, ["last"] = true }),
        ["release"] = new JsonArray(),
    };

    public async Task<JsonObject> PlayAsync()
    {
        await app.PutAppAsync();
        var client = await BeginAsync();
        client = await ComeBackAsync(client);
        client = await HandOverAsync(client);
        await EndAsync(client);
        await TellAsync();
        return heard.Content;
    }

    async Task<AppClient> BeginAsync()
    {
        await app.StartAsync();
        await PutWebhookAsync("session_request");
        var answer = await AppProcess.NegotiateAsync(app, Asking());
        heard.Put("negotiate", JsonNode.Parse(answer.Text));
        var client = await AppClient.ConnectAsync(app, answer);
        heard.Put("acks/fresh", Node(client.Ack));
        await CallAsync(client, "setSubscriptions");
        heard.Put("subscriptions", Node(client.Of("subscriptions")[^1]));
        await PostAsync("one");
        heard.Put("message", Node(client.Of("message")[^1]));
        await CallAsync(client, "done");
        await PostAsync("two");
        await CallAsync(client, "failed");
        await CallAsync(client, "init");
        await MoveAsync(client);
        return client;
    }

    async Task MoveAsync(AppClient client)
    {
        Assert.Equal(202, (await app.CallAsync("POST", "/api/move", new { packageName = TestApp.Package, windowMs = 1_000, url = "https://other.example/base" })).Status);
        await app.Settle(3_000);
        heard.Put("move", Shape.Of(Node(client.Of("move")[^1]))); // its slot is drawn
    }

    async Task<AppClient> ComeBackAsync(AppClient client)
    {
        client.Socket.Drop();
        await app.Settle();
        var refused = await AppProcess.NegotiateAsync(app, Asking(client.Token[..^4] + "AAAA"));
        heard.Put("problems/reconnect_token_invalid", JsonNode.Parse(refused.Text));
        var back = await AppProcess.AttachAsync(app, Asking(client.Token));
        heard.Put("acks/resumed", Node(back.Ack));
        return back;
    }

    async Task<AppClient> HandOverAsync(AppClient leaving)
    {
        await PostAsync("three");
        app.Webhooks.Clear();
        await CallAsync(leaving, "handOver");
        await app.Settle(500);
        var invitation = await PutWebhookAsync("handover_request");
        var successor = await AppProcess.AttachAsync(app, Asking(instance: "i2"), (string?)invitation["takeOverToken"]);
        heard.Put("acks/takenOver", Node(successor.Ack));
        heard.Put("superseded", Node(leaving.Of("superseded")[^1]));
        await CallAsync(leaving, "last");
        leaving.Socket.Close();
        await app.Settle();
        return successor;
    }

    async Task EndAsync(AppClient client)
    {
        app.Webhooks.Clear();
        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop", new { reason = "user_left" });
        await app.Settle();
        heard.Put("stop", Node(client.Of("stop")[^1]));
        heard.Put("closed", client.Reason);
        await PutWebhookAsync("stop_request");
        await app.StartAsync("s2");
        var other = await AppProcess.AttachAsync(app, AppProcess.Asking("s2"));
        await CallAsync(other, "release");
    }

    // Ids, times and how long something took are of each run; what kind of thing they are is not.
    async Task TellAsync()
    {
        await app.Settle(5_000);
        var page = (await app.CallAsync("GET", "/api/events")).Json.GetProperty("items");
        foreach (var (item, index) in page.EnumerateArray().Select((item, index) => (item, index)))
        {
            heard.Put($"events/{index}", Shape.Of(Node(item.GetProperty("event"))));
        }
    }

    JsonObject Asking(string? token = null, string instance = AppProcess.Instance)
    {
        var body = asked["negotiate"]!.DeepClone().AsObject();
        (body["reconnectToken"], body["instanceId"]) = (token, instance);
        return body;
    }

    async Task CallAsync(AppClient client, string name)
    {
        var method = name switch { "failed" or "last" => "done", _ => name };
        var answer = await client.Socket.InvokeAsync(method, [.. asked[name]!.AsArray().Select(object? (argument) => argument)]);
        await app.Settle();
        heard.Put($"answers/{name}", answer is { } json ? Node(json) : null);
    }

    async Task PostAsync(string body)
    {
        Assert.Equal(200, (await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body })).Status);
        await app.Settle();
    }

    async Task<JsonNode> PutWebhookAsync(string type)
    {
        var webhook = app.Webhooks[^1];
        var body = await AppProcess.BodyOf(webhook);
        Assert.Equal(type, (string?)body["type"]);
        heard.Put($"webhooks/{type}", body);
        heard.Put($"headers/{type}", new JsonArray([.. webhook.Headers.Select(h => (JsonNode)h.Key.ToLowerInvariant()).OrderBy(name => (string)name!, StringComparer.Ordinal)]));
        return body;
    }

    static JsonNode? Node(System.Text.Json.JsonElement said) => JsonNode.Parse(said.GetRawText());
}

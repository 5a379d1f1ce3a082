using System.Net;
using System.Text.Json.Nodes;
using Lifecycle.Functions.Tests.Reconnect;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>A small platform that is left at a moment when everything is under way: a session in each state, an app in each trouble.</summary>
sealed class RecordedWorld(TestApp app)
{
    public const string Away = "com.example.away";
    public const string Watched = "com.example.watched";
    public const string Gone = "com.example.gone";
    public const string Still = "com.example.still";
    public const string Relayed = "com.example.relayed";

    /// <summary>A signing secret that is good for nothing but these tests.</summary>
    public const string Secret = "whsec_dGVzdCBzZWNyZXQgb2YgdGhlIHVwZ3JhZGUgdGVzdHM=";

    /// <summary>How many sessions wait for each app that is away.</summary>
    public const int Waiting = 4;

    readonly JsonObject tokens = [];
    readonly Dictionary<string, AppClient> clients = [];
    readonly Dictionary<string, string> packages = [];

    public static IEnumerable<string> WaitingFor(string package) => Enumerable.Range(1, Waiting).Select(n => $"{package[12..]}-{n}");

    public async Task<JsonObject> PlayAsync()
    {
        app.WebhookAnswer = request => new(AnswerOf(request.RequestUri!.Host));
        await RegisterAsync();
        foreach (var session in (string[])["running", "leaving", "grace", "resurrecting", "dormant", "stopped"])
        {
            await AttachAsync(session, TestApp.Package);
        }

        await AttachAsync("disconnected", Still);
        await StartAsync("evicted", Gone);
        await LoseAsync("resurrecting", "dormant", "disconnected");
        await app.Settle(19_000); // a grace window
        foreach (var (session, package) in WaitingFor(Away).Select(session => (session, Away)).Concat(WaitingFor(Watched).Select(session => (session, Watched))))
        {
            await StartAsync(session, package);
        }

        await app.Settle(11_000); // until the breakers are open, and a sweep has counted
        await LeaveUnderWayAsync();
        return await DescribeAsync();
    }

    /// <summary>Only that an app is gone, of which its owner is told.</summary>
    public async Task GiveUpAsync()
    {
        app.WebhookAnswer = request => new(AnswerOf(request.RequestUri!.Host));
        await RegisterGoneAsync();
        await StartAsync("evicted", Gone);
        await app.Settle(1_000);
    }

    Task RegisterGoneAsync() => PutAsync(Gone, new { webhookUrl = "http://gone.example/hook", ownerUrl = "http://owner.example/notices", apiKey = TestApp.Key });

    static HttpStatusCode AnswerOf(string host) => host switch
    {
        "away.example" or "watched.example" => HttpStatusCode.ServiceUnavailable,
        "gone.example" => HttpStatusCode.Gone,
        _ => HttpStatusCode.Accepted,
    };

    async Task RegisterAsync()
    {
        object settled = new { reconnectGraceMs = 8_000, connectTimeoutMs = 60_000 };
        await PutAsync(TestApp.Package, new { webhookUrl = "http://app.example/hook", apiKey = TestApp.Key, webhookSecrets = new[] { Secret }, policy = settled });
        await PutAsync(Away, new { webhookUrl = "http://away.example/hook", ownerUrl = "http://owner.example/notices", apiKey = TestApp.Key });
        await PutAsync(Watched, new { webhookUrl = "http://watched.example/hook", healthUrl = "http://watched.example/health", apiKey = TestApp.Key });
        await RegisterGoneAsync();
        await PutAsync(Still, new { webhookUrl = "http://still.example/hook", apiKey = TestApp.Key, policy = new { resurrect = false } });
        await PutAsync(Relayed, new { webhookUrl = "relay:", apiKey = TestApp.Key });
        var process = await Relay.RelayProcess.ConnectAsync(app, package: Relayed);
        Assert.Null(await process.CallAsync("ready"));
    }

    async Task PutAsync(string package, object registration)
    {
        var answer = await app.CallAsync("PUT", $"/api/apps/{package}", registration);
        Assert.True(answer.Status is 200 or 201, answer.Text);
    }

    async Task StartAsync(string session, string package)
    {
        packages[session] = package;
        Assert.Equal(202, (await app.CallAsync("POST", PathOf(session, "start"))).Status);
        await app.Settle();
    }

    async Task AttachAsync(string session, string package)
    {
        await StartAsync(session, package);
        var client = await AppProcess.AttachAsync(app, AppProcess.Asking(session, package));
        await client.Socket.InvokeAsync("setSubscriptions", new[] { "audio", "video" }, 0);
        await app.Settle();
        (clients[session], tokens[session]) = (client, client.Token);
    }

    async Task LoseAsync(params string[] sessions)
    {
        Assert.Equal(202, (await app.CallAsync("POST", "/api/sessions/dormant/away")).Status);
        foreach (var session in sessions)
        {
            clients[session].Socket.Drop();
        }
    }

    async Task LeaveUnderWayAsync()
    {
        await app.CallAsync("POST", PathOf("stopped", "stop"), new { reason = "user_left" });
        await app.Settle(1_000);
        await PostAsync("running", "sent, and not handled");
        var before = app.Webhooks.Count;
        await clients["leaving"].Socket.InvokeAsync("handOver");
        await app.Settle(500);
        foreach (var webhook in app.Webhooks.Skip(before))
        {
            var body = await AppProcess.BodyOf(webhook);
            tokens["takeOver"] = (string?)body["takeOverToken"] ?? (string?)tokens["takeOver"];
        }

        await StartAsync("starting", TestApp.Package);
        clients["grace"].Socket.Drop();
        await app.Settle();
        await PostAsync("grace", "waits for the app");
        await app.Settle(1_000);
    }

    async Task PostAsync(string session, string body) => Assert.InRange((await app.CallAsync("POST", PathOf(session, "messages"), new { body })).Status, 200, 202);

    string PathOf(string session, string verb) => $"/api/sessions/{session}/apps/{packages[session]}/{verb}";

    async Task<JsonObject> DescribeAsync()
    {
        var states = new JsonObject();
        foreach (var (session, package) in packages)
        {
            states[$"{session}:{package}"] = (await app.CallAsync("GET", $"/api/sessions/{session}/apps/{package}")).Json.GetProperty("state").GetString();
        }

        return new JsonObject { ["at"] = app.Time.GetUtcNow(), ["states"] = states, ["tokens"] = tokens };
    }
}

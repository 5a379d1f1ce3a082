using Lifecycle.Conformance.Recording;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Conformance;

/// <summary>Events of the SignalR service, and what the app's connections hear.</summary>
[Collection(nameof(BothHosts))]
public sealed class SignalRTests
{
    [SkippableFact]
    public Task An_app_attaches_subscribes_and_is_told_the_same() => BothHosts.AgreeAsync(async play =>
    {
        await play.RegisterAsync();
        await play.CallAsync("POST", $"/api/sessions/s1/apps/{Play.Package}/start");
        await play.UntilAsync("the webhook has come", () => play.App.Webhooks.Received.Count == 1);
        await play.UntilIdleAsync();
        var client = await play.AttachAsync("s1");
        await play.UntilStateAsync("s1", "RUNNING");
        await play.InvokeAsync(client, "init", new { reconnect = false, instanceId = "i1" });
        await play.UntilHeardAsync("s1", "ack", times: 2);
        await play.InvokeAsync(client, "setSubscriptions", new[] { "text", "audio" }, 0);
        await play.UntilHeardAsync("s1", "subscriptions");
        await play.CallAsync("POST", $"/api/sessions/s1/apps/{Play.Package}/messages", new { id = "m1", body = new { text = "Grüße", n = 12.0, tiny = 1e-7 } });
        await play.UntilHeardAsync("s1", "message");
        await play.InvokeAsync(client, "release");
        await play.UntilIdleAsync();
        client.Close();
        await play.UntilStateAsync("s1", "GRACE_PERIOD");
        await play.CallAsync("GET", $"/api/sessions/s1/apps/{Play.Package}");
        await play.UntilHeardAsync("s1", "closed");
    });

    [SkippableFact]
    public Task A_lost_socket_comes_back_with_its_state() => BothHosts.AgreeAsync(async play =>
    {
        var first = await RunningAsync(play);
        await play.InvokeAsync(first, "setSubscriptions", new[] { "text" }, 0);
        await play.UntilIdleAsync();
        first.Drop();
        await play.UntilStateAsync("s1", "GRACE_PERIOD");
        await play.CallAsync("POST", $"/api/sessions/s1/apps/{Play.Package}/messages", new { id = "m1", body = "while away" });
        await play.AttachAsync("s1", reconnect: true);
        await play.UntilHeardAsync("s1", "message");
        await play.AttachAsync("s1", instance: "i2");
        await play.UntilHeardAsync("s1", "superseded", instance: "i1");
        await play.UntilHeardAsync("s1", "closed", times: 2);
        await play.UntilAsync("the old connection's end is known", () => play.App.Engine.Store.ReadEntity($"@appsession@s1:{Play.Package}")!.State.Contains("\"Stale\":1"));
        await play.CallAsync("GET", $"/api/sessions/s1/apps/{Play.Package}");
    });

    [SkippableFact]
    public Task Hub_methods_refuse_bad_arguments_in_the_same_words() => BothHosts.AgreeAsync(async play =>
    {
        var client = await RunningAsync(play);
        await play.InvokeAsync(client, "init", 7);
        await play.InvokeAsync(client, "init", new { reconnect = "yes" });
        await play.InvokeAsync(client, "setSubscriptions", "text", 0);
        await play.InvokeAsync(client, "setSubscriptions", new object[] { 1 }, 0);
        await play.InvokeAsync(client, "setSubscriptions", new[] { "text" }, -1);
        await play.InvokeAsync(client, "setSubscriptions", new[] { "text" });
        await play.InvokeAsync(client, "release", 1);
        await play.InvokeAsync(client, "noSuchMethod");
        await play.InvokeAsync(client, "RELEASE");
    });

    [SkippableFact]
    public Task Webhooks_come_over_a_relay_the_same() => BothHosts.AgreeAsync(async play =>
    {
        await play.RegisterAsync(webhookUrl: "relay:");
        var process = await play.ConnectRelayAsync("i1");
        string? ticket = null;
        process.Invoked += (_, arguments) => ticket = arguments[0].GetProperty("ticket").GetString();
        await play.InvokeAsync(process, "ready", new { });
        await play.UntilIdleAsync();
        await play.CallAsync("POST", $"/api/sessions/s1/apps/{Play.Package}/start");
        await play.UntilAsync("the webhook has come", () => ticket is not null);
        await play.InvokeAsync(process, "answer", new { ticket = "lrp1.made.up", status = 202 });
        await play.InvokeAsync(process, "answer", new { ticket, status = 99 });
        await play.InvokeAsync(process, "answer", new { ticket, status = 202, headers = new Dictionary<string, string> { ["x-lifecycle-held-by"] = "i1" } });
        await play.InvokeAsync(process, "answer", new { ticket, status = 410 });
        await play.UntilIdleAsync();
        await play.AttachAsync("s1");
        await play.UntilStateAsync("s1", "RUNNING");
        await play.UntilHeardAsync("s1", "ack");
        await play.UntilRunsAreOverAsync();
        await play.InvokeAsync(process, "leaving");
        await play.UntilIdleAsync();
        await play.CallAsync("GET", $"/api/apps/{Play.Package}/health");
        process.Close();
        await play.UntilHeardAsync("relay", "closed");
    });

    [SkippableFact]
    public Task Who_may_not_attach_is_refused_the_same() => BothHosts.AgreeAsync(async play =>
    {
        await play.RegisterAsync();
        await play.AttachAsync("s1");
        await play.UntilHeardAsync("s1", "closed");
        var token = await play.CallAsync("POST", "/api/negotiate", new { sessionId = "s2", packageName = Play.Package }, ("x-api-key", Play.Key));
        await play.CallAsync("DELETE", $"/api/apps/{Play.Package}");
        var client = new VirtualClient(play.App.SignalR);
        client.Closed += end => play.Transcript.Add("what an app that is gone hears", $"{end}");
        await client.ConnectAsync(token.GetProperty("url").GetString()!, token.GetProperty("accessToken").GetString()!);
        await play.UntilAsync("it is closed", () => play.Transcript.Sections.ContainsKey("what an app that is gone hears"));
    });

    /// <summary>A started session with one connection, whose acks have come.</summary>
    internal static async Task<VirtualClient> RunningAsync(Play play, int reconnectGraceMs = 30_000, int connectTimeoutMs = 30_000)
    {
        await play.RegisterAsync(reconnectGraceMs, connectTimeoutMs);
        await play.CallAsync("POST", $"/api/sessions/s1/apps/{Play.Package}/start");
        await play.UntilAsync("the webhook has come", () => play.App.Webhooks.Received.Count == 1);
        await play.UntilIdleAsync();
        var client = await play.AttachAsync("s1");
        await play.UntilHeardAsync("s1", "ack");
        await play.UntilIdleAsync();
        // A worker on a busy machine may hear of the webhook's end long after the attach: its run must not meet the story's next one.
        await play.UntilRunsAreOverAsync();
        return client;
    }
}

using Lifecycle.Conformance.Recording;
using Lifecycle.Functions.Bulk;
using Lifecycle.Functions.Maintenance;

namespace Lifecycle.Conformance;

/// <summary>Calls of the API.</summary>
[Collection(nameof(BothHosts))]
public sealed class HttpTests
{
    const string App = $"/api/apps/{Play.Package}";

    [SkippableFact]
    public Task The_registry_answers_the_same() => BothHosts.AgreeAsync(async play =>
    {
        await play.CallAsync("GET", "/api/health");
        await play.CallAsync("GET", "/api/health/live");
        await play.CallAsync("GET", "/api/openapi.json");
        await play.CallAsync("GET", App);
        await play.CallAsync("PUT", App, new { webhookUrl = play.WebhookAddress });
        await play.RegisterAsync(reconnectGraceMs: 7_000);
        await play.CallAsync("GET", App);
        await play.CallAsync("POST", $"{App}/rotate-secret");
        await play.CallAsync("POST", $"{App}/rotate-key", new { apiKey = "another-key-0123456789" });
        await play.CallAsync("GET", $"{App}/health");
        await play.CallAsync("POST", $"{App}/revive");
        await play.CallAsync("DELETE", App);
        await play.CallAsync("GET", App);
    });

    [SkippableFact]
    public Task Bad_input_is_refused_in_the_same_words() => BothHosts.AgreeAsync(async play =>
    {
        await play.CallAsync("PUT", "/api/apps/no spaces", new { webhookUrl = play.WebhookAddress });
        await play.CallAsync("PUT", App, new { webhookUrl = "ftp://nowhere" });
        await play.CallAsync("PUT", App, new { webhookUrl = play.WebhookAddress, policy = new { reconnectGraceMs = 1 } });
        await play.SendAsync("PUT", App, "{\"webhookUrl\":");
        await play.SendAsync("PUT", App, "{}", "text/plain");
        await play.SendAsync("PUT", App, new string('x', 300_000));
        await play.CallAsync("POST", $"/api/sessions/s1/apps/{Play.Package}/start");
        await play.CallAsync("POST", "/api/negotiate", new { sessionId = "s1", packageName = Play.Package });
        await play.CallAsync("POST", "/api/negotiate");
        await play.CallAsync("POST", $"/api/negotiate?sessionId=s1&packageName={Play.Package}&reconnect=perhaps");
        await play.CallAsync("GET", "/api/events?limit=many");
        await play.CallAsync("GET", "/api/app-sessions?state=running&limit=0&cursor=!");
        await play.CallAsync("POST", "/api/app-sessions/stop", new { dryRun = false });
        await play.CallAsync("GET", $"/api/sessions/s%C3%BC1/apps/{Play.Package}");
        await play.CallAsync("GET", "/api/sessions/s%2F1/apps");
    });

    [SkippableFact]
    public Task Unknown_paths_and_methods_are_not_found() => BothHosts.AgreeAsync(async play =>
    {
        await play.CallAsync("GET", "/api/nothing");
        await play.CallAsync("DELETE", "/api/health");
    });

    [SkippableFact]
    public Task App_sessions_are_started_told_and_stopped_the_same() => BothHosts.AgreeAsync(async play =>
    {
        var session = $"/api/sessions/s1/apps/{Play.Package}";
        await play.RegisterAsync(stopTimeoutMs: 1_000);
        await play.CallAsync("GET", session);
        await play.CallAsync("POST", $"{session}/messages", new { body = 1 });
        await play.CallAsync("POST", $"{session}/start", new { foreground = true });
        await play.UntilAsync("the webhook has come", () => play.App.Webhooks.Received.Count == 1);
        await play.UntilIdleAsync();
        await play.CallAsync("GET", session);
        await play.CallAsync("POST", $"{session}/messages", new { id = "m1", body = new { text = "Grüße", n = 12.0, big = 12345678901234567890m } });
        await play.CallAsync("POST", $"{session}/messages", new { body = (object?)null });
        await play.CallAsync("GET", "/api/sessions/s1/apps");
        await play.CallAsync("POST", "/api/sessions/s1/away");
        await play.CallAsync("POST", "/api/sessions/s1/back");
        await play.CallAsync("POST", $"{session}/stop", new { reason = "enough" });
        await play.UntilStateAsync("s1", "STOPPED");
        await play.CallAsync("GET", session);
        await play.CallAsync("DELETE", "/api/sessions/s1");
        await play.CallAsync("GET", "/api/dead-letters");
        await play.UntilIdleAsync();
        await play.CallAsync("GET", "/api/events");
    });

    // Of sessions that make no difference of what they are told: no timer of theirs runs in one host and not yet in the other.
    [SkippableFact]
    public Task The_fleet_is_listed_counted_and_told_the_same() => BothHosts.AgreeAsync(async play =>
    {
        await play.RegisterAsync();
        foreach (var session in (string[])["s1", "s2", "s3"])
        {
            await play.StoreAsync($"@appsession@{session}:{Play.Package}", """{"Session":{"State":"STOPPED","Since":"2026-01-01T00:00:00+00:00","Reason":"stop_requested","Epoch":3}}""");
        }

        await play.CallAsync("GET", "/api/apps?limit=1");
        await play.CallAsync("GET", "/api/app-sessions?limit=2");
        await play.CallAsync("GET", "/api/app-sessions?state=STOPPED&package=com.*&session=s2");
        await play.CallAsync("POST", "/api/app-sessions/stop", new { filter = new { session = "s*" } });
        await play.CallAsync("POST", "/api/app-sessions/stop", new { filter = new { state = new[] { "STOPPED" }, session = "s*" }, dryRun = false, reason = "enough" });
        var bulk = play.App.Engine.Store.ReadOrchestrations(BulkRun.InstanceIdOf(""), null, 10).Single().InstanceId[BulkRun.InstanceIdOf("").Length..];
        await play.UntilAsync("the bulk action is done", async () => await play.ReadAsync($"/api/bulk/{bulk}") is var view && view.GetProperty("state").GetString() == "done");
        play.Transcript.Add("bulk", Plain.Json(await play.ReadAsync($"/api/bulk/{bulk}")));
        await play.RunAsync(nameof(Reconcile), () => play.App.RunTimerAsync(nameof(Reconcile)));
        await play.UntilIdleAsync();
        await play.CallAsync("GET", "/api/fleet");
    });
}

namespace Lifecycle.Functions.Tests;

/// <summary>The API and the hub as platform and app servers see them when all is well.</summary>
public sealed class ApiTests
{
    [Fact]
    public void PutApp_WithoutAKey_MakesOneAndShowsItOnce() => TestApp.Run(async app =>
    {
        var made = await app.CallAsync("PUT", "/api/apps/com.example.new", new { webhookUrl = "http://new.example/" });
        Assert.Equal(201, made.Status);
        Assert.StartsWith("lk_", made.Json.GetProperty("apiKey").GetString());
        var again = await app.CallAsync("PUT", "/api/apps/com.example.new", new { webhookUrl = "http://new.example/v2" });
        Assert.Equal(200, again.Status);
        Assert.False(again.Json.TryGetProperty("apiKey", out _));
        var read = await app.CallAsync("GET", "/api/apps/com.example.new");
        Assert.False(read.Json.TryGetProperty("apiKey", out _));
        Assert.Equal("http://new.example/v2", read.Json.GetProperty("webhookUrl").GetString());
        Assert.DoesNotContain("Hash", read.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(made.Json.GetProperty("apiKey").GetString()!, app.Everything());
    });

    [Fact]
    public void DeleteApp_ThenStart_IsNotFound() => TestApp.Run(async app =>
    {
        Assert.Equal(204, (await app.CallAsync("DELETE", $"/api/apps/{TestApp.Package}")).Status);
        Assert.Equal(404, (await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/start")).Status);
        Assert.Equal(404, (await app.CallAsync("GET", $"/api/apps/{TestApp.Package}")).Status);
    });

    [Fact]
    public void Start_SendsASessionRequest_AndTheAttachIsAcknowledged() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var webhook = Assert.Single(app.Webhooks);
        Assert.Contains("\"type\":\"session_request\"", await webhook.Content!.ReadAsStringAsync());
        Assert.StartsWith("wh_", webhook.Headers.GetValues("webhook-id").Single());

        var client = await app.AttachAsync();
        Assert.True(client.IsConnected);
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    [Fact]
    public void The_ack_carries_what_the_wire_page_says() => TestApp.Run(async app =>
    {
        await app.PutAppAsync(policy: new { reconnectGraceMs = 8_000 });
        await app.StartAsync();
        var first = await app.AttachAsync();
        await first.InvokeAsync("setSubscriptions", new[] { "text", "audio" }, 0);
        await app.Settle();
        first.Drop();
        await app.Settle();
        var acks = new List<System.Text.Json.JsonElement>();
        var second = await app.AttachAsync(reconnect: true);
        second.Invoked += (target, arguments) => acks.Add(arguments[0]);
        await second.InvokeAsync("init", new { instanceId = "i1" });
        await app.Settle();

        var ack = Assert.Single(acks);
        Assert.Equal(
            ["correlationId", "epoch", "handOverMs", "initWanted", "missed", "packageName", "reconnectGraceMs", "resumed", "seq", "sessionId", "state", "subscriptions", "subscriptionsVersion", "takenOver", "token", "version"],
            ack.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.True(ack.GetProperty("resumed").GetBoolean());
        Assert.Equal(["audio", "text"], ack.GetProperty("subscriptions").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal(8_000, ack.GetProperty("reconnectGraceMs").GetInt32());
    });

    [Fact]
    public void Attach_ToASessionThatNobodyStarted_IsClosedAsNotStarted() => TestApp.Run(async app =>
    {
        string? reason = null;
        var client = await app.AttachAsync("s9", closed: error => reason = error);
        Assert.False(client.IsConnected);
        Assert.Equal("not_started", reason);
        Assert.Equal(404, (await app.CallAsync("GET", $"/api/sessions/s9/apps/{TestApp.Package}")).Status);
    });

    [Fact]
    public void ListAppSessions_ShowsThisSessionOnly() => TestApp.Run(async app =>
    {
        await app.PutAppAsync("com.example.other");
        await app.StartAsync("s1");
        await app.StartAsync("s11");
        await app.CallAsync("POST", "/api/sessions/s1/apps/com.example.other/start");
        await app.Settle();
        var list = (await app.CallAsync("GET", "/api/sessions/s1/apps")).Json.GetProperty("apps").EnumerateArray();
        Assert.Equal(["com.example.notes", "com.example.other"], list.Select(a => a.GetProperty("packageName").GetString()).Order());
    });

    [Fact]
    public void DeleteSession_StopsEveryApp_TellsIt_AndForgetsItAfterTheRetention() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var told = new List<string>();
        var client = await app.AttachAsync();
        client.Invoked += (target, _) => told.Add(target);
        Assert.Equal(202, (await app.CallAsync("DELETE", "/api/sessions/s1")).Status);
        await app.Settle(500);
        Assert.Contains("stop", told);
        Assert.False(client.IsConnected);
        Assert.Equal("STOPPED", await app.StateAsync());
        Assert.Contains("stop_request", await app.Webhooks[^1].Content!.ReadAsStringAsync());
        await app.Settle(125_000);
        Assert.Equal(404, (await app.CallAsync("GET", $"/api/sessions/s1/apps/{TestApp.Package}")).Status);
    });

    [Fact]
    public void A_publisher_reaches_a_subscriber_through_its_group_right_after_the_reconnect() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var first = await app.AttachAsync();
        await first.InvokeAsync("setSubscriptions", new[] { "audio" }, 0);
        await app.Settle();
        first.Drop();
        await app.Settle();
        var heard = new List<string>();
        var second = await app.AttachAsync(reconnect: true);
        second.Invoked += (target, _) => heard.Add(target);
        var service = (Lifecycle.Local.SignalR.IServiceApi)app.Services.GetService(typeof(Lifecycle.Local.SignalR.IServiceApi))!;
        await service.SendAsync("apps", Lifecycle.Local.SignalR.SendTarget.Group("s1/audio"), "data", [1]);
        await app.Settle();
        Assert.Equal(["data"], heard);
    });

    [Fact]
    public void A_dead_app_is_evicted_when_its_webhook_says_gone_and_comes_back_by_revive() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.Gone);
        await app.StartAsync();
        Assert.Equal("EVICTED", await app.StateAsync());
        app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.Accepted);
        Assert.Equal(202, (await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/revive")).Status);
        await app.Settle();
        await app.AttachAsync();
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    [Fact]
    public void Retry_After_is_honoured() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ =>
        {
            var busy = new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable);
            busy.Headers.RetryAfter = new(TimeSpan.FromSeconds(40));
            return busy;
        };
        await app.StartAsync();
        await app.Settle(39_000);
        Assert.Single(app.Webhooks);
        await app.Settle(3_000);
        Assert.Equal(2, app.Webhooks.Count);
    });

    [Fact]
    public void Nothing_is_resurrected_for_a_user_who_is_away_until_the_user_is_back() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        var webhooks = app.Webhooks.Count;
        Assert.Equal(202, (await app.CallAsync("POST", "/api/sessions/s1/away")).Status);
        await app.Settle();
        client.Drop();
        await app.Settle(60_000);
        Assert.Equal(("DORMANT", webhooks), (await app.StateAsync(), app.Webhooks.Count));

        Assert.Equal(202, (await app.CallAsync("POST", "/api/sessions/s1/back")).Status);
        await app.Settle(3_000);
        Assert.Equal(("RESURRECTING", webhooks + 1), (await app.StateAsync(), app.Webhooks.Count));
    });

    [Fact]
    public void A_session_that_the_app_released_is_stopped_when_its_socket_is_gone() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        var webhooks = app.Webhooks.Count;
        Assert.True((await client.InvokeAsync("release"))!.Value.GetProperty("ok").GetBoolean());
        client.Close();
        await app.Settle(7_000);
        Assert.Equal(("STOPPED", webhooks), (await app.StateAsync(), app.Webhooks.Count));
    });
}

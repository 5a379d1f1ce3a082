using System.Globalization;
using System.Text.Json;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Explaining;

/// <summary>What an operator is answered who asks why.</summary>
public sealed class ExplainTests
{
    const string Session = $"/api/sessions/s1/apps/{TestApp.Package}";

    static Task<TestApp.Answer> ExplainAsync(TestApp app, string query = "") => app.CallAsync("GET", $"{Session}/explain{query}");

    static string At(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    // Attached at 0:00, dropped, and asked anew by webhook as nobody came back; the webhook is refused.
    static async Task<VirtualClient> LoseAsync(TestApp app)
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        client.Drop();
        await app.Settle();
        return client;
    }

    [Fact]
    public void A_session_in_its_grace_window_says_until_when_it_waits_and_what_comes_then() => TestApp.Run(async app =>
    {
        await LoseAsync(app);
        var explained = (await ExplainAsync(app)).Json;
        Assert.Contains("for its app to come back by itself", explained.GetProperty("sentence").GetString(), StringComparison.Ordinal);
        Assert.Equal(("GRACE_PERIOD", "app_reconnect"), (explained.GetProperty("state").GetString(), explained.GetProperty("waitsFor").GetString()));
        Assert.Equal((await app.SessionAsync()).GetProperty("deadline").GetDateTimeOffset(), explained.GetProperty("until").GetDateTimeOffset());
        Assert.Equal("CLOSED", explained.GetProperty("gate").GetProperty("breaker").GetString());
        Assert.NotEqual(0, explained.GetProperty("changes").GetArrayLength());
    });

    [Fact]
    public void Each_decision_has_its_event_the_row_of_the_table_what_was_not_met_and_what_was_done() => TestApp.Run(async app =>
    {
        await LoseAsync(app);
        var decisions = (await ExplainAsync(app)).Json.GetProperty("decisions").EnumerateArray().ToList();
        Assert.Equal(["StartRequested", "AttemptAdmitted", "Connected", "Disconnected"], decisions.Select(d => d.GetProperty("event").GetString()).Distinct());
        var lost = decisions[^1];
        Assert.Equal(("RUNNING", "GRACE_PERIOD", "applied", "socket_lost"), (Text(lost, "from"), Text(lost, "to"), Text(lost, "kind"), Text(lost, "reason")));
        Assert.Equal("connection is the attachment", Text(lost, "guard"));
        Assert.Contains("connection is not the attachment", lost.GetProperty("unmet").EnumerateArray().Select(guard => guard.GetString()));
        Assert.Contains(lost.GetProperty("effects").EnumerateArray(), effect => effect.GetString()!.StartsWith("arm the grace timer", StringComparison.Ordinal));
        Assert.All(decisions, decision => Assert.True(decision.GetProperty("replays").GetBoolean()));
    });

    [Fact]
    public void A_moment_of_the_past_is_explained_as_it_was() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        await app.Settle(10_000);
        client.Drop();
        await app.Settle(30_000);
        Assert.NotEqual("RUNNING", await app.StateAsync());
        var then = (await ExplainAsync(app, $"?at={At(app.Time.GetUtcNow().AddSeconds(-35))}")).Json;
        Assert.Equal("RUNNING", Text(then, "state"));
        Assert.DoesNotContain(then.GetProperty("decisions").EnumerateArray(), decision => Text(decision, "event") == "Disconnected");
        Assert.False(then.TryGetProperty("gate", out _));
        var never = await ExplainAsync(app, "?at=2020-01-01");
        Assert.Equal((404, "urn:lifecycle:problem:not_remembered"), (never.Status, Text(never.Json, "type")));
    });

    [Fact]
    public void To_explain_costs_one_read_of_the_session_and_writes_nothing() => TestApp.Run(async app =>
    {
        await LoseAsync(app);
        await ExplainAsync(app);
        var engine = app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine;
        var (reads, before) = (engine.Statistics.Reads, app.Everything());
        await ExplainAsync(app);
        Assert.Equal(1, engine.Statistics.Reads - reads);
        Assert.Equal(before, app.Everything());
    });

    [Fact]
    public void What_is_remembered_survives_a_restart_of_the_host()
    {
        var folder = Directory.CreateTempSubdirectory("lifecycle-explain-");
        try
        {
            TestApp.Run(
                async app =>
                {
                    await LoseAsync(app);
                    var before = (await ExplainAsync(app)).Json.GetProperty("decisions").GetRawText();
                    await app.RestartAsync(() => { });
                    Assert.StartsWith(before[..^1], (await ExplainAsync(app)).Json.GetProperty("decisions").GetRawText(), StringComparison.Ordinal);
                },
                data: folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_longer_grace_window_would_have_spared_the_webhook() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await AppClientAsync(app);
        await app.Settle(2_000);
        client.Drop();
        await app.Settle(12_000);
        Assert.Equal("RESURRECTING", await app.StateAsync());
        await AppClientAsync(app);
        Assert.Equal("RUNNING", await app.StateAsync());

        var other = (await app.CallAsync("POST", $"{Session}/what-if", new { policy = new { reconnectGraceMs = 30_000 } })).Json;
        Assert.Equal((2, 1), (other.GetProperty("webhooks").GetProperty("actual").GetInt32(), other.GetProperty("webhooks").GetProperty("instead").GetInt32()));
        Assert.DoesNotContain(other.GetProperty("instead").EnumerateArray(), step => Text(step, "state") == "RESURRECTING");
        Assert.Equal("RUNNING", Text(other.GetProperty("instead").EnumerateArray().Last(), "state"));
        Assert.Contains("the courses part at", other.GetProperty("sentence").GetString(), StringComparison.OrdinalIgnoreCase);

        var same = (await app.CallAsync("POST", $"{Session}/what-if", new { policy = new { reconnectGraceMs = 6_000 } })).Json;
        Assert.False(same.TryGetProperty("partsAt", out _));
        Assert.Contains("nothing would have gone otherwise", same.GetProperty("sentence").GetString(), StringComparison.OrdinalIgnoreCase);
    });

    [Fact]
    public void An_app_that_is_away_says_since_when_and_when_it_is_looked_for() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.ServiceUnavailable);
        foreach (var session in Enumerable.Range(1, 6))
        {
            await app.StartAsync($"s{session}");
        }

        await app.Settle(2_500);
        var explained = (await app.CallAsync("GET", $"/api/apps/{TestApp.Package}/explain")).Json;
        Assert.Contains("HTTP 503", explained.GetProperty("sentence").GetString(), StringComparison.Ordinal);
        Assert.Equal(("OPEN", "probe"), (Text(explained.GetProperty("breaker"), "state"), Text(explained, "waitsFor")));
        Assert.True(explained.GetProperty("incident").TryGetProperty("id", out _));
    });

    [Theory]
    [InlineData("?at=yesterday", "invalid_query", "at")]
    [InlineData("?when=now", "invalid_query", "when")]
    public void What_cannot_be_meant_is_refused(string query, string code, string field) => TestApp.Run(async app =>
    {
        await LoseAsync(app);
        var answer = await ExplainAsync(app, query);
        Assert.Equal((400, $"urn:lifecycle:problem:{code}"), (answer.Status, Text(answer.Json, "type")));
        Assert.True(answer.Json.GetProperty("errors").TryGetProperty(field, out _));
    });

    [Fact]
    public void A_policy_that_is_not_valid_is_refused_by_field() => TestApp.Run(async app =>
    {
        await LoseAsync(app);
        var answer = await app.CallAsync("POST", $"{Session}/what-if", new { policy = new { reconnectGraceMs = 1 } });
        Assert.Equal(400, answer.Status);
        Assert.True(answer.Json.GetProperty("errors").TryGetProperty("policy.reconnectGraceMs", out _));
        Assert.Equal(400, (await app.CallAsync("POST", $"{Session}/what-if", new { })).Status);
        Assert.Equal(404, (await app.CallAsync("POST", "/api/sessions/nobody/apps/com.example.notes/what-if", new { policy = new { } })).Status);
        Assert.Equal(404, (await app.CallAsync("GET", "/api/apps/com.example.nothing/explain")).Status);
    });

    static async Task<VirtualClient> AppClientAsync(TestApp app) => await app.AttachAsync(reconnect: true);

    static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

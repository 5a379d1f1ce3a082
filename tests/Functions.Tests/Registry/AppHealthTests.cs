using System.Net;

namespace Lifecycle.Functions.Tests.Registry;

/// <summary>An app in trouble, as the platform and the app's people see it through the API.</summary>
public sealed class AppHealthTests
{
    static readonly string[] sessions = [.. Enumerable.Range(1, 8).Select(n => $"s{n}")];

    static async Task<TestApp.Answer> HealthAsync(TestApp app) => await app.CallAsync("GET", $"/api/apps/{TestApp.Package}/health");

    static async Task StartAllAsync(TestApp app)
    {
        foreach (var session in sessions)
        {
            await app.StartAsync(session);
        }
    }

    static async Task<string[]> StatesAsync(TestApp app) => await Task.WhenAll(sessions.Select(app.StateAsync));

    [Fact]
    public void A_new_app_is_well() => TestApp.Run(async app =>
    {
        var health = (await HealthAsync(app)).Json;
        Assert.Equal("CLOSED", health.GetProperty("breaker").GetProperty("state").GetString());
        Assert.False(health.TryGetProperty("incident", out _));
    });

    [Fact]
    public void An_app_that_answers_503_has_one_incident_and_a_next_probe_and_recovers() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => new(HttpStatusCode.ServiceUnavailable);
        await StartAllAsync(app);
        await app.Settle(30_000);

        var down = (await HealthAsync(app)).Json;
        Assert.Equal("OPEN", down.GetProperty("breaker").GetProperty("state").GetString());
        Assert.Equal("unreachable", down.GetProperty("incident").GetProperty("cause").GetString());
        Assert.Equal("http_503", down.GetProperty("incident").GetProperty("lastOutcome").GetString());
        Assert.InRange(down.GetProperty("breaker").GetProperty("nextProbeAt").GetDateTimeOffset(), app.Time.GetUtcNow(), app.Time.GetUtcNow().AddSeconds(6));
        Assert.InRange(app.Webhooks.Count, 8, 16);

        app.WebhookAnswer = _ => new(HttpStatusCode.Accepted);
        await app.Settle(7_000);
        var up = (await HealthAsync(app)).Json;
        Assert.Equal("CLOSED", up.GetProperty("breaker").GetProperty("state").GetString());
        Assert.False(up.TryGetProperty("incident", out _));
        Assert.Equal(
            down.GetProperty("incident").GetProperty("id").GetString(), up.GetProperty("lastIncident").GetProperty("id").GetString());
        Assert.All(await StatesAsync(app), state => Assert.Equal("STARTING", state)); // every session was asked for: none attaches here
    });

    // Seven apps stayed dead until people woke every session by hand: one call has to do.
    [Fact]
    public void All_evicted_sessions_of_an_app_are_revived_by_one_call_long_before_the_next_probe() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => new(HttpStatusCode.BadGateway);
        await StartAllAsync(app);
        await app.Settle(3 * 3_600_000);
        Assert.All(await StatesAsync(app), state => Assert.Equal("EVICTED", state));
        await app.StartAsync("s1"); // probes, in vain: the next probe is an hour or more away
        await app.Settle(20_000);
        Assert.Equal("EVICTED", await app.StateAsync("s1"));
        var next = (await HealthAsync(app)).Json.GetProperty("breaker").GetProperty("nextProbeAt").GetDateTimeOffset();
        Assert.True(next > app.Time.GetUtcNow().AddHours(1));

        app.WebhookAnswer = _ => new(HttpStatusCode.Accepted);
        app.Webhooks.Clear();
        var answer = await app.CallAsync("POST", $"/api/apps/{TestApp.Package}/revive");
        Assert.Equal((202, 8), (answer.Status, answer.Json.GetProperty("sessions").GetInt32()));
        await app.Settle(4_000);
        Assert.Equal(8, app.Webhooks.Count);
        Assert.All(await StatesAsync(app), state => Assert.Equal("STARTING", state));
    });

    [Fact]
    public void A_start_of_an_app_that_is_long_away_fails_fast_and_says_why() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => throw new HttpRequestException(HttpRequestError.ConnectionError);
        await app.StartAsync();
        await app.Settle(3 * 3_600_000);
        await app.StartAsync();
        await app.Settle(20_000);
        app.Webhooks.Clear();

        var answer = await app.CallAsync("POST", $"/api/sessions/s2/apps/{TestApp.Package}/start");
        Assert.Equal((503, "urn:lifecycle:problem:app_unreachable"), (answer.Status, answer.Json.GetProperty("type").GetString()));
        Assert.True(int.Parse(answer.RetryAfter!, System.Globalization.CultureInfo.InvariantCulture) > 3_600);
        Assert.Equal(404, (await app.CallAsync("GET", $"/api/sessions/s2/apps/{TestApp.Package}")).Status);
        Assert.Empty(app.Webhooks);
    });
}

using System.Net;
using System.Text.Json;

namespace Lifecycle.Functions.Tests.Registry;

/// <summary>What an app's owner is told: nobody was, when an endpoint refused connections for months.</summary>
public sealed class OwnerNoticeTests
{
    const string Owner = "owner.example";

    static async Task RegisterAsync(TestApp app) =>
        Assert.Equal(200, (await app.CallAsync("PUT", $"/api/apps/{TestApp.Package}", new { webhookUrl = "http://app.example/hook", ownerUrl = $"http://{Owner}/n", apiKey = TestApp.Key })).Status);

    static List<(HttpRequestMessage Request, JsonElement Body)> Notices(TestApp app) =>
        [.. app.Webhooks.Where(w => w.RequestUri!.Host == Owner).Select(w => (w, BodyOf(w)))];

    static JsonElement BodyOf(HttpRequestMessage request)
    {
        var stream = request.Content!.ReadAsStream();
        stream.Position = 0; // read more than once
        return JsonSerializer.Deserialize<JsonElement>(stream);
    }

    static HttpStatusCode WhileAppIsAway(HttpRequestMessage request) => request.RequestUri!.Host == Owner ? HttpStatusCode.NoContent : HttpStatusCode.BadGateway;

    [Fact]
    public void The_owner_is_told_once_that_an_app_is_away_and_once_that_it_is_back_by_signed_notices() => TestApp.Run(async app =>
    {
        await RegisterAsync(app);
        app.WebhookAnswer = request => new(WhileAppIsAway(request));
        for (var n = 1; n <= 6; n++)
        {
            await app.StartAsync($"s{n}");
        }

        await app.Settle(700_000);
        var (request, body) = Assert.Single(Notices(app));
        Assert.Equal(
            ("app_unreachable", TestApp.Package, "horizon_over", "http_502"),
            (body.GetProperty("type").GetString(), body.GetProperty("packageName").GetString(), body.GetProperty("reason").GetString(), body.GetProperty("lastOutcome").GetString()));
        Assert.StartsWith("v1,", request.Headers.GetValues("webhook-signature").Single());

        app.WebhookAnswer = _ => new(HttpStatusCode.Accepted);
        await app.CallAsync("POST", $"/api/apps/{TestApp.Package}/revive");
        await app.Settle(30_000);
        var notices = Notices(app);
        Assert.Equal(["app_unreachable", "app_recovered"], notices.Select(n => n.Body.GetProperty("type").GetString()));
        Assert.Single(notices.Select(n => n.Body.GetProperty("incidentId").GetString()).Distinct());
        Assert.Equal(["app", "app"], notices.Select(n => n.Body.GetProperty("blame").GetString()));
        Assert.Equal(6, notices[1].Body.GetProperty("sessionsEvicted").GetInt32());
    });

    [Fact]
    public void An_owner_endpoint_that_is_away_gets_the_same_notice_under_the_same_id_later() => TestApp.Run(async app =>
    {
        await RegisterAsync(app);
        var ownerIsUp = false;
        app.WebhookAnswer = request => new(request.RequestUri!.Host != Owner ? HttpStatusCode.Gone : ownerIsUp ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable);
        await app.StartAsync();
        await app.Settle(3_600_000);
        var tries = Notices(app).Count;
        Assert.InRange(tries, 5, 20);

        ownerIsUp = true;
        await app.Settle(3 * 3_600_000);
        var notices = Notices(app);
        Assert.Equal(tries + 1, notices.Count);
        Assert.Single(notices.Select(n => n.Request.Headers.GetValues("webhook-id").Single()).Distinct());
    });

    [Fact]
    public void An_app_without_an_owner_endpoint_is_given_up_all_the_same() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => new(HttpStatusCode.Gone);
        await app.StartAsync();
        await app.Settle(60_000);
        Assert.Equal("EVICTED", await app.StateAsync());
        Assert.Single(app.Webhooks);
    });
}

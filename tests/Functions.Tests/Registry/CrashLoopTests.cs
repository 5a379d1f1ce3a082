using System.Text.Json;

namespace Lifecycle.Functions.Tests.Registry;

/// <summary>An app that attaches and is lost again and again, as its owner and the platform see it.</summary>
public sealed class CrashLoopTests
{
    static string[] Notices(TestApp app) =>
    [
        .. app.Webhooks.Where(webhook => webhook.RequestUri!.Host == "owner.example").Select(webhook =>
        {
            var stream = webhook.Content!.ReadAsStream();
            stream.Position = 0;
            return JsonSerializer.Deserialize<JsonElement>(stream);
        }).Select(body => $"{body.GetProperty("type")} {body.GetProperty("cause")} {body.GetProperty("blame")}"),
    ];

    static int Webhooks(TestApp app) => app.Webhooks.Count(webhook => webhook.RequestUri!.Host != "owner.example");

    static async Task<JsonElement> HealthAsync(TestApp app) => (await app.CallAsync("GET", $"/api/apps/{TestApp.Package}/health")).Json;

    static async Task LoseAsync(TestApp app, string instance)
    {
        (await app.AttachAsync(instance: instance)).Drop();
        await app.Settle(6_100);
    }

    // It got a webhook every 7.4 s for ever, its breaker stayed closed, and nobody was told.
    [Fact]
    public void An_app_that_does_not_stay_is_put_off_and_its_owner_told_once_and_once_that_it_is_well() => TestApp.Run(async app =>
    {
        await app.CallAsync("PUT", $"/api/apps/{TestApp.Package}", new { webhookUrl = "http://app.example/hook", ownerUrl = "http://owner.example/n", apiKey = TestApp.Key });
        await app.StartAsync();
        await LoseAsync(app, "i1");
        Assert.Empty(Notices(app));
        await LoseAsync(app, "i2");

        var session = await app.SessionAsync();
        Assert.Equal(("BACKOFF", "crash_loop"), (session.GetProperty("state").GetString(), session.GetProperty("reason").GetString()));
        var sent = Webhooks(app);
        await app.Settle(10_000);
        Assert.Equal(sent, Webhooks(app));
        await app.Settle(12_000);
        Assert.Equal(sent + 1, Webhooks(app));

        var health = await HealthAsync(app);
        Assert.Equal(("CLOSED", "crash_loop"), (health.GetProperty("breaker").GetProperty("state").GetString(), health.GetProperty("incident").GetProperty("cause").GetString()));
        await LoseAsync(app, "i3");
        Assert.Equal(["crash_loop crash_loop app"], Notices(app));

        await app.AttachAsync(instance: "i4");
        await app.Settle(59_000);
        Assert.Equal("crash_loop", (await HealthAsync(app)).GetProperty("incident").GetProperty("cause").GetString());
        await app.Settle(3_000);
        Assert.Equal(["crash_loop crash_loop app", "app_recovered crash_loop app"], Notices(app));
        Assert.False((await HealthAsync(app)).TryGetProperty("incident", out _));
    });
}

using System.Net;
using System.Text.Json;

namespace Lifecycle.Functions.Tests.Runs;

/// <summary>How an app hears of stops over HTTP.</summary>
public sealed class StopTests
{
    // 284 sessions were stopped at once: 284 webhooks in one second. And a stop that waits must not stop what the user has started since.
    [Fact]
    public void Stops_reach_the_app_at_its_pace_and_one_that_was_overtaken_by_a_start_does_not() => TestApp.Run(async app =>
    {
        await app.PutAppAsync(policy: new { pacePerSecond = 1 });
        string[] sessions = ["s1", "s2", "s3", "s4"];
        foreach (var session in sessions)
        {
            Assert.Equal(202, (await app.CallAsync("POST", $"/api/sessions/{session}/apps/{TestApp.Package}/start")).Status);
            await app.Settle();
            await app.AttachAsync(session);
        }

        await app.Settle(10_000);
        var told = Listen(app);
        foreach (var session in sessions)
        {
            await app.CallAsync("POST", $"/api/sessions/{session}/apps/{TestApp.Package}/stop");
        }

        await app.Settle(200);
        Assert.Equal("STOPPED", await app.StateAsync("s4"));
        await app.CallAsync("POST", $"/api/sessions/s4/apps/{TestApp.Package}/start");
        await app.Settle(10_000);

        Assert.Equal(["s1", "s2", "s3"], told.Select(stop => stop.Session));
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.InRange((pair.Second.At - pair.First.At).TotalMilliseconds, 950, 1_050));
    });

    [Fact]
    public void A_stop_that_the_app_does_not_take_is_tried_three_times_and_counted() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        await app.Settle();
        app.WebhookAnswer = _ => new(HttpStatusCode.InternalServerError);
        app.Webhooks.Clear();
        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop");
        await app.Settle(60_000);

        Assert.Equal(3, app.Webhooks.Count);
        var health = (await app.CallAsync("GET", $"/api/apps/{TestApp.Package}/health")).Json;
        Assert.Equal(1, health.GetProperty("tally").GetProperty("stopsDropped").GetInt32());
        Assert.Equal("CLOSED", health.GetProperty("breaker").GetProperty("state").GetString());
    });

    static List<(string Session, DateTimeOffset At)> Listen(TestApp app)
    {
        var told = new List<(string, DateTimeOffset)>();
        app.WebhookAnswer = request =>
        {
            var body = JsonDocument.Parse(request.Content!.ReadAsStringAsync().Result).RootElement;
            if (body.GetProperty("type").GetString() == "stop_request")
            {
                told.Add((body.GetProperty("sessionId").GetString()!, app.Time.GetUtcNow()));
            }

            return new(HttpStatusCode.Accepted);
        };
        return told;
    }
}

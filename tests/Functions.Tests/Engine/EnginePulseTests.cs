using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Engine;

/// <summary>What negotiate and health say of an engine that is behind, or that does not work.</summary>
public sealed class EnginePulseTests
{
    static DurableEngine Engine(TestApp app) => app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine;

    // Each a first try, as the SDKs count them: a second one is a sign of life and costs an operation for that.
    static Task<TestApp.Answer> NegotiateAsync(TestApp app, int session = 0) => app.CallAsync(
        "POST", "/api/negotiate", new { sessionId = $"s{session}", packageName = TestApp.Package, instanceId = "i1", attempt = 1 }, ("x-api-key", TestApp.Key));

    static async Task<TestApp.Answer> NegotiateInACrowdAsync(TestApp app)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => NegotiateAsync(app, n)));
        await app.Settle();
        return answers[^1];
    }

    static long AckWithin(TestApp.Answer answer) => answer.Json.GetProperty("ackWithinMs").GetInt64();

    [Fact]
    public void Negotiate_OfAnEngineThatKeepsUp_ExpectsTheAckWithinFiveSeconds() => TestApp.Run(async app =>
    {
        var answer = await NegotiateAsync(app);
        Assert.Equal((200, 5_000), (answer.Status, AckWithin(answer)));
        Assert.Equal(5_000, AckWithin(await NegotiateInACrowdAsync(app)));
    });

    [Fact]
    public void Negotiate_ByOneAppAtATime_CostsTheEngineNothing() => TestApp.Run(async app =>
    {
        var before = Engine(app).Statistics.Operations;
        for (var n = 0; n < 50; n++)
        {
            await NegotiateAsync(app, n);
            await app.Settle(200);
        }

        Assert.Equal(before, Engine(app).Statistics.Operations);
    });

    [Fact]
    public void Negotiate_InACrowdThatLasts_CostsThreeOperationsInFiveSeconds() => TestApp.Run(async app =>
    {
        var before = Engine(app).Statistics.Operations;
        for (var n = 0; n < 200; n++)
        {
            await NegotiateInACrowdAsync(app);
            await app.Settle(250);
        }

        Assert.InRange(Engine(app).Statistics.Operations - before, 30, 3 * (60 / 5));
    });

    // The SDKs gave a connection 5 s, however long the queue was, closed it, and made the queue longer by opening another one.
    [Fact]
    public void Negotiate_OfAnEngineThatIsBehind_SaysHowLongToWait() => TestApp.Run(async app =>
    {
        Engine(app).StandStill(TimeSpan.FromSeconds(20));
        await NegotiateInACrowdAsync(app); // sends the pulse
        await app.Settle(10_000);
        await NegotiateInACrowdAsync(app); // looks after it
        Assert.InRange(AckWithin(await NegotiateInACrowdAsync(app)), 22_000, 24_000);
        await app.Settle(12_000);
        await NegotiateInACrowdAsync(app);
        Assert.InRange(AckWithin(await NegotiateInACrowdAsync(app)), 41_000, 44_000);
        await app.Settle(35_000);
        await NegotiateInACrowdAsync(app);
        Assert.Equal(5_000, AckWithin(await NegotiateInACrowdAsync(app)));
    });

    [Fact]
    public void Negotiate_OfAnEngineThatIsTooFarBehind_AsksToComeAgainLater() => TestApp.Run(async app =>
    {
        Engine(app).StandStill(TimeSpan.FromMinutes(2));
        await NegotiateInACrowdAsync(app);
        await app.Settle(61_000);
        await NegotiateInACrowdAsync(app);
        var refusals = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => NegotiateAsync(app, n)));
        Assert.All(refusals, refusal => Assert.Equal((503, "application/problem+json"), (refusal.Status, refusal.ContentType)));
        Assert.Contains("urn:lifecycle:problem:engine_busy", refusals[0].Text);
        Assert.All(refusals, refusal => Assert.InRange(int.Parse(refusal.RetryAfter!), 15, 31));
        Assert.True(refusals.Select(refusal => refusal.RetryAfter).Distinct().Count() > 5, "They come back together.");
        await app.Settle(65_000); // it has caught up
        await NegotiateInACrowdAsync(app);
        Assert.Equal(200, (await NegotiateAsync(app)).Status);
    });

    // Refused at negotiate they have no connection, and would be taken for dead.
    [Fact]
    public void No_app_that_negotiate_refuses_gets_a_webhook() => TestApp.Run(async app =>
    {
        await app.PutAppAsync(policy: new { reconnectGraceMs = 6_000 });
        await app.StartAsync();
        var client = await app.AttachAsync();
        await app.Settle(5_000);
        var webhooks = app.Webhooks.Count;
        client.Drop();
        await app.Settle(1_000);
        Engine(app).StandStill(TimeSpan.FromSeconds(62));
        await NegotiateInACrowdAsync(app);
        await app.Settle(61_000);
        await NegotiateInACrowdAsync(app);
        Assert.Equal(503, (await NegotiateInACrowdAsync(app)).Status);
        await app.Settle(2_000); // the grace window has ended, and the run looks
        Assert.Equal(webhooks, app.Webhooks.Count);
        await app.Settle(2_000);
        await NegotiateInACrowdAsync(app);
        await app.AttachAsync();
        await app.Settle(20_000);
        Assert.Equal(webhooks, app.Webhooks.Count);
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    [Fact]
    public void Health_OfAnEngineThatWorks_SaysHowFarItIsBehind() => TestApp.Run(async app =>
    {
        var answer = await app.CallAsync("GET", "/api/health");
        Assert.Equal((200, "ok"), (answer.Status, answer.Json.GetProperty("status").GetString()));
        Assert.InRange(answer.Json.GetProperty("engineLagMs").GetInt64(), 0, 50);
    });

    // It said 200 while no listener of the durable backend had started.
    [Fact]
    public void Health_OfAnEngineThatHasNeverAnswered_IsNotReadyWithinASecond() => TestApp.Run(async app =>
    {
        Engine(app).StandStill(TimeSpan.FromMinutes(1));
        for (var n = 0; n < 10; n++)
        {
            var began = app.Time.GetUtcNow();
            var answer = await app.CallAsync("GET", "/api/health");
            Assert.Equal((503, "application/problem+json"), (answer.Status, answer.ContentType));
            Assert.Contains("urn:lifecycle:problem:engine_not_ready", answer.Text);
            Assert.InRange((app.Time.GetUtcNow() - began).TotalMilliseconds, 0, 1_000);
            await app.Settle(4_000);
        }

        await app.Settle(20_000);
        Assert.Equal(200, (await app.CallAsync("GET", "/api/health")).Status);
    });

    [Fact]
    public void Health_OfAnEngineThatStopsWorking_SaysSoAfterAMoment() => TestApp.Run(async app =>
    {
        Assert.Equal(200, (await app.CallAsync("GET", "/api/health")).Status);
        await app.Settle(3_000);
        Engine(app).StandStill(TimeSpan.FromMinutes(10));
        Assert.Equal(200, (await app.CallAsync("GET", "/api/health")).Status);
        await app.Settle(15_000);
        var answer = await app.CallAsync("GET", "/api/health");
        Assert.Equal(503, answer.Status);
        Assert.Contains("has not carried out anything for 16 s", answer.Text);
    });

    [Fact]
    public void Health_AskedWithoutEnd_CostsThreeOperationsInTwoSeconds() => TestApp.Run(async app =>
    {
        var before = Engine(app).Statistics.Operations;
        for (var n = 0; n < 1_000; n++)
        {
            Assert.Equal(200, (await app.CallAsync("GET", "/api/health")).Status);
            await app.Settle(10);
        }

        Assert.InRange(Engine(app).Statistics.Operations - before, 3, 3 * 11);
    });
}

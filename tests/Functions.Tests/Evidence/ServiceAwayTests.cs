using Lifecycle.Functions.Canary;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Evidence;

/// <summary>What negotiate answers while no client can open a socket, and what becomes of the sessions meanwhile.</summary>
public sealed class ServiceAwayTests
{
    static ServiceWatch Watch(TestApp app) => app.Services.GetRequiredService<ServiceWatch>();

    static Task<TestApp.Answer> NegotiateAsync(TestApp app, string session = "s1") => app.CallAsync(
        "POST", "/api/negotiate", new { sessionId = session, packageName = TestApp.Package, instanceId = "i1", attempt = 2 }, ("x-api-key", TestApp.Key));

    static void Refuse(TestApp app, bool refuse) => app.Services.GetRequiredService<SignalRServiceCore>().Faults.RefuseConnections = refuse;

    static async Task LoseServiceAsync(TestApp app)
    {
        Assert.True((await Watch(app).LookAsync(CancellationToken.None)).Open);
        Refuse(app, true);
        await app.Settle(2_100);
        Assert.False((await Watch(app).LookAsync(CancellationToken.None)).Open);
    }

    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(6_000, 4)]
    [InlineData(8_000, 6)]
    [InlineData(60_000, 8)]
    public void Negotiate_WhileTheServiceIsAway_IsPutOffByWholeSecondsThatFitTheGraceWindow(int graceMs, int latest) => TestApp.Run(async app =>
    {
        await app.PutAppAsync(policy: new { reconnectGraceMs = graceMs });
        await LoseServiceAsync(app);
        // An outage that has just begun may be over at once: of two seconds, four were made by the slots.
        Assert.Equal("1", (await NegotiateAsync(app)).RetryAfter);
        await app.Settle(10_000);
        Assert.Equal(200, (await NegotiateAsync(app)).Status); // the one in five seconds
        HashSet<int> waits = [];
        for (var session = 0; session < 100; session++)
        {
            var answer = await NegotiateAsync(app, $"s{session}");
            Assert.Equal((503, "application/problem+json"), (answer.Status, answer.ContentType));
            Assert.Equal("urn:lifecycle:problem:service_away", answer.Json.GetProperty("type").GetString());
            waits.Add(int.Parse(answer.RetryAfter!));
        }

        Assert.Equal(Enumerable.Range(1, latest), waits.Order());
        Refuse(app, false);
        await app.Settle(1_300);
        Assert.Equal(200, (await NegotiateAsync(app)).Status);
    });

    // What is known of the service is evidence enough: ten minutes of tries are no operation.
    [Fact]
    public void Negotiate_WhileTheServiceIsAway_TellsNobody() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        (await app.AttachAsync()).Drop();
        await LoseServiceAsync(app);
        var before = app.Everything();
        Assert.Equal(503, (await NegotiateAsync(app)).Status);
        await app.Settle();
        Assert.Equal(before, app.Everything());
    });

    // One host of several whose own way was blocked kept every app away that asked it.
    [Fact]
    public void Negotiate_AtAHostThatHasNeverSeenTheServiceOpen_SendsClientsThere() => TestApp.Run(async app =>
    {
        Refuse(app, true);
        Assert.False((await Watch(app).LookAsync(CancellationToken.None)).Open);
        Assert.Equal(200, (await NegotiateAsync(app)).Status);
    });

    // A host that was started in the middle of an outage sends everybody there, and told every session of every try.
    [Fact]
    public void Negotiate_OfAClientThatIsSentThereAllTheSame_TellsNobodyEither() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        (await app.AttachAsync()).Drop();
        await LoseServiceAsync(app);
        await app.Settle(5_500);
        var before = app.Everything();
        Assert.Equal(200, (await NegotiateAsync(app)).Status);
        await app.Settle();
        Assert.Equal(before, app.Everything());
    });

    [Fact]
    public void Negotiate_WhileOtherClientsGetThrough_SendsClientsThere() => TestApp.Run(async app =>
    {
        await LoseServiceAsync(app);
        await app.Settle(1_000);
        Watch(app).Attached(app.Time.GetUtcNow()); // another host sent it there
        Assert.Equal(200, (await NegotiateAsync(app)).Status);
        await app.Settle(30_000);
        Assert.Equal(200, (await NegotiateAsync(app)).Status);
        Assert.Equal(200, (await NegotiateAsync(app)).Status);
    });

    // A host whose own way to the service was closed for good sent every client away, for ever: none was left to show that the service was there.
    [Fact]
    public void Negotiate_AtAHostThatCannotReachTheService_SendsOneClientInFiveSecondsAndThenEverybody() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        await LoseServiceAsync(app);
        await app.Settle(3_000);
        Assert.Equal(503, (await NegotiateAsync(app)).Status);
        await app.Settle(2_500);
        Assert.Equal(200, (await NegotiateAsync(app)).Status);
        Assert.Equal(503, (await NegotiateAsync(app)).Status);
        Watch(app).Attached(app.Time.GetUtcNow());
        Assert.Equal(200, (await NegotiateAsync(app)).Status);
    });

    // 50 of 50 sessions were started anew while every process lived.
    [Fact]
    public void Session_LostWithTheService_WaitsForItAndGoesOnWithItsState() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        var correlation = (await app.SessionAsync()).GetProperty("correlationId").GetString();
        var webhooks = app.Webhooks.Count;
        await LoseServiceAsync(app);
        client.Drop();
        await app.Settle(5 * 60_000);
        Assert.Equal("GRACE_PERIOD", await app.StateAsync());
        Refuse(app, false);
        await app.Settle(5_000);
        await app.AttachAsync();
        var back = await app.SessionAsync();
        Assert.Equal(("RUNNING", correlation, webhooks), (back.GetProperty("state").GetString(), back.GetProperty("correlationId").GetString(), app.Webhooks.Count));
    });
}

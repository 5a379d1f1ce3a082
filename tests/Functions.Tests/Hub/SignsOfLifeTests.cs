using System.Text.Json;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Hub;

/// <summary>What negotiate takes for a sign of life, whom it tells, and what that costs.</summary>
public sealed class SignsOfLifeTests
{
    const string Other = "com.example.other";

    static Task<TestApp.Answer> NegotiateAsync(
        TestApp app, int? attempt = null, bool? refused = null, string session = "s1", string package = TestApp.Package, string? instance = "i1", string key = TestApp.Key) =>
        app.CallAsync(
            "POST", "/api/negotiate", new { sessionId = session, packageName = package, instanceId = instance, attempt, connectRefused = refused }, ("x-api-key", key));

    static long Signals(TestApp app) =>
        app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Statistics.Messages.GetValueOrDefault(MessageKind.Signal);

    /// <summary>A session whose app has just lost its socket, and has a minute.</summary>
    static async Task LoseAsync(TestApp app, int graceMs = 60_000)
    {
        await app.PutAppAsync(policy: new { reconnectGraceMs = graceMs });
        await app.StartAsync();
        (await app.AttachAsync()).Drop();
        await app.Settle(500);
        Assert.Equal("GRACE_PERIOD", await app.StateAsync());
    }

    static void CountsSignals(int expected, Func<TestApp, Task> negotiate) => TestApp.Run(async app =>
    {
        await LoseAsync(app);
        var before = Signals(app);
        await negotiate(app);
        await app.Settle();
        Assert.Equal(expected, Signals(app) - before);
    });

    [Theory]
    [InlineData("body", 2, null)]
    [InlineData("body", null, true)]
    [InlineData("body", 1, true)]
    [InlineData("query", 2, null)]
    [InlineData("query", null, true)]
    [InlineData("header", 2, null)]
    [InlineData("header", null, true)]
    public void Negotiate_ThatSaysItIsNoFirstTry_TellsTheSession(string where, int? attempt, bool? refused) => CountsSignals(1, async app =>
    {
        var answer = where switch
        {
            "body" => await NegotiateAsync(app, attempt, refused),
            "query" => await app.CallAsync(
                "POST",
                $"/api/negotiate?sessionId=s1&packageName={TestApp.Package}&instanceId=i1{(attempt is null ? "" : $"&attempt={attempt}")}{(refused is null ? "" : "&connectRefused=true")}",
                headers: ("x-api-key", TestApp.Key)),
            _ => await app.CallAsync(
                "POST",
                "/api/negotiate",
                null,
                ("x-api-key", TestApp.Key),
                ("x-lifecycle-session-id", "s1"),
                ("x-lifecycle-package-name", TestApp.Package),
                ("x-lifecycle-instance-id", "i1"),
                attempt is null ? ("x-lifecycle-connect-refused", "true") : ("x-lifecycle-attempt", $"{attempt}")),
        };
        Assert.Equal(200, answer.Status);
    });

    [Theory]
    [InlineData(1, null)]
    [InlineData(1, false)]
    [InlineData(null, null)]
    [InlineData(null, false)]
    public void Negotiate_ThatIsAFirstTry_TellsNothing(int? attempt, bool? refused) => CountsSignals(0, app => NegotiateAsync(app, attempt, refused));

    [Theory]
    [InlineData("attempt", "0")]
    [InlineData("attempt", "-1")]
    [InlineData("attempt", "1000001")]
    [InlineData("attempt", "two")]
    [InlineData("attempt", "1.5")]
    [InlineData("connectRefused", "yes")]
    [InlineData("connectRefused", "")]
    public void Negotiate_WhichSaysSomethingElse_IsRefusedAndTellsNothing(string name, string value) => CountsSignals(0, async app =>
    {
        var answer = await app.CallAsync(
            "POST", $"/api/negotiate?sessionId=s1&packageName={TestApp.Package}&{name}={value}", headers: ("x-api-key", TestApp.Key));
        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal("urn:lifecycle:problem:invalid_negotiate", answer.Json.GetProperty("type").GetString());
        Assert.StartsWith("must be ", answer.Json.GetProperty("errors").GetProperty(name).GetString());
        var inBody = await app.SendAsync(
            "POST", "/api/negotiate", JsonSerializer.Serialize(new Dictionary<string, object> { ["sessionId"] = "s1", ["packageName"] = TestApp.Package, [name] = value }), headers: ("x-api-key", TestApp.Key));
        Assert.Equal((400, "application/problem+json"), (inBody.Status, inBody.ContentType));
    });

    [Fact]
    public void Negotiate_AgainAndAgain_TellsOnceInTwoSeconds() => CountsSignals(3, async app =>
    {
        for (var attempt = 2; attempt < 22; attempt++)
        {
            await NegotiateAsync(app, attempt); // 20 in 5 s: at 0, 2.25 and 4.5 s
            await app.Settle(250);
        }
    });

    // One that came every 50 s counted at every second time only: its grace window of a minute ran out between two signs, and the living app was started anew.
    [Fact]
    public void Negotiate_OfAClientThatDoesNotCount_IsASignEachTimeWithinAMinuteOfTheOneBefore() => TestApp.Run(async app =>
    {
        await LoseAsync(app);
        List<long> told = [];
        foreach (var waitMs in new[] { 0, 50_000, 50_000, 50_000, 50_000, 61_000, 50_000 })
        {
            await app.Settle(waitMs);
            var before = Signals(app);
            await NegotiateAsync(app);
            told.Add(Signals(app) - before);
            Assert.True(told.Count > 5 || await app.StateAsync() == "GRACE_PERIOD");
        }

        Assert.Equal([0, 1, 1, 1, 1, 0, 1], told);
    });

    // Its socket was lost a second time within the minute, and the reconnect cost an operation more and told of a life that nobody doubted.
    [Fact]
    public void Negotiate_OfAClientThatHasAttachedSince_IsAFirstTryAgain() => TestApp.Run(async app =>
    {
        await LoseAsync(app);
        for (var reconnect = 0; reconnect < 3; reconnect++)
        {
            var client = await app.AttachAsync();
            await app.Settle(500);
            client.Drop();
            await app.Settle(500);
            var before = Signals(app);
            await NegotiateAsync(app);
            Assert.Equal(before, Signals(app));
        }
    });

    [Fact]
    public void Negotiate_WithAWrongKey_TellsNothing() => CountsSignals(0, async app =>
        Assert.Equal(401, (await NegotiateAsync(app, 2, key: "not-the-key-0123456789")).Status));

    [Theory]
    [InlineData("s1", TestApp.Package, "i2")]
    [InlineData("s2", TestApp.Package, "i1")]
    [InlineData("s1", Other, "i1")]
    public void Negotiate_OfAnotherProcessSessionOrPackage_HoldsNothingBack(string session, string package, string instance) => TestApp.Run(async app =>
    {
        await app.PutAppAsync(Other);
        await LoseAsync(app, graceMs: 6_000);
        var before = app.Webhooks.Count;
        for (var attempt = 2; attempt < 14; attempt++)
        {
            Assert.Equal(200, (await NegotiateAsync(app, attempt, session: session, package: package, instance: instance)).Status);
            await app.Settle(1_000);
        }

        Assert.Equal(("RESURRECTING", before + 1), (await app.StateAsync(), app.Webhooks.Count));
    });

    // The app could not get through for 20 s, tried all the time, and was started anew after six.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Negotiate_OfTheProcessThatWasAttached_HoldsTheResurrectionBack(bool counts) => TestApp.Run(async app =>
    {
        await LoseAsync(app, graceMs: 6_000);
        var before = app.Webhooks.Count;
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            await NegotiateAsync(app, counts ? attempt : null);
            await app.Settle(2_000);
        }

        var held = await app.SessionAsync();
        Assert.Equal(("GRACE_PERIOD", before), (held.GetProperty("state").GetString(), app.Webhooks.Count));
        var correlation = held.GetProperty("correlationId").GetString();
        await app.AttachAsync();
        var back = await app.SessionAsync();
        Assert.Equal(("RUNNING", correlation), (back.GetProperty("state").GetString(), back.GetProperty("correlationId").GetString()));
        Assert.Equal(0, back.GetProperty("tally").GetProperty("falseResurrections").GetInt32());
    });

    [Fact]
    public void Negotiate_OfAProcessThatStopsTrying_HoldsForAGraceWindowAndNoLonger() => TestApp.Run(async app =>
    {
        await LoseAsync(app, graceMs: 6_000);
        var before = app.Webhooks.Count;
        await app.Settle(4_000);
        await NegotiateAsync(app, 2);
        await app.Settle(5_900);
        Assert.Equal(("GRACE_PERIOD", before), (await app.StateAsync(), app.Webhooks.Count));
        await app.Settle(2_500);
        Assert.Equal(("RESURRECTING", before + 1), (await app.StateAsync(), app.Webhooks.Count));
    });
}

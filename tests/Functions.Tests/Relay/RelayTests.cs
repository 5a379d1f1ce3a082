using Lifecycle.Entities;
using Lifecycle.Functions.Relay;
using Lifecycle.Functions.Tests.Webhooks;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Relay;

/// <summary>Webhooks that come over the connections of an app's processes.</summary>
public sealed class RelayTests
{
    [Fact]
    public void AStart_ReachesTheProcess_AndItsAnswerIsTheResult() => RelayedApp.Run(async app =>
    {
        var process = await RelayProcess.StartAsync(app);
        await app.StartAsync();
        Assert.Equal(["session_request"], process.Types);
        Assert.True(process.Replies.Single().GetProperty("ok").GetBoolean());
        await app.AttachAsync();
        Assert.Equal("RUNNING", await app.StateAsync());
        Assert.Empty(app.Webhooks);
    });

    [Fact]
    public async Task AWebhook_IsSignedAsOverHttp()
    {
        var received = new List<ReceivedWebhook>();
        RelayedApp.Run(async app =>
        {
            var secret = (await app.CallAsync("POST", $"/api/apps/{TestApp.Package}/rotate-secret", new { })).Json.GetProperty("webhookSecret").GetString()!;
            await app.Settle(2_000); // until every instance has read it
            var process = await RelayProcess.StartAsync(app);
            await app.StartAsync();
            var webhook = Assert.Single(process.Webhooks);
            Assert.Equal("application/json", RelayProcess.Header(webhook, "content-type"));
            Assert.InRange(webhook.GetProperty("withinMs").GetInt32(), 4_000, 5_000);
            var headers = webhook.GetProperty("headers").EnumerateObject().Where(h => h.Name.StartsWith("webhook-")).ToDictionary(h => h.Name, h => h.Value.GetString()!);
            received.Add(new ReceivedWebhook(secret, headers, webhook.GetProperty("body").GetString()!, app.Time.GetUtcNow().ToUnixTimeMilliseconds()));
        });
        Assert.Equal([StandardWebhooks.Verified], await StandardWebhooks.VerifyAsync([.. received]));
    }

    [Fact]
    public void NobodyThere_IsComingBack_AndTheFirstOneThatConnectsEndsTheWaitAtOnce() => RelayedApp.Run(async app =>
    {
        for (var n = 0; n < 30; n++)
        {
            await app.StartAsync($"s{n}");
        }

        await app.Settle(60_000);
        var health = await app.HealthAsync();
        Assert.Equal("OPEN", health.GetProperty("breaker").GetProperty("state").GetString());
        Assert.Equal("nobody_connected", health.GetProperty("lastOutcomes")[0].GetProperty("outcome").GetString());
        Assert.True(health.GetProperty("breaker").GetProperty("nextProbeAt").GetDateTimeOffset() > app.Time.GetUtcNow().AddSeconds(1));
        var process = await RelayProcess.StartAsync(app);
        await app.Settle(100);
        Assert.NotEmpty(process.Webhooks);
        await app.Settle(4_000);
        Assert.Equal(30, process.Webhooks.Count); // at the pace, from the first answer on
    });

    // One session alone opens no breaker: its own wait has to end.
    [Fact]
    public void OneThatWaitsForItself_IsCalledWhenAProcessConnects() => RelayedApp.Run(async app =>
    {
        await app.StartAsync();
        Assert.Equal("BACKOFF", await app.StateAsync());
        var process = await RelayProcess.StartAsync(app);
        await app.Settle(50);
        Assert.Single(process.Webhooks);
    });

    [Fact]
    public void SeveralProcesses_ShareTheLoad_AndOneThatLeavesIsSkipped() => RelayedApp.Run(async app =>
    {
        var (first, second) = (await RelayProcess.StartAsync(app, "i1"), await RelayProcess.StartAsync(app, "i2"));
        for (var n = 0; n < 40; n++)
        {
            await app.StartAsync($"s{n}");
        }

        await app.Settle(3_000);
        Assert.Equal(40, first.Webhooks.Count + second.Webhooks.Count);
        Assert.InRange(first.Webhooks.Count, 10, 30);
        Assert.Null(await first.CallAsync("leaving"));
        await app.Settle();
        var before = first.Webhooks.Count;
        for (var n = 0; n < 10; n++)
        {
            await app.StartAsync($"t{n}");
        }

        await app.Settle(3_000);
        Assert.Equal((before, 50), (first.Webhooks.Count, first.Webhooks.Count + second.Webhooks.Count));
        Assert.Equal((2, 1), (app.HealthAsync().Result.GetProperty("relay").GetProperty("processes").GetInt32(), app.HealthAsync().Result.GetProperty("relay").GetProperty("leaving").GetInt32()));
    });

    [Fact]
    public void OneThatAnswersThatItLeaves_HasTheNextOneAsked() => RelayedApp.Run(async app =>
    {
        var processes = new[] { await RelayProcess.StartAsync(app, "i1"), await RelayProcess.StartAsync(app, "i2") };
        await app.AnswerOnceAsync();
        var before = processes.Select(process => process.Webhooks.Count).ToArray();
        var leaving = new Dictionary<string, string> { ["Retry-After"] = "2", ["x-lifecycle-leaving"] = "i1" };
        processes[0].Answer = webhook => new { ticket = webhook.GetProperty("ticket").GetString(), status = 503, headers = leaving };
        for (var n = 0; n < 8; n++)
        {
            await app.StartAsync($"s{n}");
        }

        await app.Settle(1_000);
        Assert.NotEqual(before[0], processes[0].Webhooks.Count);
        Assert.Equal(before[1] + 8, processes[1].Webhooks.Count);
    });

    [Fact]
    public void WhenAllThereAreLeave_ItIsAsIfTheyHadSaidSo() => RelayedApp.Run(async app =>
    {
        var process = await RelayProcess.StartAsync(app);
        Assert.Null(await process.CallAsync("leaving"));
        await app.StartAsync();
        Assert.Empty(process.Webhooks);
        Assert.Equal("http_503", (await app.HealthAsync()).GetProperty("lastOutcomes")[0].GetProperty("outcome").GetString());
        var next = await RelayProcess.StartAsync(app, "i2");
        await app.Settle(50);
        Assert.Single(next.Webhooks);
    });

    // Its disconnected event got lost, and webhooks went where nobody was.
    [Fact]
    public void AProcessWhoseEndWasNotTold_SwallowsNothing() => RelayedApp.Run(async app =>
    {
        var (first, second) = (await RelayProcess.StartAsync(app, "i1"), await RelayProcess.StartAsync(app, "i2"));
        await app.AnswerOnceAsync();
        var (core, before) = (app.Services.GetRequiredService<SignalRServiceCore>(), second.Webhooks.Count);
        core.Faults.Add(new() { Kind = UpstreamFaultKind.Lose, Event = "disconnected" });
        first.Drop();
        for (var n = 0; n < 8; n++)
        {
            await app.StartAsync($"s{n}");
        }

        Assert.Equal(before + 8, second.Webhooks.Count);
        Assert.Equal(1, (await app.HealthAsync()).GetProperty("relay").GetProperty("processes").GetInt32());
    });

    // Its machine lost power: for half a minute the service believes that it is there.
    [Fact]
    public void AProcessThatDoesNotAnswer_HasAnotherOneAsked_AndIsAskedLastFromThenOn() => RelayedApp.Run(async app =>
    {
        var (first, second) = (await RelayProcess.StartAsync(app, "i1"), await RelayProcess.StartAsync(app, "i2"));
        await app.AnswerOnceAsync();
        var before = second.Webhooks.Count;
        first.GoSilent();
        for (var n = 0; n < 8; n++)
        {
            await app.StartAsync($"s{n}");
        }

        await app.Settle(4_000);
        Assert.Equal(before + 8, second.Webhooks.Count);
        Assert.Equal(1, (await app.HealthAsync()).GetProperty("relay").GetProperty("silent").GetInt32());
        await app.StartAsync("later");
        Assert.Equal(before + 9, second.Webhooks.Count);
    });

    [Fact]
    public void AProcessThatIsAloneAndDoesNotAnswer_IsATimeout() => RelayedApp.Run(async app =>
    {
        (await RelayProcess.StartAsync(app)).GoSilent();
        await app.StartAsync();
        await app.Settle(4_600); // the delivery's own time is 4,750 ms
        Assert.Equal("STARTING", await app.StateAsync());
        await app.Settle(200);
        Assert.Equal("timeout", (await app.HealthAsync()).GetProperty("lastOutcomes")[0].GetProperty("outcome").GetString());
    });

    // The answer is a call of its own, and any instance may get it.
    [Fact]
    public void AnAnswer_ThatComesToAnotherInstance_IsFound() => RelayedApp.Run(
        async app =>
        {
            var process = await RelayProcess.StartAsync(app);
            await app.StartAsync();
            await app.Settle(2_300); // the time that an app has to attach before its answer is told
            Assert.Equal("STARTING", await app.StateAsync());
            Assert.Equal("http_202", (await app.SessionAsync()).GetProperty("run").GetProperty("lastAttempts")[0].GetProperty("outcome").GetString());
            await app.AttachAsync();
            Assert.Equal("RUNNING", await app.StateAsync());
            Assert.Single(process.Webhooks);
        },
        services => services.AddSingleton(provider =>
            new RelayAnswers(provider.GetRequiredService<RelayTickets>(), new RelayDesk(), provider.GetRequiredService<LifecycleMetrics>())));

    [Fact]
    public void AResurrection_IsPutFirstToTheProcessThatHeldTheSession_AndItSaysSo() => RelayedApp.Run(async app =>
    {
        var processes = new[] { await RelayProcess.StartAsync(app, "i1"), await RelayProcess.StartAsync(app, "i2"), await RelayProcess.StartAsync(app, "i3") };
        var held = new Dictionary<string, string> { ["x-lifecycle-held-by"] = "i2" };
        await app.StartAsync();
        var client = await app.AttachAsync(instance: "i2");
        processes[1].Answer = webhook => new { ticket = webhook.GetProperty("ticket").GetString(), status = 202, headers = held };
        client.Drop();
        await app.Settle(10_500);
        Assert.Equal("GRACE_PERIOD", await app.StateAsync());
        Assert.Contains("resurrection_request", processes[1].Types);
        Assert.DoesNotContain("resurrection_request", processes[0].Types.Concat(processes[2].Types));
    });

    [Fact]
    public void AHandOver_IsPutToAnotherProcess() => RelayedApp.Run(async app =>
    {
        var (first, second) = (await RelayProcess.StartAsync(app, "i1"), await RelayProcess.StartAsync(app, "i2"));
        await app.StartAsync();
        var client = await app.AttachAsync(instance: "i1");
        var before = first.Webhooks.Count;
        Assert.True((await client.InvokeAsync("handOver"))!.Value.GetProperty("ok").GetBoolean());
        await app.Settle(500);
        Assert.Equal("handover_request", second.Types.Last());
        Assert.NotEmpty(RelayProcess.BodyOf(second.Webhooks[^1]).GetProperty("takeOverToken").GetString()!);
        Assert.Equal(before, first.Webhooks.Count);
    });

    [Fact]
    public void AStop_IsToldOverTheRelay() => RelayedApp.Run(async app =>
    {
        var process = await RelayProcess.StartAsync(app);
        await app.StartAsync();
        await app.AttachAsync();
        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop");
        await app.Settle(500);
        Assert.Equal(["session_request", "stop_request"], process.Types);
    });

    [Fact]
    public void AServiceThatCannotBeAsked_IsNoFailureOfTheApp() => RelayedApp.Run(
        async app =>
        {
            await RelayProcess.StartAsync(app);
            await app.StartAsync();
            Assert.Empty((await app.HealthAsync()).GetProperty("lastOutcomes").EnumerateArray());
            await app.Settle(30_000);
            Assert.Equal("network", (await app.HealthAsync()).GetProperty("lastOutcomes")[0].GetProperty("outcome").GetString()); // put off often enough
        },
        services => services.AddTransient<IRelayConnections, Unreachable>());

    sealed class Unreachable : IRelayConnections
    {
        public Task SendAsync(string connectionId, string target, object payload, CancellationToken cancellation) => throw new TimeoutException();

        public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation) => throw new TimeoutException();
    }
}

using Lifecycle.Bench.Outages;
using Lifecycle.Bench.Outages.Playing;
using Lifecycle.Bench.Outages.Showing;
using Lifecycle.Bench.Outages.Strategies;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Tests.Outages;

public sealed class TracePlayerTests
{
    [Fact]
    public void Play_SimpleAndAnAppBackAfter25Seconds_GivesUpAfterSixPointSixSecondsAndEverySessionStaysDead()
    {
        var result = TracePlayer.Play(Traces.NodeRotation with { LossMs = 0 }, Contender.Simple);
        Assert.Equal(39, result.GivenUp.Count);
        Assert.All(result.GivenUp, at => Assert.Equal(6.6, at.TotalSeconds, 0.01));
        Assert.Equal(2 * 39, result.WebhooksWhileDown);
        Assert.Equal(result.WebhooksWhileDown, result.Webhooks.Count);
        Assert.Equal(1, result.DeadShare);
        Assert.Null(result.RecoveryTo(0.01));
    }

    [Theory]
    [InlineData("backoff")]
    [InlineData("lifecycle")]
    public void Play_OthersAndAnAppBackAfter25Seconds_EverySessionIsBack(string strategy)
    {
        var result = TracePlayer.Play(Traces.NodeRotation, Contender.All.Single(c => c.Name == strategy));
        Assert.Equal(0, result.DeadShare);
        Assert.Empty(result.GivenUp);
        Assert.InRange(result.RecoveryTo(1)!.Value, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(31.2));
    }

    [Fact]
    public void Play_LifecycleAndTheTwoMinuteOutage_KeepsWhatTheScenarioAsksFor()
    {
        var result = TracePlayer.Play(Traces.TwoMinuteOutage(), Contender.Lifecycle);
        Assert.InRange(result.WebhooksWhileDown, 1, 40);
        Assert.True(result.RecoveryTo(0.95) <= TimeSpan.FromSeconds(20), $"95 % after {result.RecoveryTo(0.95)}");
        Assert.True(result.RecoveryTo(1) <= TimeSpan.FromSeconds(30), $"all after {result.RecoveryTo(1)}");
    }

    [Fact]
    public void Play_AFixedPaceAndTheTwoMinuteOutage_KeepsThePace()
    {
        var result = TracePlayer.Play(Traces.TwoMinuteOutage(), Contender.FixedPace);
        Assert.InRange(result.WebhooksWhileDown, 1, 40);
        Assert.True(result.RecoveryTo(0.5) <= TimeSpan.FromSeconds(45), $"half after {result.RecoveryTo(0.5)}");
        Assert.True(result.RecoveryTo(1) <= TimeSpan.FromSeconds(75), $"all after {result.RecoveryTo(1)}");
        Assert.InRange(result.PeakPerSecond, 1, 20);
    }

    // Found by probes alone it took 20 s to get there, and ten times as many webhooks.
    [Fact]
    public void Play_HealthAndTheTwoMinuteOutage_NinetyFivePercentAreBackWithinTwelveSeconds()
    {
        var result = TracePlayer.Play(Traces.TwoMinuteOutage(), Contender.Health);
        Assert.InRange(result.WebhooksWhileDown, 1, 16);
        Assert.True(result.RecoveryTo(0.95) <= TimeSpan.FromSeconds(12), $"95 % after {result.RecoveryTo(0.95)}");
    }

    [Fact]
    public void Play_WithoutWebhooks_AllStrategiesMeetTheSameLatencies()
    {
        var runs = Contender.All.Select(contender => TracePlayer.Play(Trace("socket-drop") with { SlowShare = 0 }, contender)).ToList();
        Assert.All(runs, run => Assert.Empty(run.Webhooks));
        Assert.All(runs, run => Assert.Equal(run.Trace.Sessions, run.Recoveries.Count));
        Assert.All(runs, run => Assert.Equal(runs[0].Recoveries, run.Recoveries));
    }

    // 13 of 1,000 sessions, and 72 where no socket could be opened for ten seconds, were begun anew although their SDKs had tried again in time.
    [Fact]
    public void Play_SlowSessionsOfALiveProcess_SimpleBeginsThemAllAnewAndSignsOfLifeSpareThemAll()
    {
        var trace = Trace("socket-drop") with { SlowShare = 1 };
        var (simple, lifecycle) = (TracePlayer.Play(trace, Contender.Simple), TracePlayer.Play(trace, Contender.Lifecycle));
        Assert.Equal(trace.Sessions, simple.FalseResurrections);
        Assert.Empty(lifecycle.Webhooks);
        Assert.InRange(lifecycle.RecoveryTo(1)!.Value, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(8.1));
    }

    [Theory]
    [InlineData("ten-second-blip", true)]
    [InlineData("cloud-outage", true)]
    [InlineData("platform-away", false)]
    public void Play_TheCloudsFault_OthersRestartLivingAppsAndLifecycleNone(string name, bool all)
    {
        var trace = Trace(name);
        var (simple, backoff, lifecycle) = (
            TracePlayer.Play(trace, Contender.Simple), TracePlayer.Play(trace, Contender.Backoff), TracePlayer.Play(trace, Contender.Lifecycle));
        Assert.InRange(simple.FalseResurrections, all ? trace.Sessions : 1, trace.Sessions);
        Assert.InRange(backoff.FalseResurrections, all ? trace.Sessions : 1, trace.Sessions);
        Assert.Empty(lifecycle.Webhooks);
        Assert.Equal(0, lifecycle.DeadShare);
        Assert.True(lifecycle.RecoveryTo(1) <= TimeSpan.FromSeconds(10), $"all after {lifecycle.RecoveryTo(1)}");
    }

    [Fact]
    public void Play_ACloudOutageOfFiveMinutes_CostsAHandfulOfOperationsAndNothingFiresWhenItEnds()
    {
        var trace = Traces.CloudOutage(1_000, 5 * 60_000);
        var costs = OutageRules.Play(trace with { UntilMs = trace.UpMs!.Value + 60_000 });
        Assert.InRange(costs.Operations, 3, 12);
        Assert.InRange(costs.Told, 0, 0.02);
        Assert.Empty(costs.Result.Webhooks);
        Assert.Equal(trace.Sessions, costs.Result.Recoveries.Count);
    }

    [Fact]
    public void Tries_ANetworkThatLetsNobodyThroughForSixSeconds_TheSdkTriesAtOnceAndOnceMoreBeforeTheGraceWindowEnds()
    {
        var random = new Random(1);
        var tries = Enumerable.Range(0, 100).Select(_ => SlowRoad.Tries(TimeSpan.FromSeconds(6), random.NextDouble)).ToList();
        Assert.All(tries, tried => Assert.Equal(2, tried.Count));
        Assert.All(tries, tried => Assert.InRange(tried[0], TimeSpan.Zero, TimeSpan.FromSeconds(0.3)));
        Assert.All(tries, tried => Assert.InRange(tried[1], TimeSpan.FromSeconds(3.9), TimeSpan.FromSeconds(4.8)));
    }

    [Fact]
    public void Play_AnAppThatIsWarmingUp_RefusesACrowdAndServesAPace()
    {
        var trace = Traces.All().Single(t => t.Name == "slow-recovery");
        var (simple, kept, learned) = (TracePlayer.Play(trace, Contender.Simple), TracePlayer.Play(trace, Contender.FixedPace), TracePlayer.Play(trace, Contender.Lifecycle));
        Assert.Equal(0, simple.WebhooksWhileDown);
        Assert.Equal(30, simple.Recoveries.Count);
        Assert.Equal((0, 0.0), (kept.WebhooksRefused, kept.DeadShare));
        // It has to try how much that is, and is back sooner for it.
        Assert.InRange(learned.WebhooksRefused, 1, trace.Sessions / 5);
        Assert.Equal(0, learned.DeadShare);
        Assert.True(learned.RecoveryTo(0.95) < kept.RecoveryTo(0.95));
    }

    [Fact]
    public void Play_ADeadEndpoint_BackoffGivesUpAtTheHorizonAndBeginsAnewEveryHour()
    {
        var result = TracePlayer.Play(Trace("dead-endpoint"), Contender.Backoff);
        Assert.Equal(13, result.GivenUp.Count);
        Assert.All(result.GivenUp, at => Assert.InRange(at - TimeSpan.FromHours(5), TimeSpan.FromSeconds(570), TimeSpan.FromSeconds(604)));
        Assert.DoesNotContain(result.Webhooks, webhook => webhook.Accepted || webhook.At.Minutes > 10);
    }

    [Fact]
    public void Play_TheSameTraceTwice_IsTheSameTable() => Assert.Equal(QuickTable(), QuickTable());

    [Fact]
    public void Play_AnotherSeed_IsAnotherRun()
    {
        var trace = Trace("socket-drop");
        Assert.NotEqual(TracePlayer.Play(trace, Contender.Simple).Recoveries, TracePlayer.Play(trace with { Seed = 2 }, Contender.Simple).Recoveries);
    }

    static OutageTrace Trace(string name) => Traces.All(quick: true).Single(trace => trace.Name == name);

    static string QuickTable() => OutageTables.Full(
        [.. Traces.All(quick: true).SelectMany(trace => Contender.All.Select(contender => TracePlayer.Play(trace, contender)))]);
}

using System.Text.Json;
using static Lifecycle.Tests.Apps.GateWalk;

namespace Lifecycle.Tests.Apps;

/// <summary>Of an app with a health URL: while it is away the URL is asked, and the webhook that looks for it follows the first 2xx.</summary>
public sealed class AppRulesHealthTests
{
    static readonly WebhookResult up = WebhookResult.FromStatus(200);
    static readonly WebhookResult down = WebhookResult.FromStatus(503);

    static AppDecision Decide(AppGate gate, AppEvent @event, double atMs = 0, bool hasHealthUrl = true) =>
        AppRules.Decide(Package, gate, @event, At(atMs), Policy.Default, hasHealthUrl).Holding(gate, @event, At(atMs), Policy.Default);

    static AppGate On(AppGate gate, AppEvent @event, double atMs = 0) => Decide(gate, @event, atMs).Gate;

    static OutcomeReported Failed(string webhook) => new(webhook, Away);

    // The fifth session in a row fails.
    static AppDecision Opening() =>
        Decide(On(Enumerable.Range(0, 4).Aggregate(AppGate.New, (gate, n) => On(On(gate, Ask($"f{n}")), Failed($"f{n}"))), Ask("f4")), Failed("f4"));

    static AppGate Opened(int waiting = 3) => Enumerable.Range(0, waiting).Aggregate(Opening().Gate, (gate, n) => On(gate, Ask($"w{n}").By($"s{n}")));

    static HealthLooked Looked(AppGate gate, int round, WebhookResult? result, int asked = 10) => new(gate.Health!.Id, round, asked, result);

    static string[] Called(AppDecision decision, double atMs) =>
        [.. decision.Effects.OfType<CallUp>().Where(call => call.At is null || call.At <= At(atMs)).Select(call => call.SessionId)];

    [Fact]
    public void WhenTheBreakerOpens_OneWatchBegins_AndProbesAreFurtherApart()
    {
        var opened = Opening();
        var watch = Assert.Single(opened.Effects.OfType<WatchHealth>());
        Assert.Equal(opened.Gate.Health!.Id, watch.Watch);
        Assert.Equal((2_000, 10), (watch.Order.SpacingMs, watch.Order.Tries));
        Assert.InRange(watch.Order.From, At(0), At(2_000));
        Assert.Equal(At(Policy.Default.ProbeFloorMs * HealthSchedule.ProbesApart), opened.Gate.ProbeFrom);
        Assert.Equal(opened.Gate.Breaker.NextProbeAt, opened.Effects.OfType<IncidentBegan>().Single().Breaker.NextProbeAt); // what is logged is what is true

        var later = Decide(opened.Gate, Ask("w9").By("s9"), 3_000);
        Assert.Empty(later.Effects.OfType<WatchHealth>());
        Assert.Equal(opened.Gate.Health, later.Gate.Health);
    }

    [Fact]
    public void AnAppWithoutAHealthUrl_IsLookedForAsEver()
    {
        var open = Open();
        Assert.Null(open.Health);
        Assert.Equal(At(Policy.Default.ProbeFloorMs), open.ProbeFrom);
    }

    [Fact]
    public void TheFirst2xx_LetsTheProbeGoAtOnce_AndEndsWhatRetryAfterAskedFor()
    {
        var held = On(Opened(), new OutcomeReported("late", WebhookResult.FromStatus(503, TimeSpan.FromMinutes(4))), 500);
        Assert.True(held.ProbeFrom > At(60_000));

        var decision = Decide(held, Looked(held, 1, up, asked: 2), 4_000);
        Assert.Equal(["s0"], Called(decision, 4_000));
        Assert.Equal(At(4_000), decision.Gate.ProbeFrom);
        Assert.Equal((true, 1, 2, "http_200"), (decision.Gate.Health!.IsUp, decision.Gate.Health.Prompts, decision.Gate.Health.Asked, decision.Gate.Health.Last));
        Assert.False(decision.Health!.IsOver);
        Assert.True(Decide(decision.Gate, Ask("w0").By("s0"), 4_050).Admission is { Kind: AdmissionKind.Go, Probe: true });
    }

    [Fact]
    public void WhenTheAppAnswers_TheWatchIsOver()
    {
        var gate = On(Opened(), Ask("w0").By("s0"), 30_000);
        var answered = On(gate, new OutcomeReported("w0", Accepted), 30_300);
        Assert.Null(answered.Health);
        var late = Decide(answered, Looked(gate, 1, null, asked: 0), 31_000);
        Assert.Equal((HealthOrder.Over, false), (late.Health, late.IsStale));
    }

    [Fact]
    public void WhatAnotherWatchWasTold_ChangesNothing_AndIsCounted()
    {
        var gate = Opened();
        var stale = Decide(gate, new HealthLooked("hw_other", 1, 1, up), 4_000);
        Assert.Equal((HealthOrder.Over, true), (stale.Health, stale.IsStale));
        Assert.Equal(gate with { Tally = gate.Tally with { StaleLooks = 1 } }, stale.Gate);
        Assert.Empty(stale.Effects);
        Assert.Equal([new StaleArrived(StaleKind.Look)], Observations.Of(gate, stale));
    }

    [Fact]
    public void WhatIsToldTwice_CountsOnce()
    {
        var gate = Opened();
        var once = Decide(gate, Looked(gate, 1, up, asked: 1), 4_000);
        var probed = On(once.Gate, Ask("w0").By("s0"), 4_050);
        var twice = Decide(probed, Looked(gate, 1, up, asked: 1), 4_100);
        Assert.Equal(probed, twice.Gate);
        Assert.Empty(twice.Effects);
        Assert.False(twice.Health!.IsOver);
    }

    [Fact]
    public void NextRound_FollowsAfterTheSpacing_AndOneThatWasCutShortTakesItsTime()
    {
        var gate = Opened();
        Assert.InRange(Decide(gate, Looked(gate, 1, down), 21_000).Health!.From, At(21_000 + 1_500), At(21_000 + 2_500));
        Assert.InRange(Decide(gate, Looked(gate, 1, down, asked: 1), 3_000).Health!.From, At(3_000 + 13_500), At(3_000 + 22_500));
        Assert.InRange(Decide(gate, Looked(gate, 1, null, asked: 0), 3_000).Health!.From, At(3_000 + 15_000), At(3_000 + 25_000));
        // But for a host that stopped: another one goes on.
        Assert.InRange(Decide(gate, Looked(gate, 1, down, asked: 1) with { Stopped = true }, 3_000).Health!.From, At(3_000 + 1_500), At(3_000 + 2_500));
    }

    [Fact]
    public void NextRound_PastTheHorizon_IsOneQuestionAMinuteAtMost()
    {
        var gate = Opened();
        DateTimeOffset[] ends = [At(700_000), At(3_600_000), At(48 * 3_600_000d)];
        var orders = ends.Select((at, n) =>
        {
            gate = On(gate, Looked(gate, n + 1, down), (at - At(0)).TotalMilliseconds);
            return Decide(gate, Looked(gate, n + 1, down), (at - At(0)).TotalMilliseconds).Health!;
        }).ToList();
        Assert.Equal([7_060, 36_060, 60_000], orders.Select(order => order.SpacingMs));
        Assert.Equal([2, 1, 1], orders.Select(order => order.Tries));
    }

    // It was on its way when the app came up, and was answered by the ingress.
    [Fact]
    public void AProbeThatWasOnItsWay_WhenTheAppCameUp_IsFollowedByAnotherAtOnce()
    {
        var probing = On(Opened(), Ask("w0").By("s0"), 25_000);
        Assert.NotNull(probing.Breaker.Probe);
        var news = Decide(probing, Looked(probing, 1, up), 25_500);
        Assert.Empty(news.Effects.OfType<CallUp>());
        var failed = Decide(news.Gate, Failed("w0"), 26_000);
        Assert.Single(Called(failed, 26_000));
        Assert.True(Decide(failed.Gate, Ask("w1").By("s1"), 26_010).Admission is { Kind: AdmissionKind.Go, Probe: true });
    }

    [Fact]
    public void AProbeThatFailsAfterA2xx_IsFollowedByOneAtTheOrdinarySpacing()
    {
        var gate = On(Opened(), Looked(Opened(), 1, up, asked: 1), 4_000);
        gate = On(On(gate, Ask("w0").By("s0"), 4_000), Failed("w0"), 4_300);
        Assert.Equal(At(4_000 + (Policy.Default.ProbeFloorMs * HealthSchedule.ProbesApart)), gate.ProbeFrom); // should it say nothing more
        gate = On(gate, Looked(gate, 2, up, asked: 1), 6_000);
        Assert.Equal(At(4_000 + Policy.Default.ProbeFloorMs), gate.ProbeFrom);
        Assert.Equal(At(4_000 + Policy.Default.ProbeFloorMs), On(gate, Looked(gate, 3, up, asked: 1), 7_000).ProbeFrom);
    }

    [Fact]
    public void SomebodyWhoWantsTheApp_WaitsForTheLeastSpacingOnly()
    {
        var gate = On(On(Opened(), Ask("w0").By("s0"), 25_000), Failed("w0"), 25_300);
        Assert.True(gate.ProbeFrom > At(36_000));
        Assert.Equal(At(25_000 + Policy.Default.ProbeFloorMs), On(gate, new ProbeWanted(), 26_000).ProbeFrom);
    }

    [Fact]
    public void WhenTheUrlIsTakenAway_ProbesAreWhatTheyWere_AndWhenItIsThereAgainAnotherWatchBegins()
    {
        var gate = Opened();
        var without = Decide(gate, Ask("w9").By("s9"), 1_000, hasHealthUrl: false).Gate;
        Assert.Null(without.Health);
        Assert.Equal(At(Policy.Default.ProbeFloorMs), without.ProbeFrom);
        Assert.True(Decide(without, Looked(gate, 1, down), 2_000, hasHealthUrl: false).Health!.IsOver);

        var again = Decide(without, Ask("w9").By("s9"), 3_000);
        Assert.NotEqual(gate.Health!.Id, Assert.Single(again.Effects.OfType<WatchHealth>()).Watch);
    }

    [Fact]
    public void AWatchThatIsNotHeardOf_BeginsAnew_AndKeepsWhatIsKnown()
    {
        var gate = On(Opened(), Looked(Opened(), 1, down), 20_000);
        var lost = gate.Health!.DueBy + HealthSchedule.Lost - At(0);
        Assert.Empty(Decide(gate, Ask("w9").By("s9"), lost.TotalMilliseconds).Effects.OfType<WatchHealth>());
        var anew = Decide(gate, Ask("w9").By("s9"), lost.TotalMilliseconds + 1);
        Assert.Equal(anew.Gate.Health!.Id, Assert.Single(anew.Effects.OfType<WatchHealth>()).Watch);
        Assert.Equal((gate.Health.BeganAt, 10, "http_503"), (anew.Gate.Health.BeganAt, anew.Gate.Health.Asked, anew.Gate.Health.Last));
        Assert.True(Decide(anew.Gate, Looked(gate, 2, down), lost.TotalMilliseconds + 2).Health!.IsOver);
    }

    // Probes are so far apart that they would have slept through the app's return.
    [Fact]
    public void WhoeverCannotBeCalledUp_AsksAgainSoon()
    {
        var gate = On(On(Opened(), Ask("w0").By("s0"), 60_000), Failed("w0"), 60_300);
        var planned = gate.ProbeFrom!.Value;
        Assert.True(planned > At(71_000));
        var since = Ask("w9") with { Since = At(-60_000) }; // of a session that names neither itself nor its run
        Assert.InRange(Decide(gate, since, 61_000).Admission!.At, At(61_000 + 5_000), At(61_000 + 7_000));
        Assert.True(Decide(gate, since, 61_000, hasHealthUrl: false).Admission!.At < planned);
    }

    [Fact]
    public void AQuestion_IsNoSignThatSomebodyWaits()
    {
        var gate = Opened(waiting: 0);
        Assert.Equal(gate.BusyAt, On(gate, Looked(gate, 1, down), 20_000).BusyAt);
        Assert.Empty(Decide(gate, Looked(gate, 1, up, asked: 1), 20_000).Effects);
    }

    [Fact]
    public void AClockThatIsSetBack_HoldsNothingUp()
    {
        var gate = On(Opened(), Looked(Opened(), 1, up, asked: 1), 4_000);
        var back = On(gate, Looked(gate, 2, down), -3_600_000);
        Assert.True(back.Health!.UpAt <= At(-3_600_000));
        Assert.True(back.Health.DueBy <= At(-3_600_000) + (HealthSchedule.LongestSpacing * 3));
    }

    [Fact]
    public void TheGate_IsStoredWithItsWatch()
    {
        var gate = On(Opened(), Looked(Opened(), 1, up, asked: 1), 4_000);
        Assert.Equal(gate, JsonSerializer.Deserialize<AppGate>(JsonSerializer.Serialize(gate, JsonSerializerOptions.Web), JsonSerializerOptions.Web));
        Assert.NotEqual(gate, gate with { Health = null });
    }

    static GateWorld Outage(double awaySeconds, Func<double, int>? health, int sessions = 100)
    {
        var world = new GateWorld(Policy.Default, (_, at) => at < awaySeconds ? 503 : 202) { HealthAt = health };
        for (var n = 0; n < sessions; n++)
        {
            world.Lose($"s{n}", 0);
        }

        return world;
    }

    static List<double> ProbesOf(GateWorld world) => [.. world.Webhooks.Where(w => w.Probe).Select(w => GateWorld.Seconds(w.At))];

    // 5 % of a two-minute outage are 6 s.
    [Theory]
    [InlineData(30)]
    [InlineData(120)]
    [InlineData(500)]
    public void AnAppThatIsUp_IsSentAWebhookWithinTheSpacing_AndGotAHandfulWhileItWasAway(double awaySeconds)
    {
        var world = Outage(awaySeconds, at => at < awaySeconds ? 503 : 200);
        world.RunUntil(awaySeconds + 60);
        Assert.InRange(GateWorld.Seconds(world.Webhooks.First(w => w.Status == 202).At) - awaySeconds, 0, 2.6);
        Assert.All(world.Sessions, s => Assert.InRange(GateWorld.Seconds(s.AttachedAt!.Value) - awaySeconds, 0, 2.6 + (100 / 20) + 1));
        Assert.InRange(world.Webhooks.Count(w => w.Status == 503), Policy.Default.BreakerFailures, 24);
        Assert.InRange(world.HealthAsked.Count, (awaySeconds - 9) / 2.2, awaySeconds / 1.8);
        var gaps = world.HealthAsked.Zip(world.HealthAsked.Skip(1), (a, b) => (b - a).TotalSeconds).ToList();
        Assert.InRange(gaps.Min(), 1.5, 1.9);
        Assert.InRange(gaps.Max(), 2.1, 2.5);
    }

    // Whoever believed it each time would send a webhook every two seconds.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void AHealthUrlThatLies_LeadsToNoMoreProbesThanThereAreWithoutIt(int periodSeconds)
    {
        var world = Outage(600, at => periodSeconds == 1 || (int)at / periodSeconds % 2 == 0 ? 200 : 503);
        world.RunUntil(590);
        var without = Outage(600, health: null);
        without.RunUntil(590);
        Assert.InRange(ProbesOf(world).Count, 1, ProbesOf(without).Count + 3);
        Assert.True(world.ProbesAtOnce <= 1);
    }

    [Fact]
    public void AHealthUrlThatLiesAllTheTime_SpacesProbesAsWithoutIt()
    {
        var world = Outage(600, _ => 200);
        world.RunUntil(590);
        var probes = ProbesOf(world);
        Assert.All(probes.Zip(probes.Skip(1)), pair => Assert.True(
            pair.Second - pair.First >= Math.Max(3, pair.First * 0.05) - 0.01, $"a probe at {pair.First:0.0} s was followed by one at {pair.Second:0.0} s"));
    }

    [Fact]
    public void AHealthUrlThatIsBroken_DelaysTheAppByFourTimesTheShareAtMost()
    {
        var world = Outage(120, _ => 404);
        world.RunUntil(400);
        Assert.InRange(GateWorld.Seconds(world.Webhooks.First(w => w.Status == 202).At) - 120, 0, 0.2 * 120);
        Assert.All(world.Sessions, s => Assert.NotNull(s.AttachedAt));
        Assert.InRange(world.Webhooks.Count(w => w is { Probe: true, Status: 503 }), 2, 12);
    }

    [Fact]
    public void AnAppThatStaysAway_IsAskedEverMoreRarely()
    {
        var world = Outage(double.PositiveInfinity, _ => 503, sessions: 5);
        world.RunUntil(24 * 3_600);
        var lastHour = world.HealthAsked.Count(at => GateWorld.Seconds(at) > 23 * 3_600);
        Assert.InRange(lastHour, 55, 65);
    }
}

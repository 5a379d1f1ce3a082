using static Lifecycle.Tests.Apps.GateWalk;

namespace Lifecycle.Tests.Apps;

/// <summary>The pace of an app that is learned from its answers (<see cref="Policy.PaceCeiling"/>).</summary>
public sealed class PaceTests
{
    static readonly Policy learning = Policy.Default with { PaceCeiling = 1_000 };
    static readonly Policy keeping = Policy.Default with { PaceCeiling = 0 };

    // The answers of so many webhooks, one in 50 ms, each of which took so long.
    static AppGate Answering(AppGate gate, int count, double fromMs, WebhookResult result, double tookMs = 300, Policy? policy = null) =>
        Enumerable.Range(0, count).Aggregate(gate, (g, n) => g.On(
            new OutcomeReported($"{fromMs}/{n}", result with { TookMs = (int)tookMs }) { DueAt = At(fromMs + (n * 50)) }, fromMs + (n * 50) + tookMs, policy ?? learning));

    static AppGate Up() => AppGate.New.On(Ask("w0"), 0, learning).On(new OutcomeReported("w0", Accepted with { TookMs = 300 }), 300, learning);

    [Fact]
    public void AnApp_WithoutACeiling_KeepsThePaceOfItsPolicy()
    {
        var gate = Answering(AppGate.New.On(Ask("w0"), 0, keeping).On(new OutcomeReported("w0", Accepted), 300, keeping), 60, 1_300, Accepted, policy: keeping);
        Assert.Null(gate.Pace);
        Assert.Equal(20, AppRules.PaceOf(gate, keeping));
        Assert.Equal(20, AppRules.PaceOf(gate with { Pace = LearnedPace.Begin(90, Start) }, keeping)); // the ceiling was taken back
    }

    [Fact]
    public void AnApp_ThatAnswersQuickly_IsAskedForMore()
    {
        var gate = Answering(Up(), 30, 1_300, Accepted);
        Assert.Equal(40, AppRules.PaceOf(gate, learning));
        Assert.Equal(30, AppRules.PaceOf(gate, learning with { PaceCeiling = 30 }));
    }

    [Fact]
    public void AnApp_WhoseAnswersTakeLongerAndLonger_IsAskedForLess()
    {
        var gate = Enumerable.Range(0, 30).Aggregate(Up(), (g, n) => g.On(
            new OutcomeReported($"q/{n}", Accepted with { TookMs = 300 + (n * 150) }) { DueAt = At(1_300 + (n * 50)) }, 1_300 + (n * 50) + 300 + (n * 150), learning));
        Assert.InRange(AppRules.PaceOf(gate, learning), 4, 5);
    }

    [Fact]
    public void AVerdict_IsAwaitedOfWebhooksThatHaveToWaitForThePace()
    {
        static IEnumerable<bool> Awaited(Policy policy)
        {
            var gate = Up();
            for (var n = 1; n <= 23; n++)
            {
                var decision = gate.Decide(Ask($"w{n}", lostMs: null), 2_000, policy);
                yield return decision.Admission!.Awaited;
                gate = decision.Gate;
            }
        }

        Assert.Equal([.. Enumerable.Repeat(false, 20), true, true, true], Awaited(learning));
        Assert.All(Awaited(keeping), Assert.False);
    }

    [Fact]
    public void AnApp_ThatDoesNotAnswer_IsNoSlowOne()
    {
        var gate = Up().On(new OutcomeReported("x", WebhookResult.FromFailure(WebhookFailure.Timeout) with { TookMs = 5_000 }) { DueAt = At(2_000) }, 7_000, learning);
        Assert.Equal(Up().Pace, gate.Pace);
    }

    // A limiter that refuses a crowd opened the breaker, and everybody waited for a probe of an app that was there.
    [Fact]
    public void Refusals_RightAfterAnAnswer_LowerThePaceAndOpenNothing()
    {
        var up = Answering(Up(), 30, 1_300, Accepted);
        var crowd = Answering(up, 12, 4_200, Away, tookMs: 10);
        Assert.Equal((false, 18.0), (crowd.Breaker.IsOpen, AppRules.PaceOf(crowd, learning)));
        Assert.True(Answering(crowd, 6, 9_000, Away, tookMs: 10).Breaker.IsOpen); // not for the crowd, then
    }

    // The answers of its ingress, when it was gone, were taken for those of an app that is asked too much, and it was asked slowly when it was back.
    [Fact]
    public void Refusals_BeforeAnyAnswerSinceTheLoss_AreForTheOutage()
    {
        var lost = Answering(Up(), 30, 1_300, Accepted);
        for (var n = 0; n < 4; n++)
        {
            lost = lost.On(Ask($"l{n}", lostMs: 60_000), 66_000, learning);
        }

        var refused = Answering(lost, 4, 66_000, Away, tookMs: 10);
        Assert.Equal((40.0, null, false), (AppRules.PaceOf(refused, learning), refused.Pace!.RefusedAt, refused.Breaker.IsOpen));
    }

    // What was refused minutes before the outage kept those behind waiting for it as if the pace could not grow.
    [Fact]
    public void WhoWaitsForAnAppThatIsAway_ExpectsThePaceWithWhichItIsAskedAnew()
    {
        var known = LearnedPace.Begin(10, Start) with { Refused = 20, RefusedAt = Start, Steps = 0 };
        var gate = Enumerable.Range(0, 700).Aggregate(Open(100_000) with { Pace = known }, (g, n) => g.On(Ask($"w{n}", lostMs: 94_000).By($"s{n}"), 100_000, learning));
        var last = gate.Decide(Ask("last", lostMs: 94_000).By("last"), 100_000, learning).Admission!;
        Assert.InRange(last.At - At(100_000), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(15));
    }

    // It answered quickly and died of what it had taken on, and was asked for more and more.
    [Fact]
    public void AnApp_ThatAcceptsAndDoesNotAttach_IsAskedForLess()
    {
        var fast = Answering(Up(), 30, 1_300, Accepted);
        var vain = Enumerable.Range(0, 4).Aggregate(fast, (g, n) => g.On(Ask($"n{n}", lostMs: null) with { InVain = $"v{n}" }, 5_000 + (n * 20), learning));
        Assert.Equal(18, AppRules.PaceOf(vain, learning));
    }

    [Fact]
    public void AClock_ThatWasSetBack_StopsNoLearning()
    {
        var later = Answering(AppGate.New.On(Ask("w0"), 3_600_000, learning).On(new OutcomeReported("w0", Accepted), 3_600_300, learning), 10, 3_601_300, Away, tookMs: 10);
        Assert.NotNull(later.Pace!.RefusedAt);
        var back = Answering(later.On(Ask("w1"), 1_000, learning).On(new OutcomeReported("w1", Accepted), 1_300, learning), 40, 3_000, Accepted);
        Assert.True(AppRules.PaceOf(back, learning) > AppRules.PaceOf(later, learning));
    }

    [Fact]
    public void AChange_IsCountedByWhatItCameOf()
    {
        static IEnumerable<PaceChange> Changes(AppGate gate, int count, double fromMs, WebhookResult result, double moreMs = 0)
        {
            for (var n = 0; n < count; n++)
            {
                var took = 300 + (n * moreMs);
                var decision = gate.Decide(new OutcomeReported($"{fromMs}/{n}", result with { TookMs = (int)took }) { DueAt = At(fromMs + (n * 50)) }, fromMs + (n * 50) + took, learning);
                foreach (var learned in Observations.Of(gate, decision).OfType<PaceLearned>())
                {
                    yield return learned.Change;
                }

                gate = decision.Gate;
            }
        }

        Assert.Equal([PaceChange.Grown], Changes(Up(), 30, 1_300, Accepted));
        Assert.Equal([PaceChange.Lowered], Changes(Up(), 12, 1_300, Accepted, moreMs: 150));
        Assert.Equal([PaceChange.Refused], Changes(Answering(Up(), 30, 1_300, Accepted), 20, 4_200, Away));
    }

    [Fact]
    public void AnApp_ThatWasAway_BeginsAtTheStartAgain()
    {
        var fast = Answering(Up(), 30, 1_300, Accepted);
        var away = Enumerable.Range(0, 5).Aggregate(fast, (g, n) => g.On(new OutcomeReported($"a/{n}", WebhookResult.FromFailure(WebhookFailure.Refused)), 60_000, learning));
        Assert.True(away.Breaker.IsOpen);
        var back = away.On(new OutcomeReported("p", Accepted with { TookMs = 300 }), 90_000, learning);
        Assert.Equal(20, AppRules.PaceOf(back, learning));
    }

    // What is told late, twice and in another order is what it was.
    [Theory]
    [InlineData(100, false)]
    [InlineData(100, true)]
    [InlineData(500, true)]
    [InlineData(3_000, true)]
    public void AThousandSessionsThatWaited_CrowdNoAppWhoseAnswersAreToldLate(double hopMs, bool twice)
    {
        var world = new GateWorld(learning, (_, at) => at < 60 ? 503 : 202) { TakesPerSecond = 100, HopMs = hopMs, Twice = twice };
        for (var n = 0; n < 1_000; n++)
        {
            world.Lose($"s{n}", 0);
        }

        world.RunUntil(900);
        Assert.All(world.Sessions, session => Assert.NotNull(session.AttachedAt));
        var sent = world.Webhooks.Where(webhook => webhook.Status == 202).Select(webhook => GateWorld.Seconds(webhook.At)).Order().ToList();
        var crowded = Enumerable.Range(0, 600).Count(n => sent.Count(at => at > 60 + (n / 2.0) && at <= 61 + (n / 2.0)) > 200);
        Assert.InRange(crowded, 0, 6); // in halves of a second
        Assert.InRange(sent[^1] - sent[0], 0, 51 + (hopMs / 1_000)); // and no slower than the fixed pace, which begins when the first answer is told
    }

    // Everybody's turn could be soon, so everybody asked every few seconds for as long as the app was away.
    [Fact]
    public void TenThousandSessionsThatWait_AskAsSeldomAsOneThousand_AndAreBackInThreeMinutes()
    {
        var world = new GateWorld(Policy.Default, (_, at) => at < 120 ? 503 : 202);
        for (var n = 0; n < 10_000; n++)
        {
            world.Lose($"s{n}", n * 0.001);
        }

        world.RunUntil(60);
        var before = world.Sessions.Sum(session => session.Asks);
        world.RunUntil(110);
        Assert.InRange((world.Sessions.Sum(session => session.Asks) - before) / 50.0, 1, 95); // those who can be called ask by themselves, too
        world.RunUntil(900);
        Assert.InRange(world.Sessions.Max(session => GateWorld.Seconds(session.AttachedAt!.Value)), 130, 120 + 180);
        Assert.InRange(world.Sessions.Average(session => session.Asks), 2, 6);
    }

    [Theory]
    [InlineData(5, 20, 6)]
    [InlineData(100, 30, 110)]
    [InlineData(100_000, 15, 1_000)]
    public void AThousandSessionsThatWaited_AreAdmittedAsFastAsTheirAppTakesThem(double takes, double withinSeconds, double most)
    {
        var count = takes < 10 ? 100 : 1_000;
        var world = new GateWorld(learning, (_, at) => at < 60 ? 503 : 202) { TakesPerSecond = takes };
        for (var n = 0; n < count; n++)
        {
            world.Lose($"s{n}", 0, foreground: n % 10 == 9);
        }

        world.RunUntil(900);
        Assert.All(world.Sessions, session => Assert.NotNull(session.AttachedAt));
        var admitted = world.Webhooks.Where(webhook => webhook.Status == 202).Select(webhook => GateWorld.Seconds(webhook.At)).Order().ToList();
        Assert.InRange(admitted[^1] - admitted[0], 0, withinSeconds * (takes < 10 ? 2 : 1));
        var crowded = Enumerable.Range(0, 600).Count(n => admitted.Count(at => at > 60 + (n / 2.0) && at <= 61 + (n / 2.0)) > most * 2);
        Assert.InRange(crowded, 0, 6); // in halves of a second
        Assert.InRange(world.Sessions.Average(session => session.Asks), 2, 12);
    }
}

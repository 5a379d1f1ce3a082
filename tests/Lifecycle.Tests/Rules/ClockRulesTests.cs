using Lifecycle.Tests.Apps;

namespace Lifecycle.Tests.Rules;

/// <summary>A host's clock steps back by four minutes: what was stored lies in the future, and nothing waits for that.</summary>
public sealed class ClockRulesTests
{
    const double Back = -240_000;

    // The grace window lasted for four minutes more.
    [Fact]
    public void Timer_OfADeadlineThatIsFurtherOffThanThePolicyAllows_IsArmedForAWholeWindow()
    {
        var grace = Walk.InGrace();
        var early = grace.Decide(new TimerFired(TimerKind.Grace, grace.Epoch), Back);
        var deadline = Walk.Start.AddMilliseconds(Back + Policy.Default.ReconnectGraceMs);
        Assert.Equal((deadline, deadline), (early.Session.Deadline, Assert.Single(early.Of<ArmTimer>()).DueAt));
        var over = early.Session.Decide(new TimerFired(TimerKind.Grace, grace.Epoch), Back + Policy.Default.ReconnectGraceMs);
        Assert.Equal(AppState.Disconnected, over.Session.State);
        Assert.InRange(over.Of<Measure>().Single().Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(AppState.GracePeriod, TimerKind.Grace)]
    [InlineData(AppState.Stopping, TimerKind.Stop)]
    [InlineData(AppState.Stopped, TimerKind.Retention)]
    public void LostTimerOf_ADeadlineThatIsFurtherOffThanThePolicyAllows_IsTheTimerOfTheState(AppState state, TimerKind kind)
    {
        var session = Walk.In(state);
        Assert.Null(Lifecycle.Rules.LostTimerOf(session, session.Since, Policy.Default));
        Assert.Equal(new TimerFired(kind, session.Epoch), Lifecycle.Rules.LostTimerOf(session, Walk.Start.AddMilliseconds(Back), Policy.Default));
    }

    // Attaches without a token were `stale_connect` for four minutes.
    [Fact]
    public void Connected_WithoutAToken_AfterOneFromTheFuture_Attaches()
    {
        var lost = Walk.InGrace();
        Assert.Equal(Reasons.Reconnect, lost.Decide(new Connected("c2", "i1", NegotiatedAt: Walk.Start.AddMilliseconds(Back)), Back + 100).Outcome.Reason);
    }

    [Fact]
    public void Connected_WithAClaimFromTheFuture_CountsAsNow()
    {
        var session = AppSession.None.On(new StartRequested()).On(new Connected("c1", "i1", NegotiatedAt: Walk.Start.AddMinutes(4)), 1_000);
        Assert.Equal(Walk.Start.AddMilliseconds(1_000), session.NewestNegotiatedAt);
        var next = session.Decide(new Connected("c2", "i1", NegotiatedAt: Walk.Start.AddMilliseconds(2_000)), 2_100);
        Assert.Equal(Reasons.Takeover, next.Outcome.Reason);
    }

    [Fact]
    public void Start_ForgetsTheOrderOfConnections()
    {
        var stopped = Walk.Running().On(new StopRequested("bye"), 1_000).On(new Disconnected("c1"), 1_100);
        var started = stopped.On(new StartRequested(), 2_000);
        Assert.Equal(AppState.Running, started.On(new Connected("c2", "i2", NegotiatedAt: Walk.Start.AddMilliseconds(Back)), 2_100).State);
    }

    [Fact]
    public void Run_ThatBeganInTheFuture_GivesUpAHorizonFromNow()
    {
        var due = Walk.Resurrecting().Answered(WebhookResult.FromStatus(202), 10_000);
        var early = due.Decide(new UserCameBack(), Back);
        Assert.Equal(
            (Walk.Start.AddMilliseconds(Back + Policy.Default.ConnectTimeoutMs), Walk.Start.AddMilliseconds(Back + Policy.Default.HorizonMs)),
            (early.Session.Run!.DueAt, early.Session.Run.HorizonAt));
    }

    [Fact]
    public void QuestionAbout_ASessionOfTheFuture_IsAsked()
    {
        Assert.NotNull(Lifecycle.Rules.QuestionAbout(Walk.Running(), Walk.Start.AddMilliseconds(Back)));
        Assert.NotNull(Lifecycle.Rules.QuestionAbout(Walk.InGrace(), Walk.Start.AddMilliseconds(Back)));
    }

    // The next probe, and with it everybody who waited, came four minutes later; and so did every webhook of an app that was well.
    [Fact]
    public void Gate_OfTheFuture_HoldsNobodyUp()
    {
        var open = GateWalk.Open();
        var spacing = open.Breaker.SpacingMs;
        Assert.False(open.Decide(GateWalk.Ask("w"), Back).Admission!.Goes());
        Assert.True(open.On(GateWalk.Ask("w"), Back).Decide(GateWalk.Ask("w2"), Back + spacing).Admission!.Probe);

        var well = Enumerable.Range(0, 60).Aggregate(GateWalk.Well(), (gate, n) => gate.On(GateWalk.Ask($"w{n}"), 1_000));
        var wait = well.Decide(GateWalk.Ask("late"), Back).Admission!;
        Assert.InRange(wait.At - GateWalk.At(Back), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }
}

namespace Lifecycle.Tests.Rules;

/// <summary>When an app that had been in a crash loop is well again.</summary>
public sealed class StableRulesTests
{
    static CrashLoopWalk Attached()
    {
        var walk = CrashLoopWalk.Lost(3);
        walk.Attach();
        return walk;
    }

    static TimerFired TimerOf(CrashLoopWalk walk) => new(TimerKind.Stable, walk.Session.Epoch) { DueAt = walk.Session.Life.StableAt };

    [Fact]
    public void Timer_Due_StartsTheCountAnewAndTellsTheGate()
    {
        var walk = Attached();
        var stable = walk.Decide(TimerOf(walk), 60_000);

        Assert.Equal((Reasons.Stable, 0, null), (stable.Outcome.Reason, walk.Session.Life.Short, walk.Session.Life.StableAt));
        Assert.Equal("s1", Assert.Single(CrashLoopWalk.Told(stable).OfType<SessionStable>()).SessionId);
        Assert.Equal(Reasons.StaleTimer, walk.Decide(new TimerFired(TimerKind.Stable, walk.Session.Epoch)).Outcome.Reason);
    }

    [Fact]
    public void Timer_TooEarly_IsArmedAgain()
    {
        var walk = Attached();
        var early = walk.Decide(TimerOf(walk), 59_000);

        Assert.Equal((Reasons.TimerEarly, 3), (early.Outcome.Reason, walk.Session.Life.Short));
        Assert.Equal(new ArmTimer(TimerKind.Stable, walk.Now.AddSeconds(1), walk.Session.Epoch), Assert.Single(early.Of<ArmTimer>()));
    }

    [Fact]
    public void Timer_OfAnotherEpoch_IsStale()
    {
        var walk = Attached();
        var timer = TimerOf(walk);
        walk.Lose(1_000);
        Assert.Equal(Reasons.StaleTimer, walk.Decide(timer, 60_000).Outcome.Reason);
        walk.Reconnect(0, "r1");
        Assert.Equal(Reasons.StaleTimer, walk.Decide(timer).Outcome.Reason);
    }

    [Fact]
    public void Reconnect_OfTheSameProcess_ArmsForTheRest()
    {
        var walk = Attached();
        var due = walk.Session.Life.StableAt;
        walk.Lose(10_000);
        var back = walk.Reconnect(2_000, "r1");
        Assert.Equal(new ArmTimer(TimerKind.Stable, due!.Value, walk.Session.Epoch), Assert.Single(back.Of<ArmTimer>()));
    }

    [Fact]
    public void Reconnect_OfAProcessThatIsStableByThen_IsWellAtOnce()
    {
        var walk = Attached();
        walk.Lose(58_000);
        var back = walk.Reconnect(2_000, "r1");
        Assert.Empty(back.Of<ArmTimer>());
        Assert.Single(CrashLoopWalk.Told(back).OfType<SessionStable>());
        Assert.Equal(0, walk.Session.Life.Short);
    }

    [Fact]
    public void TakeOver_FromAProcessThatIsStableByThen_IsWell()
    {
        var walk = Attached();
        var took = walk.Attach(60_000);
        Assert.Equal(Reasons.Takeover, took.Outcome.Reason);
        Assert.Single(CrashLoopWalk.Told(took).OfType<SessionStable>());
        Assert.Equal(new Life { BeganAt = walk.Now }, walk.Session.Life);
    }

    // The count would have stayed for as long as the app did, and its owner would not have heard that it is well.
    [Fact]
    public void Timer_ThatNeverCame_IsFoundByTheSweep()
    {
        var walk = Attached();
        var due = walk.Session.Life.StableAt!.Value;
        Assert.Null(Lifecycle.Rules.LostTimerOf(walk.Session, due + Lifecycle.Rules.TimerLost));
        var lost = Lifecycle.Rules.LostTimerOf(walk.Session, due + Lifecycle.Rules.TimerLost + TimeSpan.FromSeconds(1));
        Assert.Equal(new TimerFired(TimerKind.Stable, walk.Session.Epoch), lost);
        Assert.Equal(Reasons.Stable, walk.Decide(lost!, 200_000).Outcome.Reason);
    }

    [Fact]
    public void Clock_ThatIsSetBack_IsWaitedForNoLongerThanAWholeStableTime()
    {
        var walk = Attached();
        walk.Decide(new UserCameBack(), -3_600_000);
        Assert.Equal((walk.Now, walk.Now.AddMinutes(1)), (walk.Session.Life.BeganAt, walk.Session.Life.StableAt));
    }
}

namespace Lifecycle.Tests.Rules;

public sealed class LostTimerRulesTests
{
    static readonly DateTimeOffset deadline = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    static AppSession In(AppState state) => AppSession.None with { State = state, Epoch = 7, Deadline = deadline };

    [Theory]
    [InlineData(AppState.GracePeriod, TimerKind.Grace)]
    [InlineData(AppState.Stopping, TimerKind.Stop)]
    [InlineData(AppState.Stopped, TimerKind.Retention)]
    public void LostTimerOf_LongAfterTheDeadline_IsTheTimerOfTheState(AppState state, TimerKind kind)
    {
        Assert.Equal(new TimerFired(kind, 7), Lifecycle.Rules.LostTimerOf(In(state), deadline + Lifecycle.Rules.TimerLost + TimeSpan.FromSeconds(1)));
        Assert.Null(Lifecycle.Rules.LostTimerOf(In(state), deadline + Lifecycle.Rules.TimerLost));
    }

    [Theory]
    [InlineData(AppState.Running)]
    [InlineData(AppState.Backoff)]
    [InlineData(AppState.Evicted)]
    public void LostTimerOf_AStateWithoutATimer_IsNone(AppState state) =>
        Assert.Null(Lifecycle.Rules.LostTimerOf(In(state), deadline.AddDays(1)));

    // Groups that could not be joined, and messages that could not be sent, waited for a timer that never came, for as long as the app was attached.
    [Fact]
    public void LostTimerOf_AMendThatNeverCame_IsTheMendTimer()
    {
        var failed = Walk.Running().On(new GroupsUnrestored(1, []));
        var due = failed.Attachment!.MendAt!.Value;
        Assert.Null(Lifecycle.Rules.LostTimerOf(failed, due + Lifecycle.Rules.TimerLost));
        var timer = Lifecycle.Rules.LostTimerOf(failed, due + Lifecycle.Rules.TimerLost + TimeSpan.FromSeconds(1));
        Assert.Equal(new TimerFired(TimerKind.Mend, failed.Epoch), timer);
        Assert.Equal(Reasons.Mended, failed.Decide(timer!, 200_000).Outcome.Reason);
        Assert.Null(Lifecycle.Rules.LostTimerOf(Walk.Running(), Walk.Start.AddDays(1)));
    }

    [Fact]
    public void LostTimerOf_WithoutADeadline_IsNone() =>
        Assert.Null(Lifecycle.Rules.LostTimerOf(In(AppState.GracePeriod) with { Deadline = null }, deadline.AddDays(1)));

    [Fact]
    public void Decide_OnALostTimer_ExpiresTheGraceWindow()
    {
        var (session, now) = (In(AppState.GracePeriod), deadline.AddMinutes(3));
        var decision = Lifecycle.Rules.Decide(new AppSessionId("s1", "p"), session, Lifecycle.Rules.LostTimerOf(session, now)!, now, Policy.Default);
        Assert.Equal(AppState.Disconnected, decision.Session.State);
        Assert.Contains(decision.Effects, effect => effect is AskGate);
    }
}

namespace Lifecycle.Tests.Rules;

/// <summary>
/// A timer cannot be called back. One that is on its way when the socket is lost once more arms the next, so that a socket that flaps has one timer on
/// its way and not one for each loss.
/// </summary>
public sealed class FlapRulesTests
{
    static readonly DateTimeOffset first = Walk.Start.AddMilliseconds(7_000);

    [Fact]
    public void Loss_WhileTheTimerOfAnEarlierOneIsOnItsWay_ArmsNone()
    {
        var lost = Flapped().Decide(new Disconnected("c2"), 3_000);
        Assert.Empty(lost.Of<ArmTimer>());
        Assert.Equal((Walk.Start.AddMilliseconds(9_000), (DateTimeOffset?)first), (lost.Session.Deadline, lost.Session.GraceTimerAt));
    }

    [Fact]
    public void EarlierTimer_ThatAWindowCountsOn_ArmsTheNextAndThatOneEndsIt()
    {
        var lost = Flapped().On(new Disconnected("c2"), 3_000);
        var came = lost.Decide(Earlier(lost), 7_075);
        Assert.Equal(Reasons.TimerEarly, came.Outcome.Reason);
        var next = Assert.Single(came.Of<ArmTimer>());
        Assert.Equal(new ArmTimer(TimerKind.Grace, Walk.Start.AddMilliseconds(9_000), lost.Epoch), next);
        Assert.Equal(AppState.Disconnected, came.Session.On(next.ToEvent(), 9_000).State);
    }

    // On a backend whose timers are late it may come only when the window has run out.
    [Fact]
    public void EarlierTimer_ThatComesAfterTheEndOfTheWindow_EndsIt()
    {
        var lost = Flapped().On(new Disconnected("c2"), 3_000);
        Assert.Equal((AppState.Disconnected, Reasons.GraceExpired), Of(lost.Decide(Earlier(lost), 9_000)));
    }

    [Fact]
    public void EarlierTimer_ThatComesTwice_ArmsOnce()
    {
        var lost = Flapped().On(new Disconnected("c2"), 3_000);
        var again = lost.On(Earlier(lost), 7_000).Decide(Earlier(lost), 7_010);
        Assert.Equal(Reasons.StaleTimer, again.Outcome.Reason);
        Assert.Empty(again.Of<ArmTimer>());
    }

    // A backend may hand a timer over a little early. A loss right after it would have counted on one that had come, and its window would never have ended.
    [Fact]
    public void Loss_RightAfterTheTimerCameALittleEarly_ArmsItsOwn()
    {
        var flapped = Flapped();
        var came = flapped.Decide(Earlier(flapped), 6_980);
        Assert.Equal(Reasons.StaleTimer, came.Outcome.Reason);
        Assert.Single(came.Session.Decide(new Disconnected("c2"), 6_990).Of<ArmTimer>());
    }

    [Fact]
    public void Loss_WhenTheTimerIsOverdue_ArmsItsOwn() =>
        Assert.Single(Flapped().Decide(new Disconnected("c2"), 8_000).Of<ArmTimer>());

    // The clocks of two hosts may differ by as much.
    [Theory]
    [InlineData(5_999, 0)]
    [InlineData(6_000, 1)]
    public void Loss_WithinTheToleranceOfTheTimer_ArmsItsOwn(double atMs, int armed) =>
        Assert.Equal(armed, Flapped().Decide(new Disconnected("c2"), atMs).Of<ArmTimer>().Count());

    // The window became shorter, or a clock stepped back.
    [Fact]
    public void Loss_WhoseWindowEndsBeforeTheTimerComes_ArmsItsOwn()
    {
        var lost = Flapped().Decide(new Disconnected("c2"), 3_000, Policy.Default with { ReconnectGraceMs = 2_000 });
        Assert.Equal(Walk.Start.AddMilliseconds(5_000), Assert.Single(lost.Of<ArmTimer>()).DueAt);
        Assert.Equal(Reasons.StaleTimer, lost.Session.Decide(Earlier(lost.Session), 4_900).Outcome.Reason);
    }

    [Fact]
    public void FiveLossesWithinOneWindow_HaveOneTimerOnItsWay()
    {
        var (session, armed) = (Walk.Running(), 0);
        for (var i = 1; i <= 5; i++)
        {
            var lost = session.Decide(new Disconnected($"c{i}"), i * 1_000);
            armed += lost.Of<ArmTimer>().Count();
            session = lost.Session.On(new Connected($"c{i + 1}", "i1", Reconnect: true), (i * 1_000) + 500);
        }

        Assert.Equal(1, armed);
    }

    // Lost at 1 s, and back at 2 s: the timer of that window is due at 7 s.
    static AppSession Flapped() => Walk.InGrace().On(new Connected("c2", "i1", Reconnect: true), 2_000);

    static TimerFired Earlier(AppSession session) => new(TimerKind.Grace, session.Epoch - 1) { DueAt = first };

    static (AppState State, string Reason) Of(Decision decision) => (decision.Session.State, decision.Outcome.Reason);
}

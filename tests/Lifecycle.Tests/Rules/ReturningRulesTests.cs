namespace Lifecycle.Tests.Rules;

/// <summary>A process that comes back to its other sessions lives. The socket of <see cref="Walk.InGrace"/> is lost at 1 s, its window is over at 7 s.</summary>
public sealed class ReturningRulesTests
{
    const double GraceMs = 6_000, LostMs = 1_000;

    static Decision Expire(AppSession session, double atMs, double seenMs) => session.Decide(
        new TimerFired(TimerKind.Grace, session.Epoch) { SeenAt = Walk.Start.AddMilliseconds(seenMs) }, atMs);

    static double DeadlineOf(AppSession session) => Math.Ceiling((session.Deadline!.Value - Walk.Start).TotalMilliseconds);

    // 5,000 sessions of one process lost their sockets at once. It took it twenty seconds to attach them all, one after the other; 29 whose turn came late were restarted.
    [Fact]
    public void Expire_ProcessIsComingBackToOthers_WaitsAGraceWindowFromThen()
    {
        var held = Expire(Walk.InGrace(), 7_000, seenMs: 6_500);

        Assert.Equal((AppState.GracePeriod, Reasons.ProcessSeen, 6_500 + GraceMs), (held.Session.State, held.Outcome.Reason, DeadlineOf(held.Session)));
        Assert.Equal(Walk.Start.AddMilliseconds(6_500), held.Session.Evidence.SeenAt);
        Assert.Contains(held.Effects, effect => effect is HeldBack { Reason: Reasons.ProcessSeen });
        Assert.Contains(held.Effects, effect => effect is ArmTimer { Kind: TimerKind.Grace } timer && timer.DueAt == held.Session.Deadline);
    }

    [Fact]
    public void Expire_HeardNoMoreThanOnce_IsRestartedAfterThatWindow()
    {
        var held = Expire(Walk.InGrace(), 7_000, seenMs: 6_500).Session;

        Assert.Equal((AppState.Disconnected, Reasons.GraceExpired), (Expire(held, 12_500, seenMs: 6_500).Session.State, Expire(held, 12_500, seenMs: 6_500).Outcome.Reason));
    }

    // It lives and has forgotten this one: its other sessions come and go for hours.
    [Fact]
    public void Expire_ProcessIsBusyForHours_IsRestartedTenWindowsAfterTheLoss()
    {
        var session = Walk.InGrace();
        var (times, at) = (0, 7_000.0);
        while (Expire(session, at, at - 1) is { Session.State: AppState.GracePeriod } held && times++ < 50)
        {
            (session, at) = (held.Session, DeadlineOf(held.Session));
        }

        Assert.Equal(LostMs + (Lifecycle.Rules.SeenWindows * GraceMs), at);
    }

    [Theory]
    [InlineData(900)]
    [InlineData(1_000)]
    public void Expire_HeardBeforeTheLoss_SaysNothing(double seenMs) =>
        Assert.Equal(AppState.Disconnected, Expire(Walk.InGrace(), 7_000, seenMs).Session.State);

    [Fact]
    public void Expire_HeardByAClockAhead_WaitsNoLongerThanAWindowFromNow() =>
        Assert.Equal(7_000 + GraceMs, DeadlineOf(Expire(Walk.InGrace(), 7_000, seenMs: 3_600_000).Session));
}

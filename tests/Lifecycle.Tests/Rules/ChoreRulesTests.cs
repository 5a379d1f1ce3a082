using System.Text.Json;

namespace Lifecycle.Tests.Rules;

/// <summary>What must happen at the service although the session does not wait for it: it is remembered, tried again, and given up in the end.</summary>
public sealed class ChoreRulesTests
{
    static TimerFired Timer(AppSession session) => new(TimerKind.Chores, session.Epoch);

    static AppSession TakenOver() => Walk.Running().On(new Connected("c2", "i1", NegotiatedAt: Walk.Start.AddSeconds(1)), 1_000);

    static AppSession Unclosed() => TakenOver().On(new ConnectionUnclosed("c1", Reasons.Superseded), 1_000);

    static double MsOf(DateTimeOffset? at) => (at!.Value - Walk.Start).TotalMilliseconds;

    // The service was away for a moment: the old socket stayed open, its app heard nothing and got all that goes to groups, for as long as it lived.
    [Fact]
    public void Unclosed_AfterATakeover_IsClosedInASecond()
    {
        var failed = TakenOver().Decide(new ConnectionUnclosed("c1", Reasons.Superseded), 1_000);
        Assert.Equal((OutcomeKind.Applied, Reasons.ServiceFailed), (failed.Outcome.Kind, failed.Outcome.Reason));
        Assert.Equal(new ArmTimer(TimerKind.Chores, Walk.Start.AddSeconds(2), failed.Session.Epoch), Assert.Single(failed.Effects));

        var again = failed.Session.Decide(Timer(failed.Session), 2_000);

        Assert.Equal(new CloseConnection("c1", Reasons.Superseded, 1), Assert.Single(again.Effects));
        Assert.Equal((Reasons.Mended, Chores.None), (again.Outcome.Reason, again.Session.Chores));
    }

    [Fact]
    public void Unclosed_AtAStop_IsClosedWhateverTheSessionIsByThen()
    {
        var stopping = Walk.In(AppState.Stopping).On(new ConnectionUnclosed("c1", Reasons.Stopped), 1_000);
        var restarted = stopping.On(new TimerFired(TimerKind.Stop, stopping.Epoch), 20_000).On(new StartRequested(), 20_000);
        Assert.Equal(AppState.Starting, restarted.State);

        var again = restarted.Decide(Timer(stopping), 20_000); // armed in another epoch

        Assert.Equal(new CloseConnection("c1", Reasons.Stopped, 1), Assert.Single(again.Of<CloseConnection>()));
    }

    [Fact]
    public void Unclosed_AgainAndAgain_WaitsLongerAndIsGivenUpAfterHalfAnHour()
    {
        var (session, at, tries) = (Unclosed(), 1_000.0, 1);
        Decision? last = null;
        while (session.Chores.DueAt is { } due)
        {
            Assert.InRange(MsOf(due) - at, 1_000, 30_000);
            at = MsOf(due);
            var close = session.Decide(Timer(session), at);
            var effect = close.Of<CloseConnection>().Single();
            last = close.Session.Decide(new ConnectionUnclosed(effect.ConnectionId, effect.Reason, effect.Tries), at);
            (session, tries) = (last.Session, tries + 1);
        }

        Assert.Equal(Chores.MostTries, tries);
        Assert.InRange(at, 25 * 60_000, 35 * 60_000);
        Assert.Equal((Reasons.Undeliverable, new GiveUpClose("c1", Chores.MostTries)), (last!.Outcome.Reason, Assert.Single(last.Effects)));
        Assert.Equal([new EffectSetAside(SetAsideKind.Close)], Observations.Of(session, new ConnectionUnclosed("c1", ""), last));
    }

    [Fact]
    public void Unclosed_RefusedForWhatItIs_IsGivenUpTheThirdTime() => Assert.Equal(
        new GiveUpClose("c1", 3), Assert.Single(TakenOver().Decide(new ConnectionUnclosed("c1", Reasons.Superseded, 2, Never: true), 1_000).Effects));

    [Fact]
    public void Unclosed_OfASessionThatDoesNotExist_IsNotStored()
    {
        var decision = AppSession.None.Decide(new ConnectionUnclosed("c1", Reasons.NotStarted));
        Assert.Equal((AppSession.None, OutcomeKind.Ignored), (decision.Session, decision.Outcome.Kind));
        Assert.Empty(decision.Effects);
    }

    [Fact]
    public void Unclosed_OfANinth_GivesUpTheOldest()
    {
        var session = Enumerable.Range(0, Chores.MostCloses).Aggregate(TakenOver(), (s, n) => s.On(new ConnectionUnclosed($"old{n}", "superseded")));
        var ninth = session.Decide(new ConnectionUnclosed("c1", "superseded"));
        Assert.Equal(new GiveUpClose("old0", 1), Assert.Single(ninth.Effects));
        Assert.Equal(Chores.MostCloses, ninth.Session.Chores.Closes.Length);
    }

    [Fact]
    public void Disconnected_OfAConnectionThatIsToBeClosed_LeavesNothingToDo()
    {
        var closed = Unclosed().On(new Disconnected("c1"), 1_500);
        Assert.Equal(Chores.None, closed.Chores);
        Assert.Equal((OutcomeKind.Ignored, Reasons.StaleTimer), Told(closed.Decide(Timer(closed), 2_000)));
    }

    [Fact]
    public void Timer_LongBeforeItIsDue_DoesNothing()
    {
        var waits = Unclosed() with { Chores = Unclosed().Chores with { DueAt = Walk.Start.AddSeconds(30) } };
        Assert.Equal((OutcomeKind.Ignored, Reasons.StaleTimer), Told(waits.Decide(Timer(waits), 2_000)));
    }

    static (OutcomeKind Kind, string Reason) Told(Decision decision) => (decision.Outcome.Kind, decision.Outcome.Reason);

    // Nobody tried again: the session was forgotten, and the next life of its key heard the streams of the one before for three days.
    [Fact]
    public void Unleft_AtAStop_IsLeftAgainBeforeTheSessionIsForgotten()
    {
        var stopped = Walk.In(AppState.Stopped).Decide(new GroupsUnrestored(2, ["audio", "text"]), 1_100);
        Assert.Equal(TimerKind.Chores, Assert.Single(stopped.Of<ArmTimer>()).Kind);

        var again = stopped.Session.Decide(Timer(stopped.Session), 2_100);

        var leave = Assert.Single(again.Of<LeaveAllGroups>());
        Assert.Equal(("audio text", 2, 1), (string.Join(' ', leave.Streams), leave.Version, leave.Tries));
        Assert.Empty(again.Session.Groups.Unleft);
        Assert.Equal(Chores.None, again.Session.Chores);
        var failed = again.Session.Decide(new GroupsUnrestored(2, leave.Streams, Tries: leave.Tries), 2_100);
        Assert.Equal(Walk.Start.AddMilliseconds(4_100), Assert.Single(failed.Of<ArmTimer>()).DueAt);
    }

    [Fact]
    public void Unleft_WithinTheGraceWindow_IsLeftByName()
    {
        var lost = Walk.InGrace().On(new GroupsUnrestored(1, ["old", "audio"]), 1_000);
        var leave = Assert.Single(lost.Decide(Timer(lost), 2_000).Of<JoinGroups>());
        Assert.Equal((0, "old", 1), (leave.Join.Length, string.Join(' ', leave.Leave), leave.Tries));
        var back = lost.On(new Connected("c2", "i1", Reconnect: true), 1_500); // which leaves it
        Assert.Equal(Chores.None, back.Chores);
    }

    [Fact]
    public void Unleft_AgainAndAgain_IsGivenUpAndLeftToTheNextAttach()
    {
        var evicted = Walk.In(AppState.Evicted);
        var version = evicted.Subscriptions.Version;
        var last = evicted.Decide(new GroupsUnrestored(version, ["audio"], Tries: Chores.MostTries - 1), 20_000);
        Assert.Equal((Reasons.Undeliverable, new GiveUpGroups(version)), (last.Outcome.Reason, Assert.Single(last.Effects)));
        Assert.Equal(Chores.None, last.Session.Chores);
        Assert.Equal("audio", Assert.Single(last.Session.Decide(new Connected("c2", "i2", Reconnect: false), 21_000).Of<LeaveAllGroups>().Single().Streams));
    }

    // A set that was never replaced counted as one without groups, and what could not be left was forgotten with it.
    [Fact]
    public void Unleft_WithoutASetOfItsOwn_IsLeftByWhateverBeginsOrEnds()
    {
        var (stopped, starting, resurrecting) = (WithOld(AppState.Stopped), WithOld(AppState.Starting), WithOld(AppState.Resurrecting));
        Decision[] all =
        [
            stopped.Decide(new StartRequested(), 2_000),
            starting.Decide(new Connected("c2", "i2"), 2_000),
            starting.Decide(new StopRequested("bye"), 2_000),
            resurrecting.Decide(new AttemptSent(resurrecting.Run!.Id, 1, WebhookResult.FromStatus(410)), 10_000),
        ];
        Assert.Equal([AppState.Starting, AppState.Running, AppState.Stopped, AppState.Evicted], all.Select(decision => decision.Session.State));
        Assert.All(all, decision => Assert.Equal("old", Assert.Single(Assert.Single(decision.Of<LeaveAllGroups>()).Streams)));

        static AppSession WithOld(AppState state) =>
            Walk.In(state) with { Subscriptions = SubscriptionSet.Empty, Groups = new Memberships { Unleft = ["old"] } };
    }

    [Fact]
    public void RetentionOver_WhileSomethingIsLeftToDo_KeepsTheSessionForAnotherMinute()
    {
        var stopped = Walk.In(AppState.Stopped).On(new GroupsUnrestored(2, ["audio"]), 1_100);
        var over = MsOf(stopped.Deadline);

        var kept = stopped.Decide(new TimerFired(TimerKind.Retention, stopped.Epoch), over);

        Assert.Equal((AppState.Stopped, Reasons.ChoresLeft), (kept.Session.State, kept.Outcome.Reason));
        var timer = Assert.Single(kept.Of<ArmTimer>());
        Assert.Equal((TimerKind.Retention, over + 60_000), (timer.Kind, MsOf(timer.DueAt)));
        var done = kept.Session.On(Timer(stopped), over + 100);
        Assert.Equal(AppState.None, done.On(new TimerFired(TimerKind.Retention, done.Epoch), over + 60_000).State);
        Assert.Null(Lifecycle.Rules.LostTimerOf(kept.Session, Walk.Start.AddMilliseconds(over), Policy.Default with { RetentionMs = 0 }));
    }

    [Fact]
    public void LostOf_AChoresTimerThatNeverCame_IsTheChoresTimer()
    {
        var (session, due) = (Unclosed(), Unclosed().Chores.DueAt!.Value);
        Assert.Empty(Lifecycle.Rules.LostOf(session, due + Lifecycle.Rules.TimerLost));
        var late = due + Lifecycle.Rules.TimerLost + TimeSpan.FromSeconds(1);
        Assert.Equal(Timer(session), Assert.Single(Lifecycle.Rules.LostOf(session, late)));
        Assert.Single(session.DecideAt(Timer(session), late, Policy.Default).Of<CloseConnection>());
    }

    [Fact]
    public void LostOf_AChoresTimerThatIsTooFarOff_IsDoneNow()
    {
        var session = Unclosed();
        var before = session.Chores.DueAt!.Value - TimeSpan.FromMinutes(5); // a clock was set back
        Assert.Contains(Timer(session), Lifecycle.Rules.LostOf(session, before));
        Assert.Single(session.DecideAt(Timer(session), before, Policy.Default).Of<CloseConnection>());
    }

    [Fact]
    public void Chores_RoundTripAndCountInEquality()
    {
        var session = Unclosed();
        Assert.Equal(session, JsonSerializer.Deserialize<AppSession>(JsonSerializer.Serialize(session)));
        Assert.NotEqual(session, session with { Chores = Chores.None });
        Assert.Equal(Chores.None, JsonSerializer.Deserialize<AppSession>("""{"Schema":1,"State":"STOPPED"}""")!.Chores);
    }
}

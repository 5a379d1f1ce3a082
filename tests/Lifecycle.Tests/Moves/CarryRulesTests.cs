namespace Lifecycle.Tests.Moves;

/// <summary>What becomes of a session that is carried over from another installation.</summary>
public sealed class CarryRulesTests
{
    const double Until = 600_000;

    static AppSession Old() => Walk.Running().On(new MessagePosted("m1", "1", true)).On(new MessagePosted("m2", "2", true));

    static CarriedOver CarryOf(AppSession old, double atMs = 0, double untilMs = Until) =>
        new(SessionCargo.Of(old, Walk.Start.AddMilliseconds(atMs))!, Walk.Start.AddMilliseconds(untilMs));

    static AppSession Here() => AppSession.None.On(CarryOf(Old()), 100);

    static Connected WithToken(AppSession old, long later = 0) =>
        new("n1", "i1", NegotiatedAt: Walk.Start.AddSeconds(1), TokenEpoch: old.AttachedEpoch + later, LastSeq: 1, TokenLife: old.CorrelationId);

    [Fact]
    public void CarriedOver_OfAnAttachedSession_WaitsForItsAppUntilTheMoveIsOver()
    {
        var decision = AppSession.None.Decide(CarryOf(Old()), 100);
        var timer = Assert.Single(decision.Of<ArmTimer>());
        Assert.Equal((TimerKind.Grace, Walk.Start.AddMilliseconds(Until), decision.Session.Epoch), (timer.Kind, timer.DueAt, timer.Epoch));
        Assert.Equal((AppState.GracePeriod, Reasons.CarriedOver, Blame.Platform), (decision.Session.State, decision.Outcome.Reason, decision.Outcome.Blame));
        Assert.True(decision.Session.Epoch > Old().Epoch);
        Assert.Empty(decision.Effects.Where(effect => effect is AskGate or StartRun or TellApp));
    }

    [Fact]
    public void Connected_WithTheTokenOfTheOldPlace_IsAReconnectWithState()
    {
        var old = Old();
        var decision = Here().Decide(WithToken(old), 5_000);
        var ack = decision.Of<SendAck>().Single().Ack;
        Assert.Equal((true, old.CorrelationId, 1), (ack.Resumed, ack.CorrelationId, ack.SubscriptionsVersion));
        Assert.Equal(["audio", "text"], decision.Of<JoinGroups>().Single().Join.AsEnumerable());
        // Of the two messages it has handled one: the other one comes again, under its number, and the next one after it.
        Assert.Equal(2, decision.Of<SendMessage>().Single().Seq);
        Assert.Equal(3, decision.Session.On(new MessagePosted("m3", "3", true), 5_000).Mailbox.LastSeq);
        Assert.Empty(decision.Of<Measure>());
        Assert.Null(decision.Session.Carried);
        Assert.Equal(Blame.Lifecycle, decision.Outcome.Blame);
    }

    [Fact]
    public void Connected_OfTheSameProcessWithoutAToken_IsAReconnectToo() =>
        Assert.Equal((AppState.Running, Reasons.Reconnect), Of(Here().Decide(new Connected("n1", "i1", true, Walk.Start.AddSeconds(1)), 5_000)));

    static (AppState, string) Of(Decision decision) => (decision.Session.State, decision.Outcome.Reason);

    // An app that had reconnected at the old place after the carry-over was refused at the new one, as if its token were spent.
    [Fact]
    public void Connected_WithALaterTokenOfTheSameLife_IsGood()
    {
        Assert.Equal((AppState.Running, Reasons.Reconnect), Of(Here().Decide(WithToken(Old(), later: 2), 5_000)));
        Assert.Equal((AppState.GracePeriod, Reasons.StaleToken), Of(Here().Decide(WithToken(Old(), later: -1), 5_000)));
        Assert.Equal((AppState.GracePeriod, Reasons.StaleToken), Of(Here().Decide(WithToken(Old(), later: 2) with { TokenLife = "cother" }, 5_000)));
        var overHub = new Initialized("n1") { Negotiated = WithToken(Old(), later: 2) };
        Assert.Equal((AppState.Running, Reasons.Reconnect), Of(Here().Decide(overHub, 5_000)));
    }

    // Both places issue tokens for a while, and one of the old place must not be taken for one of this.
    [Fact]
    public void Connected_WithATokenThatTheOldPlaceIssuedAfterwards_IsStaleOnceTheAppIsHere()
    {
        var here = Here().On(WithToken(Old()), 5_000);
        for (var later = 0; later < 100; later++)
        {
            var claim = WithToken(Old(), later) with { ConnectionId = "n2", NegotiatedAt = Walk.Start.AddSeconds(9) };
            Assert.Equal(Reasons.StaleToken, here.Decide(claim, 10_000).Outcome.Reason);
        }
    }

    [Fact]
    public void Timer_WhenTheMoveIsOver_GivesTheAppAWholeGraceWindowMore()
    {
        var here = Here();
        Assert.Equal((AppState.GracePeriod, Reasons.TimerEarly), Of(here.Decide(new TimerFired(TimerKind.Grace, here.Epoch), Until - 10)));
        var over = here.Decide(new TimerFired(TimerKind.Grace, here.Epoch) { DueAt = here.Deadline }, Until + 10);
        Assert.Equal((AppState.GracePeriod, Reasons.MoveOver), Of(over));
        Assert.Equal(Walk.Start.AddMilliseconds(Until + 6_010), over.Session.Deadline);
        Assert.Equal(Walk.Start.AddMilliseconds(Until + 10), over.Session.LostAt);

        var lost = over.Session.Decide(new TimerFired(TimerKind.Grace, here.Epoch) { DueAt = over.Session.Deadline }, Until + 6_020);
        Assert.Equal((AppState.Disconnected, Reasons.GraceExpired), Of(lost));
        Assert.Single(lost.Of<AskGate>());
        // Its state is kept for as long as after any grace window.
        var back = lost.Session.Decide(new Connected("n1", "i1", true, Walk.Start.AddMilliseconds(Until + 60_000)), Until + 60_000);
        Assert.Equal(Reasons.LateReconnect, back.Outcome.Reason);
    }

    [Fact]
    public void Event_WhileTheMoveGoesOn_LeavesItsDeadlineAsItIs()
    {
        var here = Here();
        foreach (var @event in new SessionEvent[] { new SignOfLife("i1"), new UserCameBack(), new StartRequested(), new Disconnected("c1") })
        {
            Assert.Equal((AppState.GracePeriod, here.Deadline, here.Carried), (here.On(@event, 60_000).State, here.On(@event, 60_000).Deadline, here.On(@event, 60_000).Carried));
        }

        Assert.Null(Lifecycle.Rules.LostTimerOf(here, Walk.Start.AddMilliseconds(60_000), Policy.Default));
        Assert.NotNull(Lifecycle.Rules.LostTimerOf(here, Walk.Start.AddMilliseconds(Until + 200_000), Policy.Default));
    }

    // The same number was given at both places, and the app took the second message for a repetition of the first.
    [Fact]
    public void MessagePosted_BeforeTheAppIsHere_IsRefusedWithoutANumber()
    {
        var decision = Here().Decide(new MessagePosted("m3", "3"), 1_000);
        Assert.Equal((OutcomeKind.Refused, Reasons.NotHereYet), (decision.Outcome.Kind, decision.Outcome.Reason));
        Assert.Null(decision.Session.Mailbox.ReceiptOf("m3"));
        var dormant = AppSession.None.On(CarryOf(Walk.In(AppState.Dormant)), 100);
        Assert.Equal(Reasons.NotHereYet, dormant.Decide(new MessagePosted("m3", "3"), 1_000).Outcome.Reason);
        // The old place may be gone then.
        Assert.NotEqual(Reasons.NotHereYet, dormant.Decide(new MessagePosted("m3", "3"), Until + 1).Outcome.Reason);
    }

    [Fact]
    public void CarriedOver_Again_IsTakenOnlyWhenItIsNewerAndTheAppIsNotHere()
    {
        var (old, here) = (Old(), Here());
        Assert.Equal(Reasons.AlreadyHere, here.Decide(CarryOf(old), 200).Outcome.Reason);
        var newer = CarryOf(old.On(new SubscriptionsReplaced("c1", ["video"], 1)), atMs: 300);
        var again = here.Decide(newer, 400);
        Assert.Equal((Reasons.CarriedOver, "video"), (again.Outcome.Reason, again.Session.Subscriptions.Streams.Single()));
        Assert.True(again.Session.Epoch > here.Epoch);
        Assert.Equal(Reasons.AlreadyHere, again.Session.Decide(CarryOf(old, atMs: 200), 500).Outcome.Reason);

        var attached = here.On(WithToken(old), 500);
        var refused = attached.Decide(CarryOf(old, atMs: 600), 700);
        Assert.Equal((Reasons.AttachedHere, attached), (refused.Outcome.Reason, refused.Session));
        Assert.Equal(Reasons.AlreadyHere, attached.On(new Disconnected("n1"), 800).Decide(CarryOf(old, atMs: 900), 900).Outcome.Reason);
    }

    [Theory]
    [InlineData(AppState.Starting, AppState.GracePeriod)]
    [InlineData(AppState.GracePeriod, AppState.GracePeriod)]
    [InlineData(AppState.Disconnected, AppState.GracePeriod)]
    [InlineData(AppState.Resurrecting, AppState.GracePeriod)]
    [InlineData(AppState.Backoff, AppState.GracePeriod)]
    [InlineData(AppState.Dormant, AppState.Dormant)]
    [InlineData(AppState.Evicted, AppState.Evicted)]
    public void CarriedOver_OfAState_AwaitsTheAppUnlessNobodyDidThere(AppState there, AppState expected)
    {
        var here = AppSession.None.Decide(CarryOf(Walk.In(there)), 20_000);
        Assert.Equal((expected, Reasons.CarriedOver), Of(here));
        Assert.Equal(expected == AppState.GracePeriod, here.Session.Deadline is not null);
        Assert.Null(here.Session.Run);
    }

    [Fact]
    public void UserCameBack_ToADormantSessionThatWasCarriedOver_ResurrectsItHere()
    {
        var here = AppSession.None.On(CarryOf(Walk.In(AppState.Dormant)), 20_000);
        var back = here.Decide(new UserCameBack(), 30_000);
        Assert.Equal((AppState.Disconnected, Reasons.UserBack), Of(back));
        Assert.Null(back.Session.Carried);
        Assert.Single(back.Of<AskGate>());
    }

    [Fact]
    public void StopRequested_WhileTheMoveGoesOn_Wins()
    {
        var stopped = Here().Decide(new StopRequested("bye"), 1_000);
        Assert.Equal(AppState.Stopped, stopped.Session.State);
        Assert.Null(stopped.Session.Carried);
        Assert.Equal(Reasons.AlreadyHere, stopped.Session.Decide(CarryOf(Old(), atMs: 2_000), 2_000).Outcome.Reason);
    }

    [Theory]
    [InlineData(-5_000, 100)]
    [InlineData(86_400_000.0 * 30, 86_400_100)]
    public void CarriedOver_UntilATimeThatIsNone_WaitsADayAtMost(double until, double expected) =>
        Assert.Equal(Walk.Start.AddMilliseconds(expected), AppSession.None.On(CarryOf(Old(), untilMs: until), 100).Deadline);
}

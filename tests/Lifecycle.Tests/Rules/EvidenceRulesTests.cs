namespace Lifecycle.Tests.Rules;

/// <summary>Whose fault it is: what holds a grace window open and a webhook back, and for how long. The socket of <see cref="Walk.InGrace"/> is lost at 1 s.</summary>
public sealed class EvidenceRulesTests
{
    const double GraceMs = 6_000;
    static readonly ServiceSight away = new(false, Walk.Start);

    static Decision Expire(AppSession session, double atMs, ServiceSight? sight = null, Policy? policy = null) =>
        session.Decide(new TimerFired(TimerKind.Grace, session.Epoch) { Sight = sight }, atMs, policy);

    static double DeadlineOf(AppSession session) => Math.Ceiling((session.Deadline!.Value - Walk.Start).TotalMilliseconds);

    // Every healthy app was restarted 6 s after the SignalR service had gone away.
    [Fact]
    public void GraceTimer_WhileNoClientCanOpenASocket_IsArmedAgain()
    {
        var held = Expire(Walk.InGrace(), 7_000, away);

        Assert.Equal((AppState.GracePeriod, Reasons.ServiceAway), (held.Session.State, held.Outcome.Reason));
        Assert.Equal(Blame.SignalR, held.Session.Evidence.Blame);
        Assert.Equal(held.Session.Deadline, Assert.Single(held.Of<ArmTimer>()).DueAt);
        Assert.Empty(held.Of<AskGate>());
    }

    [Fact]
    public void GraceTimer_TheLongerTheServiceIsAway_ComesTheMoreSeldom()
    {
        var (session, looks) = (Walk.InGrace(), 0);
        for (var at = 7_000d; at < 600_000; at = DeadlineOf(session), looks++)
        {
            session = Expire(session, at, away).Session;
        }

        Assert.InRange(looks, 6, 10);
    }

    [Fact]
    public void GraceTimer_OfManySessions_AreNotDueAtOnce()
    {
        var deadlines = Enumerable.Range(1, 50).Select(n => new AppSessionId($"s{n}", "com.example.notes"))
            .Select(id => Lifecycle.Rules.Decide(
                id, Walk.InGrace(), new TimerFired(TimerKind.Grace, Walk.InGrace().Epoch) { Sight = away }, Walk.Start.AddMilliseconds(61_000), Policy.Default))
            .Select(decision => decision.Session.Deadline).ToList();

        Assert.True(deadlines.Distinct().Count() > 40);
    }

    [Fact]
    public void GraceTimer_WithinAGraceWindowOfTheServiceBeingBack_IsArmedForTheRestOfIt()
    {
        var back = Expire(Walk.InGrace(), 7_000, new ServiceSight(true, Walk.Start.AddMilliseconds(5_000)));

        Assert.Equal((AppState.GracePeriod, Reasons.ServiceBack, 5_000 + GraceMs), (back.Session.State, back.Outcome.Reason, DeadlineOf(back.Session)));
    }

    // Another process had seen nothing of the outage: it found the service well, and the app had no time to come back.
    [Fact]
    public void GraceTimer_FoundWellByAProcessThatSawNoOutage_GivesAWholeGraceWindow()
    {
        var held = Expire(Walk.InGrace(), 7_000, away).Session;
        var at = DeadlineOf(held);
        var back = Expire(held, at, new ServiceSight(true));

        Assert.Equal((Reasons.ServiceBack, at + GraceMs), (back.Outcome.Reason, DeadlineOf(back.Session)));
        Assert.Equal(AppState.Disconnected, Expire(back.Session, at + GraceMs, new ServiceSight(true)).Session.State);
    }

    [Fact]
    public void GraceTimer_WhereAnAppGotThroughSinceTheLoss_BelievesTheAppAndNotTheCanary()
    {
        var blind = new ServiceSight(false, Walk.Start.AddMilliseconds(9_000)) { ProvenFrom = Walk.Start.AddMilliseconds(500), ProvenAt = Walk.Start.AddMilliseconds(2_000) };

        Assert.Equal(AppState.Disconnected, Expire(Walk.InGrace(), 9_500, blind).Session.State);
        Assert.Equal(AppState.GracePeriod, Expire(Walk.InGrace(), 9_500, blind with { ProvenAt = Walk.Start.AddMilliseconds(900) }).Session.State);
    }

    // The host was away for 20 s: 42 webhooks went to living apps as it came back.
    [Fact]
    public void GraceTimer_LaterThanTheLimit_IsArmedForAWholeWindow_Once()
    {
        var late = Expire(Walk.InGrace(), 27_000);
        Assert.Equal((AppState.GracePeriod, Reasons.PlatformAway, 27_000 + GraceMs), (late.Session.State, late.Outcome.Reason, DeadlineOf(late.Session)));
        Assert.Equal(Blame.Lifecycle, late.Session.Evidence.Blame);

        Assert.Equal(AppState.Disconnected, Expire(late.Session, 60_000).Session.State);
    }

    [Theory]
    [InlineData(0, AppState.Disconnected)]
    [InlineData(1_400, AppState.Disconnected)]
    [InlineData(3_000, AppState.Disconnected)]
    [InlineData(3_001, AppState.GracePeriod)]
    public void GraceTimer_OfTheOrdinaryLateness_IsOnTime(double lateMs, AppState state) =>
        Assert.Equal(state, Expire(Walk.InGrace(), 7_000 + lateMs).Session.State);

    // Ten thousand sessions that were lost together began their runs in the same second.
    [Fact]
    public void AliveLimit_OfSessionsLostTogether_IsSpread()
    {
        var policy = Policy.Default with { AliveLimitMs = 60_000 };
        var session = Walk.InGrace();
        var states = Enumerable.Range(1, 100).Select(n => Lifecycle.Rules.Decide(
            new AppSessionId($"s{n}", "com.example.notes"), session, new TimerFired(TimerKind.Grace, session.Epoch) { Sight = away }, Walk.Start.AddMilliseconds(67_000), policy));

        Assert.InRange(states.Count(decision => decision.Session.State == AppState.GracePeriod), 30, 70);
    }

    [Fact]
    public void Webhook_ThatWouldGoOutWhileNoClientCanOpenASocket_IsNotSentAndNothingIsHeldAgainstTheApp()
    {
        var sending = Walk.Resurrecting();
        var unsent = sending.Decide(new AttemptUnlooked(sending.Run!.Id, 1) { Sight = away }, 10_000);

        Assert.Equal((AppState.GracePeriod, Reasons.ServiceAway, 0), (unsent.Session.State, unsent.Outcome.Reason, unsent.Session.Tally.Webhooks));
        var returned = Assert.IsType<AdmissionReturned>(Assert.Single(unsent.Of<TellApp>()).Event);
        Assert.NotNull(returned.Away);
    }

    [Fact]
    public void Start_WhileNoClientCanOpenASocket_AsksAgainAndNoHorizonPasses()
    {
        var sending = AppSession.None.On(new StartRequested()).Attempted(100);
        var off = sending.Decide(new AttemptUnlooked(sending.Run!.Id, 1) { Sight = away }, 1_000);

        Assert.Equal((AppState.Starting, Reasons.ServiceAway), (off.Session.State, off.Outcome.Reason));
        Assert.Equal(RunPhase.Waiting, off.Session.Run!.Phase);
        Assert.Equal(off.Session.Run.DueAt - Walk.Start.AddMilliseconds(1_000), off.Session.Run.HorizonAt - sending.Run.HorizonAt);
    }

    // A second answer of the gate started an orchestration under the name of the one that waited.
    [Fact]
    public void Start_PutOff_AsksUnderTheNextNumber()
    {
        var sending = AppSession.None.On(new StartRequested()).Attempted(100);
        var off = sending.Decide(new AttemptUnlooked(sending.Run!.Id, 1) { Sight = away }, 1_000);

        Assert.Equal(RunOrderKind.End, off.Order!.Kind);
        var ask = Assert.Single(off.Of<AskGate>());
        Assert.Equal((sending.Run.Driver + 1, off.Session.Run!.DueAt), (ask.Ask.Driver, ask.At!.Value));
        var again = off.Session.Decide(AttemptAdmitted.To(ask.Ask with { Driver = sending.Run.Driver }, sending.Run.Id, Admission.Go(Walk.Start.AddMilliseconds(1_100))), 1_100);
        Assert.Equal(sending.Run.Driver + 1, Assert.Single(again.Of<StartRun>()).Driver);
    }

    // The app had accepted, nobody could attach, and its breaker opened for it.
    [Fact]
    public void Accepted_AndNotAttachedWhileNobodyCan_IsAwaitedOn()
    {
        var accepted = Walk.Resurrecting().Answered(WebhookResult.FromStatus(202), 10_000);
        var due = new AttemptDue(accepted.Run!.Id, accepted.Run.Driver);
        var held = accepted.Decide(due with { Sight = away }, 20_000);
        Assert.Equal((AppState.Resurrecting, Reasons.ServiceAway, RunPhase.Confirming), (held.Session.State, held.Outcome.Reason, held.Session.Run!.Phase));

        var at = Math.Ceiling((held.Session.Run.DueAt - Walk.Start).TotalMilliseconds);
        var back = held.Session.Decide(due with { Sight = new ServiceSight(true, Walk.Start.AddMilliseconds(at - 500)) }, at);
        Assert.Equal((Reasons.ServiceBack, Walk.Start.AddMilliseconds(at + Policy.Default.ConnectTimeoutMs)), (back.Outcome.Reason, back.Session.Run!.DueAt));
    }

    // The host was away for a quarter of an hour while sessions waited for their next try: all were given up as it came back, without another one.
    [Theory]
    [InlineData(2_900, 0)]
    [InlineData(900_000, 900_000)]
    public void Horizon_WhileThisSystemIsAway_DoesNotPass(double lateMs, double putOffMs)
    {
        var refused = Walk.Resurrecting().Answered(WebhookResult.FromStatus(503), 10_000);
        var run = refused.Run!;
        var at = (run.DueAt - Walk.Start).TotalMilliseconds + lateMs;
        var asking = refused.Asking(at);
        Assert.Equal(run.HorizonAt.AddMilliseconds(putOffMs), asking.Run!.HorizonAt);

        var told = asking.DecideAdmitted(Admission.Wait(Walk.Start.AddMilliseconds(at + 5_000), new Ticket(1, 7, false)), at).Session;
        Assert.Equal((AppState.Backoff, run.HorizonAt.AddMilliseconds(putOffMs)), (told.State, told.Run!.HorizonAt));
    }

    // A start that is asked for while this system is away gets a horizon of its own, and the time before it is not added to that.
    [Fact]
    public void Horizon_OfAStartThatWasAskedAfterTheDueTime_IsPutOffFromThereOn()
    {
        var refused = Walk.Resurrecting().Answered(WebhookResult.FromStatus(503), 10_000);
        var asked = refused.On(new StartRequested(), 900_000);
        var waiting = asked with { Run = asked.Run! with { Phase = RunPhase.Waiting, DueAt = refused.Run!.DueAt } };
        var due = waiting.Asking(901_000);
        Assert.Equal(Walk.Start.AddMilliseconds(901_000 + Policy.Default.HorizonMs), due.Run!.HorizonAt);
    }

    [Fact]
    public void Horizon_WhileAnAcceptedWebhookIsAwaitedAndThisSystemIsAway_DoesNotPass()
    {
        var accepted = Walk.Resurrecting().Answered(WebhookResult.FromStatus(202), 10_000);
        var late = accepted.Decide(new AttemptDue(accepted.Run!.Id, accepted.Run.Driver), 900_000);
        Assert.Equal((AppState.Backoff, Reasons.NotAttachedInTime), (late.Session.State, late.Outcome.Reason));
    }

    [Fact]
    public void Order_CarriedOutLaterThanTheLimit_BeginsTheWindowAnew()
    {
        var sending = Walk.Resurrecting();
        var late = sending.Decide(new AttemptUnlooked(sending.Run!.Id, 1) { Late = true }, 30_000);

        Assert.Equal((AppState.GracePeriod, Reasons.PlatformAway, 30_000 + GraceMs), (late.Session.State, late.Outcome.Reason, DeadlineOf(late.Session)));
    }

    [Fact]
    public void State_HeldBackByEvidence_IsKeptBeyondItsRetention()
    {
        var session = Walk.InGrace();
        for (var at = 7_000d; at < 400_000; at = DeadlineOf(session))
        {
            session = Expire(session, at, away).Session;
        }

        var back = session.Decide(new Connected("c2", "i1", NegotiatedAt: Walk.Start.AddSeconds(400)), 400_000);
        Assert.True(back.Session.Attachment!.Resumed);
        Assert.Equal(["audio", "text"], back.Session.Subscriptions.Names());
        Assert.Equal(Evidence.None, back.Session.Evidence);
    }

    [Fact]
    public void ServiceBack_ToASessionThatWasHeldBack_BringsItsTimerForward()
    {
        var held = Expire(Walk.InGrace(), 200_000, away, Policy.Default).Session;
        var back = held.Decide(new ServiceBack(held.Epoch, Walk.Start.AddMilliseconds(203_000)), 209_000);

        Assert.Equal((Reasons.ServiceBack, 209_000d), (back.Outcome.Reason, DeadlineOf(back.Session)));
        Assert.Equal(Reasons.StaleLook, back.Session.Decide(new ServiceBack(held.Epoch, Walk.Start), 210_000).Outcome.Reason);
    }

    // It had gone again, and that was seen here before anybody told that it had been back.
    [Fact]
    public void ServiceBack_FromBeforeItWasSeenAwayAgain_IsStale()
    {
        var held = Expire(Walk.InGrace(), 200_000, away).Session;

        Assert.Equal(Reasons.StaleLook, held.Decide(new ServiceBack(held.Epoch, Walk.Start.AddMilliseconds(199_000)), 201_000).Outcome.Reason);
    }
}

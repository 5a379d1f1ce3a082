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

    [Fact]
    public void SignOfLife_InGrace_MovesTheWindow()
    {
        var alive = Walk.InGrace().On(new SignOfLife("i1"), 4_000);
        var held = Expire(alive, 7_000);

        Assert.Equal((Reasons.SignOfLife, 4_000 + GraceMs, Blame.Network), (held.Outcome.Reason, DeadlineOf(held.Session), held.Session.Evidence.Blame));
        Assert.Equal(AppState.Disconnected, Expire(held.Session, 10_000).Session.State);
    }

    [Fact]
    public void SignOfLife_OfAClientThatBacksOff_AwaitsItsNextTry()
    {
        var alive = Walk.InGrace().On(new SignOfLife("i1"), 2_000).On(new SignOfLife("i1"), 6_000);

        Assert.Equal(Walk.Start.AddMilliseconds(6_000 + GraceMs + (3 * 4_000)), alive.Evidence.AwakeUntil);
    }

    [Theory]
    [InlineData("i2", null)]
    [InlineData("i2", 99L)]
    [InlineData(null, null)]
    public void SignOfLife_OfAnotherProcess_CountsForNothing(string? instance, long? tokenEpoch)
    {
        var sign = Walk.InGrace().Decide(new SignOfLife(instance, tokenEpoch), 4_000);

        Assert.Equal((OutcomeKind.Ignored, Reasons.StaleSign), (sign.Outcome.Kind, sign.Outcome.Reason));
        Assert.Equal(Evidence.None, sign.Session.Evidence);
    }

    // It stood in a queue since before the socket was lost.
    [Fact]
    public void SignOfLife_FromBeforeTheLoss_IsStale() =>
        Assert.Equal(Reasons.StaleSign, Walk.InGrace().Decide(new SignOfLife("i1", At: Walk.Start.AddMilliseconds(-100)), 4_000).Outcome.Reason);

    [Fact]
    public void SignOfLife_WithTheTokenOfTheLastAttach_IsOfItsHolder()
    {
        var session = Walk.InGrace();

        Assert.Equal(Reasons.SignOfLife, session.Decide(new SignOfLife(null, session.AttachedEpoch, session.CorrelationId), 4_000).Outcome.Reason);
        Assert.Equal(Reasons.StaleSign, session.Decide(new SignOfLife(null, session.AttachedEpoch, "another life"), 4_000).Outcome.Reason);
    }

    [Fact]
    public void SignOfLife_WhileTheRunWaits_EndsItAndBeginsTheWindowAnew()
    {
        var waiting = Walk.Resurrecting().Answered(WebhookResult.FromStatus(503), 10_000);
        var back = waiting.Decide(new SignOfLife("i1"), 11_000);

        Assert.Equal((AppState.GracePeriod, Reasons.SignOfLife, 11_000 + GraceMs), (back.Session.State, back.Outcome.Reason, DeadlineOf(back.Session)));
        Assert.Null(back.Session.Run);
        Assert.True(back.Session.Epoch > waiting.Epoch);
        Assert.Equal(1, back.Session.Tally.FalseResurrections); // a webhook had gone out
        Assert.Equal(RunOrderKind.End, back.Session.Decide(new AttemptDue(waiting.Run!.Id), 12_000).Order!.Kind);
    }

    [Fact]
    public void SignOfLife_BeforeAWebhookWentOut_IsNoFalseResurrection()
    {
        var back = Walk.Disconnected().Decide(new SignOfLife("i1"), 8_000);

        Assert.Equal((AppState.GracePeriod, 0), (back.Session.State, back.Session.Tally.FalseResurrections));
        Assert.Contains(Observations.Of(Walk.Disconnected(), new SignOfLife("i1"), back), o => o is RunEnded { Outcome: RunOutcome.Held });
    }

    [Fact]
    public void SignOfLife_AfterAnAcceptedWebhook_AwaitsTheAppForLonger()
    {
        var accepted = Walk.Resurrecting().Answered(WebhookResult.FromStatus(202), 10_000);
        var longer = accepted.Decide(new SignOfLife("i1"), 19_000);

        Assert.Equal((AppState.Resurrecting, Walk.Start.AddMilliseconds(19_000 + GraceMs)), (longer.Session.State, longer.Session.Run!.DueAt));
        var attached = longer.Session.On(new Connected("c2", "i1", NegotiatedAt: Walk.Start.AddMilliseconds(20_000)), 20_000);
        Assert.Equal((AppState.Running, 1), (attached.State, attached.Tally.FalseResurrections));
    }

    [Fact]
    public void SignOfLife_BeyondTheAliveLimit_HoldsNothingBack()
    {
        var policy = Policy.Default with { AliveLimitMs = 8_000 };
        var alive = Walk.InGrace().On(new SignOfLife("i1"), 6_000, policy);
        var held = Expire(alive, 7_000, policy: policy).Session;
        Assert.InRange(DeadlineOf(held), 9_000, 9_000 + (8_000 * Lifecycle.Rules.LimitSpread)); // and not at 12 s, a grace window after the sign

        var over = Expire(held, DeadlineOf(held), policy: policy);
        Assert.Equal(AppState.Disconnected, over.Session.State);
        Assert.IsType<SessionUnattached>(Assert.Single(over.Of<TellApp>()).Event);
        Assert.Equal(Reasons.AliveUnattached, over.Session.Decide(new SignOfLife("i1"), 12_000, policy).Outcome.Reason);
    }

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
    public void Webhook_AnsweredByTheProcessThatHoldsTheSession_IsASignOfLife()
    {
        var held = Walk.Resurrecting().Decide(new AttemptSent(Walk.Resurrecting().Run!.Id, 1, WebhookResult.FromStatus(202) with { HeldBy = "i1" }), 10_000);

        Assert.Equal((AppState.GracePeriod, Reasons.HeldByApp), (held.Session.State, held.Outcome.Reason));
        Assert.Equal(1, held.Session.Tally.FalseResurrections);
        Assert.Contains(held.Of<TellApp>(), tell => tell.Event is OutcomeReported { Result.Verdict: WebhookVerdict.Accepted });
    }

    [Fact]
    public void Webhook_AnsweredByAnotherProcess_IsAnsweredAsAlways() =>
        Assert.Equal(Reasons.WebhookAccepted, Walk.Resurrecting().Decide(
            new AttemptSent(Walk.Resurrecting().Run!.Id, 1, WebhookResult.FromStatus(202) with { HeldBy = "i2" }), 10_000).Outcome.Reason);

    // Thirteen sessions were begun anew in the other process while theirs lived, and the counter said nothing of it.
    [Fact]
    public void Resurrection_WhoseOldProcessShowsItselfLater_WasFalse_Once()
    {
        var replaced = Walk.Resurrecting().Answered(WebhookResult.FromStatus(202), 10_000).On(new Connected("c2", "i2", NegotiatedAt: Walk.Start.AddSeconds(10)), 10_500);
        Assert.Equal((0, "i1"), (replaced.Tally.FalseResurrections, replaced.WrittenOff));

        var woken = new Connected("c3", "i1", NegotiatedAt: Walk.Start.AddSeconds(60));
        var late = replaced.Decide(woken, 60_000);
        Assert.Equal((Reasons.Superseded, 1), (late.Outcome.Reason, late.Session.Tally.FalseResurrections));
        Assert.Single(Observations.Of(replaced, woken, late), o => o is FalseFound);
        Assert.Equal(1, late.Session.On(new SignOfLife("i1"), 61_000).Tally.FalseResurrections);
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
}

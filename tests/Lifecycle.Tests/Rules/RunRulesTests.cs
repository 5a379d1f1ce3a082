namespace Lifecycle.Tests.Rules;

/// <summary>What the rules order a run of webhooks to do.</summary>
public sealed class RunRulesTests
{
    static Decision Sent(AppSession session, WebhookResult result, double atMs = 10_000) =>
        session.Decide(new AttemptSent(session.Run!.Id, session.Run.Attempt, result), atMs);

    [Fact]
    public void GraceExpiry_StartsARunWithinTheSpread()
    {
        var session = Walk.InGrace();
        var decision = session.Decide(new TimerFired(TimerKind.Grace, session.Epoch), 7_000);
        var asked = Assert.Single(decision.Of<AskGate>());
        Assert.Equal((RunReason.Resurrection, decision.Session.Run!.Id), (asked.Ask.Reason, asked.Ask.RunId));
        Assert.InRange(asked.At!.Value, Walk.Start.AddMilliseconds(7_000), Walk.Start.AddMilliseconds(9_000));
        Assert.Empty(decision.Of<StartRun>()); // an orchestration is started to send
    }

    [Fact]
    public void GraceExpiry_WithoutResurrectionInThePolicy_JustDisconnects()
    {
        var session = Walk.InGrace();
        var decision = session.Decide(new TimerFired(TimerKind.Grace, session.Epoch), 7_000, Policy.Default with { Resurrect = false });
        Assert.Equal((AppState.Disconnected, 0), (decision.Session.State, decision.Of<AskGate>().Count()));
    }

    [Fact]
    public void GraceTimer_ThatIsEarly_IsArmedAgainForTheSameDeadline()
    {
        // The durable backend fires scheduled signals up to 100 ms early.
        var session = Walk.InGrace();
        var decision = session.Decide(new TimerFired(TimerKind.Grace, session.Epoch), 6_905);
        Assert.Equal(new ArmTimer(TimerKind.Grace, Walk.Start.AddMilliseconds(7_000), session.Epoch), Assert.Single(decision.Effects));
        Assert.Equal(AppState.GracePeriod, decision.Session.State);
    }

    [Fact]
    public void GraceTimer_ThatIsLate_HasItsLatenessMeasured()
    {
        var session = Walk.InGrace();
        var decision = session.Decide(new TimerFired(TimerKind.Grace, session.Epoch), 7_800);
        Assert.Equal(new Measure(Measurement.TimerLateness, TimeSpan.FromMilliseconds(800)), Assert.Single(decision.Of<Measure>()));
    }

    [Fact]
    public void Attempt_BeforeItsTime_WaitsOn()
    {
        var session = Walk.Disconnected();
        var decision = session.Decide(new AttemptDue(session.Run!.Id), 7_000);
        Assert.Equal((RunOrderKind.Ask, session.Run.DueAt), (decision.Order!.Kind, decision.Order.Until!.Value));
    }

    [Fact]
    public void Attempt_KeepsItsWebhookIdWhenTheStepIsDoneTwice()
    {
        var session = Walk.Resurrecting();
        var order = Walk.Disconnected().Asking(10_000).DecideAdmitted(Admission.Go(Walk.Start.AddMilliseconds(10_000)), 10_000).Order!;
        var again = session.Decide(new AttemptDue(session.Run!.Id), 10_001).Order!;
        Assert.Equal((RunOrderKind.Send, order.WebhookId), (again.Kind, again.WebhookId));
    }

    [Fact]
    public void Accepted_WaitsForTheAttach_AndTriesAgainWithoutOne()
    {
        var waiting = Sent(Walk.Resurrecting(), WebhookResult.FromStatus(202));
        Assert.Equal(Walk.Start.AddMilliseconds(20_000), waiting.Order!.Until);
        var later = waiting.Session.Decide(new AttemptDue(waiting.Session.Run!.Id), 20_000);
        Assert.Equal((AppState.Backoff, Reasons.NotAttachedInTime), (later.Session.State, later.Outcome.Reason));
    }

    [Fact]
    public void ComingBack_HonoursRetryAfter_WithJitterOnTop()
    {
        var decision = Sent(Walk.Resurrecting(), WebhookResult.FromStatus(503, TimeSpan.FromSeconds(40)));
        Assert.InRange(decision.Order!.Until!.Value, Walk.Start.AddMilliseconds(50_000), Walk.Start.AddMilliseconds(51_000));
    }

    // One answer with 3600, and the session was given up without a second try.
    [Fact]
    public void ComingBack_WithALongRetryAfter_LeavesTwoMoreTries()
    {
        var first = Sent(Walk.Resurrecting(), WebhookResult.FromStatus(503, TimeSpan.FromHours(1)));
        var horizon = first.Session.Run!.HorizonAt;
        Assert.True(first.Order!.Until - Walk.Start < TimeSpan.FromSeconds(211));
        var second = Sent(first.Session.Attempted(211_000), WebhookResult.FromStatus(503, TimeSpan.FromDays(2_900_000)), 211_000);
        Assert.True(second.Order!.Until < horizon - TimeSpan.FromMinutes(4));
    }

    [Fact]
    public void ComingBack_WithAWait_TellsTheGateWhomToCall()
    {
        var session = Walk.Resurrecting();
        static OutcomeReported ToldBy(Decision decision) => Assert.Single(decision.Of<TellApp>().Select(tell => tell.Event).OfType<OutcomeReported>());
        var told = ToldBy(Sent(session, WebhookResult.FromStatus(503, TimeSpan.FromSeconds(40))));
        Assert.Equal((Walk.Id.SessionId, session.Run!.Id), (told.SessionId, told.RunId));
        Assert.Null(ToldBy(Sent(session, WebhookResult.FromStatus(503))).SessionId);
    }

    // It said that the session was not evicted, and left it to the wait that the app had once asked for.
    [Fact]
    public void Revive_WhileTheRunWaits_AsksAtOnce_AndLetsTheAppBeProbed()
    {
        var waiting = Sent(Walk.Resurrecting(), WebhookResult.FromStatus(503, TimeSpan.FromHours(1))).Session;
        var revived = waiting.Decide(new ReviveRequested(), 20_000);
        Assert.Equal(Reasons.Woken, revived.Outcome.Reason);
        Assert.Equal(new ProbeWanted(), Assert.Single(revived.Of<TellApp>()).Event);
        Assert.Null(Assert.Single(revived.Of<AskGate>()).At);
    }

    [Fact]
    public void Start_OfALostSessionThatWaits_LetsTheAppBeProbed()
    {
        var waiting = Walk.Disconnected().Asking(10_000).DecideAdmitted(Admission.Wait(Walk.Start.AddSeconds(200), new Ticket(0, 0, false)), 10_000).Session;
        Assert.Contains(new TellApp(new ProbeWanted()), waiting.Decide(new StartRequested(), 20_000).Effects);
    }

    // An app was registered again with a shorter horizon, and its sessions were tried for as long as before.
    [Fact]
    public void Horizon_OfARunUnderWay_FollowsThePolicyWithTheGatesNextAnswer()
    {
        var (asking, answer) = (Walk.Disconnected().Asking(150_000), Admission.Wait(Walk.Start.AddSeconds(160), new Ticket(0, 0, false)));
        Assert.Equal(AppState.Disconnected, asking.DecideAdmitted(answer, 150_000).Session.State);
        var brief = asking.DecideAdmitted(answer, 150_000, Policy.Default with { HorizonMs = 120_000 });
        Assert.Equal((AppState.Evicted, Reasons.HorizonOver), (brief.Session.State, brief.Outcome.Reason));
    }

    static AppSession GoneAt(params double[] times) => times.Aggregate(
        Sent(Walk.Resurrecting(), WebhookResult.FromStatus(404)).Session, (s, at) => Sent(s.Attempted(at), WebhookResult.FromStatus(404), at).Session);

    // A container was replaced and its ingress answered 404 for 15 s: the session was given up for good after two tries within 3 s.
    [Fact]
    public void PerhapsGone_IsConfirmedByAThirdOpinion_TwoAndAHalfMinutesAfterTheFirst()
    {
        Assert.Equal(AppState.Backoff, GoneAt(13_000, 40_000, 70_000, 130_000, 159_000).State);
        Assert.Equal((AppState.Evicted, Reasons.AppGone), (GoneAt(40_000, 161_000).State, GoneAt(40_000, 161_000).Reason));
        Assert.Equal(AppState.Backoff, GoneAt(161_000).State); // only the second opinion
    }

    [Fact]
    public void PerhapsGone_AfterAnythingElse_BeginsAnew()
    {
        var other = Sent(GoneAt(40_000, 100_000).Attempted(130_000), WebhookResult.FromStatus(503), 130_000).Session;
        Assert.Null(other.Run!.Gone);
        Assert.Equal(AppState.Backoff, Sent(other.Attempted(170_000), WebhookResult.FromStatus(404), 170_000).Session.State);
    }

    [Theory]
    [InlineData(410, Reasons.AppGone)]
    [InlineData(400, Reasons.WebhookRejected)]
    public void FinalAnswers_EvictWithADeadLetter(int status, string reason)
    {
        var decision = Sent(Walk.Resurrecting(), WebhookResult.FromStatus(status));
        var letter = Assert.Single(decision.Of<DeadLetter>());
        Assert.Equal((reason, 1, $"http_{status}"), (letter.Reason, letter.Attempts, Assert.Single(letter.LastAttempts).Outcome));
        Assert.Equal(
            [new OutcomeReported(Walk.Resurrecting().Decide(new AttemptDue(Walk.Resurrecting().Run!.Id), 10_000).Order!.WebhookId!, WebhookResult.FromStatus(status)) { DueAt = Walk.Start.AddSeconds(10) }, new SessionGivenUp(reason, Id: StableHash.Name("up_", Walk.Id, Walk.Resurrecting().Run!.Id))],
            decision.Of<TellApp>().Select(tell => tell.Event));
        Assert.Contains(decision.Effects, e => e is LeaveAllGroups);
        Assert.Equal(RunOrderKind.End, decision.Order!.Kind);
    }

    // A host came back after 20 s, and the first session whose own wait had ended meanwhile looked for the app at once, before those that live had come back.
    [Fact]
    public void AttemptDue_ThatComesLate_TellsTheGateSinceWhen()
    {
        var waiting = Walk.Resurrecting().Answered(WebhookResult.FromStatus(503), 10_300);
        Assert.Equal(AppState.Backoff, waiting.State);
        var late = waiting.Decide(new AttemptDue(waiting.Run!.Id, waiting.Run.Driver), 40_000);
        Assert.Equal(waiting.Run.DueAt, Assert.Single(late.Of<AskGate>()).Ask.DueAt);
    }

    [Fact]
    public void Horizon_EndsTheRun()
    {
        var session = Walk.Resurrecting();
        for (var i = 0; i < 400 && session.State != AppState.Evicted; i++)
        {
            session = session.State switch
            {
                AppState.Resurrecting => session.Answered(WebhookResult.FromFailure(WebhookFailure.Refused), AtMs(session)),
                _ => session.Attempted(AtMs(session)),
            };
        }

        Assert.Equal((AppState.Evicted, Reasons.HorizonOver), (session.State, session.Reason));
        Assert.InRange((session.Since - Walk.Start).TotalMilliseconds, 607_000, 609_000);
        Assert.InRange(session.Tally.Webhooks, 25, 150); // if the gate admits every attempt, which it does not in an outage

        static double AtMs(AppSession s) => Math.Ceiling((s.Run!.DueAt - Walk.Start).TotalMilliseconds);
    }

    [Fact]
    public void Away_EndsTheRunAtItsNextStep_AndBackBeginsAnother()
    {
        var away = Walk.Disconnected().On(new UserWentAway(), 7_100);
        var dormant = away.Decide(new AttemptDue(away.Run!.Id), 10_000);
        Assert.Equal((AppState.Dormant, RunOrderKind.End), (dormant.Session.State, dormant.Order!.Kind));
        var back = dormant.Session.Decide(new UserCameBack(), 10_000);
        Assert.Equal(AppState.Disconnected, back.Session.State);
        Assert.NotEqual(away.Run.Id, Assert.Single(back.Of<AskGate>()).Ask.RunId);
    }

    [Fact]
    public void Released_ExpiresToStopped_AndIsForgottenAfterTheRetention()
    {
        var session = Walk.Running().On(new Released("c1")).On(new Disconnected("c1"), 1_000);
        var stopped = session.Decide(new TimerFired(TimerKind.Grace, session.Epoch), 7_000);
        Assert.Equal(AppState.Stopped, stopped.Session.State);
        Assert.DoesNotContain(stopped.Effects, e => e is AskGate or StartRun);
        var retention = Assert.Single(stopped.Of<ArmTimer>());
        var gone = stopped.Session.Decide(new TimerFired(retention.Kind, retention.Epoch), 127_000);
        Assert.Equal(AppSession.None, gone.Session);
    }

    [Fact]
    public void Stop_TellsTheApp_ClosesItsConnection_AndSendsAWebhook()
    {
        var decision = Walk.Running().Decide(new StopRequested("bye"), 1_000);
        Assert.Equal(
            [typeof(ArmTimer), typeof(SendStopWebhook), typeof(SendStop), typeof(CloseConnection), typeof(PublishTransition)],
            decision.Effects.Select(e => e.GetType()));
    }

    [Fact]
    public void MalformedState_IsNotActedUpon() => Assert.Throws<InvalidOperationException>(() =>
        (AppSession.None with { Schema = 0 }).Decide(new StartRequested()));
}

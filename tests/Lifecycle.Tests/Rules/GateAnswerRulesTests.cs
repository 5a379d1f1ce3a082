namespace Lifecycle.Tests.Rules;

/// <summary>
/// A run that asks the app's gate by a signal and is told the answer by one: an orchestration is started to send and for nothing else. On the
/// official host a start cost 17 episodes, and 200 starts at once took longer than a minute.
/// </summary>
public sealed class GateAnswerRulesTests
{
    static readonly Ticket ticket = new(1, 7, false);

    static (AppSession Session, AdmissionAsked Ask) Started()
    {
        var decision = AppSession.None.Decide(new StartRequested());
        return (decision.Session, Assert.Single(decision.Of<AskGate>()).Ask);
    }

    static AttemptAdmitted Told(AdmissionAsked ask, Admission admission) => AttemptAdmitted.To(ask, ask.RunId!, admission);

    static Admission WaitFor(double atMs) => Admission.Wait(Walk.Start.AddMilliseconds(atMs), ticket);

    [Fact]
    public void Start_AsksTheGateAtOnce_AndStartsNoOrchestration()
    {
        var decision = AppSession.None.Decide(new StartRequested());
        Assert.Null(Assert.Single(decision.Of<AskGate>()).At);
        Assert.Empty(decision.Of<StartRun>());
    }

    [Fact]
    public void Admitted_ThatIsTold_StartsTheOrchestrationThatSends()
    {
        var (session, ask) = Started();
        var decision = session.Decide(Told(ask, Admission.Go(Walk.Start)), 100);
        var run = Assert.Single(decision.Of<StartRun>());
        Assert.Equal((RunOrderKind.Send, ask.WebhookId, session.CorrelationId), (run.Order.Kind, run.Order.WebhookId, run.CorrelationId));
        Assert.Null(decision.Order);
        Assert.Equal(RunPhase.Sending, decision.Session.Run!.Phase);
    }

    [Fact]
    public void Admitted_ThatIsToldTwice_StartsOneOrchestration()
    {
        var (session, ask) = Started();
        var sending = session.On(Told(ask, Admission.Go(Walk.Start)), 100);
        var again = sending.Decide(Told(ask, Admission.Go(Walk.Start)), 110);
        Assert.Equal((OutcomeKind.Ignored, 0), (again.Outcome.Kind, again.Effects.Length));
    }

    [Fact]
    public void Wait_ThatIsTold_AsksAgainAtItsTime_AndOnceOnly()
    {
        var (session, ask) = Started();
        var decision = session.Decide(Told(ask, WaitFor(20_000)), 100);
        var again = Assert.Single(decision.Of<AskGate>());
        Assert.Equal((Walk.Start.AddMilliseconds(20_000), ticket), (again.At, again.Ask.Ticket));
        Assert.Empty(decision.Session.Decide(Told(ask, WaitFor(30_000)), 110).Effects);
        Assert.Empty(decision.Session.Decide(Told(ask, WaitFor(30_000)), 20_040).Effects);
        Assert.Single(decision.Session.Decide(Told(again.Ask, WaitFor(40_000)), 20_050).Of<AskGate>());
    }

    // Waits near the front of a line are shorter than a second: an answer that came twice made two questions of one, and they stayed two.
    [Fact]
    public void Wait_OfAMoment_ThatIsToldTwice_AsksOnce()
    {
        var (session, ask) = Started();
        var waiting = session.On(Told(ask, WaitFor(400)), 100);
        Assert.Empty(waiting.Decide(Told(ask, WaitFor(450)), 110).Effects);
    }

    // Nobody came for the second place, and the line behind it stood still until its slots had passed.
    [Fact]
    public void Wait_ThatIsToldTwice_GivesTheSecondPlaceBack()
    {
        var (session, ask) = Started();
        var second = Admission.Wait(Walk.Start.AddMilliseconds(400), ticket with { Place = 8 });
        var told = Assert.Single(session.On(Told(ask, WaitFor(400)), 100).Decide(Told(ask, second), 110).Of<TellApp>());
        Assert.Equal(new AdmissionReturned(null, second.Ticket), told.Event);
    }

    [Fact]
    public void Refusal_OfAnEarlierQuestion_GivesNobodyUp()
    {
        var (session, ask) = Started();
        var called = session.On(Told(ask, WaitFor(20_000)), 100).On(new CalledUp(ask.RunId!), 1_000);
        Assert.Equal(AppState.Starting, called.On(Told(ask, Admission.Refuse(Walk.Start, Reasons.AppUnreachable)), 1_100).State);
    }

    [Fact]
    public void CalledUp_WhileItWaits_AsksAtOnce_AndTheFirstAnswerToGoIsTaken()
    {
        var (session, ask) = Started();
        var waiting = session.Decide(Told(ask, WaitFor(20_000)), 100);
        var called = waiting.Session.Decide(new CalledUp(ask.RunId!), 1_000);
        var now = Assert.Single(called.Of<AskGate>());
        Assert.Null(now.At);
        var sending = called.Session.Decide(Told(now.Ask, Admission.Go(Walk.Start.AddMilliseconds(1_000))), 1_100);
        Assert.Equal(now.Ask.Driver, Assert.Single(sending.Of<StartRun>()).Driver);

        // The question that it would have asked by itself comes as well, and changes nothing.
        var late = Assert.Single(waiting.Of<AskGate>()).Ask;
        Assert.Empty(sending.Session.Decide(Told(late, WaitFor(40_000)), 20_050).Effects);
    }

    [Fact]
    public void CalledUp_WhileItWaitsForItsTurnInALineThatMoves_ChangesNothing()
    {
        var (session, ask) = Started();
        var waiting = session.On(Told(ask, WaitFor(20_000) with { Moving = true }), 100);
        Assert.Empty(waiting.Decide(new CalledUp(ask.RunId!), 1_000).Effects);
    }

    [Fact]
    public void Wait_OfOneWhoIsCalledUp_PutsOffAQuestionThatSaysSo_AndTheNextOneDoesNot()
    {
        var (session, ask) = Started();
        var waiting = session.Decide(Told(ask, WaitFor(20_000) with { Callable = 2 }), 100);
        Assert.Equal(2, Assert.Single(waiting.Of<AskGate>()).Ask.Callable);
        Assert.Equal(0, Assert.Single(waiting.Session.Decide(new CalledUp(ask.RunId!), 1_000).Of<AskGate>()).Ask.Callable);
    }

    // The places of those who were served were counted as left once more: a line of a thousand ended with a burst of forty.
    [Fact]
    public void Wait_ThatIsToldWhenTheRunIsOver_GivesBackANewPlaceAndNoneThatWasHeld()
    {
        var (session, ask) = Started();
        var running = session.On(new Connected("c1", "i1", NegotiatedAt: Walk.Start), 50);
        Assert.Equal(ticket, Assert.IsType<AdmissionReturned>(Assert.Single(running.Decide(Told(ask, WaitFor(20_000)), 100).Of<TellApp>()).Event).Ticket);
        Assert.Empty(running.Decide(Told(ask with { Ticket = ticket }, WaitFor(20_000)), 100).Of<TellApp>());
    }

    [Fact]
    public void Admitted_ThatIsToldWhenTheRunIsOver_GivesTheAdmissionBack()
    {
        var (session, ask) = Started();
        var stopped = session.On(new StopRequested("bye"), 50);
        var told = Assert.Single(stopped.Decide(Told(ask, Admission.Go(Walk.Start)), 100).Of<TellApp>());
        Assert.Equal(ask.WebhookId, Assert.IsType<AdmissionReturned>(told.Event).WebhookId);
    }

    // Three looks that could not be taken let the webhook go without one: a busy engine had living apps started anew that negotiate refused.
    [Fact]
    public void Unlooked_BecauseTheEngineIsBusy_WaitsHoweverOften_AndBeyondTheHorizon()
    {
        var (session, ask) = Started();
        var sending = session.On(Told(ask, Admission.Go(Walk.Start)), 100);
        var (tries, at) = (0, 1_000.0);
        for (; at < 20 * 60_000; tries++)
        {
            var decision = sending.Decide(new AttemptUnlooked(ask.RunId!, 1, Busy: true), at);
            Assert.Equal((RunOrderKind.Send, false), (decision.Order!.Kind, decision.Order.Blind));
            var wait = (decision.Order.Until!.Value - Walk.Start).TotalMilliseconds - at;
            Assert.InRange(wait, 30_000, 450_000);
            (sending, at) = (decision.Session, at + wait);
        }

        Assert.InRange(tries, 4, 10); // each costs the engine work of which it has too much
        Assert.Equal((AppState.Starting, 0), (sending.State, sending.Run!.Stalls));
    }

    // A look that could not be taken, and was told twice, counted twice: a webhook went out without a look after two of them, to an app whose connected event was lost.
    [Fact]
    public void Unlooked_ThatIsToldTwice_CountsOnce()
    {
        var (session, ask) = Started();
        var sending = session.On(Told(ask, Admission.Go(Walk.Start)), 100);
        var first = sending.Decide(new AttemptUnlooked(ask.RunId!, 1), 200);
        var again = first.Session.Decide(new AttemptUnlooked(ask.RunId!, 1), 3_000);
        var second = again.Session.Decide(new AttemptUnlooked(ask.RunId!, 1), 5_300);

        Assert.Equal((OutcomeKind.Ignored, Reasons.Duplicate, first.Order), (again.Outcome.Kind, again.Outcome.Reason, again.Order));
        Assert.Equal((1, 2), (again.Session.Run!.Stalls, second.Session.Run!.Stalls));
    }

    [Fact]
    public void Wait_BeyondTheHorizon_Evicts()
    {
        var (session, ask) = Started();
        var waiting = session.Decide(Told(ask, WaitFor(20_000)), 100);
        var horizon = waiting.Session.Run!.HorizonAt;
        var decision = waiting.Session.DecideAt(Told(Assert.Single(waiting.Of<AskGate>()).Ask, WaitFor(9e9)), horizon, Policy.Default);
        Assert.Equal(AppState.Evicted, decision.Session.State);
        Assert.Empty(decision.Of<AskGate>());
    }
}

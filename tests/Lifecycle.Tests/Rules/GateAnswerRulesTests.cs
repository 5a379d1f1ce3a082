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
        Assert.Single(decision.Session.Decide(Told(again.Ask, WaitFor(40_000)), 20_050).Of<AskGate>());
    }

    [Fact]
    public void CalledUp_WhileItWaits_AsksAtOnce_AndTheFirstAnswerToGoIsTaken()
    {
        var (session, ask) = Started();
        var waiting = session.Decide(Told(ask, WaitFor(20_000)), 100);
        var called = waiting.Session.Decide(new CalledUp(ask.RunId!), 1_000);
        var now = Assert.Single(called.Of<AskGate>());
        Assert.Equal((null, 1), (now.At, now.Ask.Driver));
        var sending = called.Session.Decide(Told(now.Ask, Admission.Go(Walk.Start.AddMilliseconds(1_000))), 1_100);
        Assert.Equal(1, Assert.Single(sending.Of<StartRun>()).Driver);

        // The question that it would have asked by itself comes as well, and changes nothing.
        var late = Assert.Single(waiting.Of<AskGate>()).Ask;
        Assert.Empty(sending.Session.Decide(Told(late, WaitFor(40_000)), 20_050).Effects);
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
        for (var at = 1_000; at < 20 * 60_000; at += 30_000)
        {
            var decision = sending.Decide(new AttemptUnlooked(ask.RunId!, 1, Busy: true), at);
            Assert.Equal((RunOrderKind.Send, false), (decision.Order!.Kind, decision.Order.Blind));
            Assert.Equal(Walk.Start.AddMilliseconds(at) + Lifecycle.Rules.EngineBusyWait, decision.Order.Until);
            sending = decision.Session;
        }

        Assert.Equal((AppState.Starting, 0), (sending.State, sending.Run!.Stalls));
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

namespace Lifecycle.Tests.Rules;

/// <summary>A start that was accepted when it could not begin: it was answered 202, and nobody heard of it again.</summary>
public sealed class PendingStartTests
{
    static readonly Policy noResurrection = Policy.Default with { Resurrect = false };

    static AppSession Pending(AppSession session, double atMs, Policy? policy = null)
    {
        var decision = session.Decide(new StartRequested(Foreground: true), atMs, policy);
        Assert.Equal((OutcomeKind.Applied, Reasons.StartRemembered), (decision.Outcome.Kind, decision.Outcome.Reason));
        Assert.True(decision.Session.StartPending);
        return decision.Session;
    }

    static void Starts(Decision decision)
    {
        Assert.Equal((AppState.Starting, false), (decision.Session.State, decision.Session.StartPending));
        Assert.Null(decision.Session.Attachment);
        Assert.Equal(RunReason.Start, Assert.Single(decision.Of<AskGate>()).Ask.Reason);
    }

    static string WebhookOf(AppSession session) => session.On(new UserCameBack()).Decide(new AttemptDue(session.Run!.Id, session.Run.Driver)).Order!.Ask!.WebhookId;

    [Fact]
    public void Start_WhileItStops_IsCarriedOutWhenItHasStopped_AndAsItWasAskedFor()
    {
        var pending = Pending(Walk.In(AppState.Stopping), 3_000);
        var closed = pending.Decide(new Disconnected("c1"), 3_100);
        Starts(closed);
        Assert.True(closed.Session.Foreground);
        Assert.True(closed.Session.HasClosed("c1"));
    }

    // The app was dead and its disconnected event lost: STOPPED for ever after the stop timeout.
    [Fact]
    public void Start_WhileItStops_IsCarriedOutAfterTheStopTimeout()
    {
        var pending = Pending(Walk.In(AppState.Stopping), 3_000);
        Starts(pending.Decide(new TimerFired(TimerKind.Stop, pending.Epoch), 20_000));
    }

    [Fact]
    public void Stop_AfterAStartThatIsRemembered_ForgetsIt()
    {
        var stopped = Pending(Walk.In(AppState.Stopping), 3_000).Decide(new StopRequested("bye"), 3_100);
        Assert.Equal(OutcomeKind.Applied, stopped.Outcome.Kind);
        Assert.Equal(AppState.Stopped, stopped.Session.On(new Disconnected("c1"), 3_200).State);
    }

    [Theory]
    [InlineData(AppState.Starting)]
    [InlineData(AppState.GracePeriod)]
    [InlineData(AppState.Disconnected)]
    [InlineData(AppState.Resurrecting)]
    [InlineData(AppState.Backoff)]
    [InlineData(AppState.Dormant)]
    public void Stop_WithNothingAttached_HasStopped_AndTheNextStartBegins(AppState state)
    {
        var stopped = Walk.In(state).Decide(new StopRequested("bye"), 12_000);
        Assert.Equal(AppState.Stopped, stopped.Session.State);
        Assert.Single(stopped.Of<SendStopWebhook>());
        Assert.Equal(TimerKind.Retention, Assert.Single(stopped.Of<ArmTimer>()).Kind);
        Starts(stopped.Session.Decide(new StartRequested(), 14_000));
    }

    // The app said goodbye, the user started it again at once: STOPPED at the end of the grace window.
    [Fact]
    public void Start_AfterAGoodbye_BeginsInTheGraceWindow_OrWhenTheSocketIsClosed()
    {
        var released = Walk.Running().On(new Released("c1"), 500);
        Starts(released.On(new Disconnected("c1"), 1_000).Decide(new StartRequested(), 2_000));
        Starts(Pending(released, 800).Decide(new Disconnected("c1"), 1_000));
    }

    [Fact]
    public void Start_InTheGraceWindow_BeginsWhenTheAppDoesNotComeBack_AndNobodyResurrectsIt()
    {
        var pending = Pending(Walk.InGrace(), 2_000, noResurrection);
        Starts(pending.Decide(new TimerFired(TimerKind.Grace, pending.Epoch), 7_000, noResurrection));
        Assert.False(pending.On(new Connected("c2", "i1", NegotiatedAt: Walk.Start.AddMilliseconds(3_000)), 3_000).StartPending);
    }

    // Start, away, back: DISCONNECTED without a way on.
    [Fact]
    public void Start_OfAUserWhoGoesAway_BeginsWhenTheUserIsBack_ThoughNothingIsResurrected()
    {
        var starting = AppSession.None.On(new StartRequested(), policy: noResurrection).On(new UserWentAway(), 10, noResurrection);
        var dormant = starting.On(new AttemptAdmitted(starting.Run!.Id, WebhookOf(starting), Admission.Go(Walk.Start), starting.Run.Driver), 20, noResurrection);
        Assert.Equal((AppState.Dormant, true), (dormant.State, dormant.StartPending));
        var back = dormant.Decide(new UserCameBack(), 60_000, noResurrection);
        Starts(back);
        Assert.False(back.Session.Away);
    }

    [Fact]
    public void Start_OfAUserWhoIsAway_BeginsWhenTheUserIsBack()
    {
        var pending = Pending(Walk.In(AppState.Dormant), 20_000);
        Assert.Equal(AppState.Disconnected, pending.On(new UserCameBack(), 21_000).State); // its state is kept: resurrected
        Starts(pending.Decide(new UserCameBack(), 500_000));
    }

    [Fact]
    public void Start_WhileItIsResurrected_BeginsWhenThePolicyCallsThatOff()
    {
        var pending = Pending(Walk.Resurrecting(), 11_000);
        var later = pending.Answered(WebhookResult.FromStatus(503), 12_000);
        var calledOff = later.Asking(30_000).DecideAdmitted(Admission.Go(Walk.Start.AddMilliseconds(30_000)), 30_000, noResurrection);
        Starts(calledOff);
        Assert.Equal(RunOrderKind.End, calledOff.Order?.Kind);
    }

    // A webhook whose look found out that the user is away was tried again and again, and went out blindly.
    [Fact]
    public void Unlooked_OfAUserWhoIsAway_SendsNothing_AndStartsWhenTheUserIsBack()
    {
        var sending = AppSession.None.On(new StartRequested { AskedAt = Walk.Start }).Asking(0).Admitted(Admission.Go(Walk.Start), 10);
        var away = sending.On(new UserWentAway(), 20).Decide(new AttemptUnlooked(sending.Run!.Id, 1), 30);
        Assert.Equal((AppState.Dormant, true, RunOrderKind.End), (away.Session.State, away.Session.StartPending, away.Order?.Kind));
        Assert.Equal(sending.Decide(new AttemptDue(sending.Run.Id, sending.Run.Driver)).Order!.WebhookId, Assert.IsType<AdmissionReturned>(Assert.Single(away.Of<TellApp>()).Event).WebhookId);
        Starts(away.Session.Decide(new UserCameBack(), 60_000));
    }

    [Fact]
    public void Order_ToSendForAStart_SaysWhenThatWasAccepted_TheLastOfThem()
    {
        var asking = AppSession.None.On(new StartRequested { AskedAt = Walk.Start }).On(new StartRequested { AskedAt = Walk.Start.AddSeconds(1) }, 1_000).Asking(1_000);
        var order = asking.DecideAdmitted(Admission.Go(Walk.Start.AddSeconds(1)), 1_000).Order!;
        Assert.Equal(Walk.Start.AddSeconds(1), order.AskedAt);
        Assert.Null(Walk.Disconnected().Asking(10_000).DecideAdmitted(Admission.Go(Walk.Start.AddSeconds(10)), 10_000).Order!.AskedAt);
    }

    // Messages may come twice: the second copy of a start came after the stop that followed it, and the app ran again.
    [Fact]
    public void Start_ThatComesTwice_DoesNotUndoTheStopBetween()
    {
        var start = new StartRequested { AskedAt = Walk.Start };
        var running = AppSession.None.On(start).On(new Connected("c1", "i1", NegotiatedAt: Walk.Start), 500);
        var stopping = running.On(new StopRequested("bye"), 1_000);
        Assert.Equal(Reasons.Duplicate, stopping.Decide(start, 1_100).Outcome.Reason);
        Assert.Equal(AppState.Stopped, stopping.On(start, 1_100).On(new Disconnected("c1"), 1_200).On(start, 1_300).State);
        Starts(stopping.On(new Disconnected("c1"), 1_200).Decide(start with { AskedAt = Walk.Start.AddSeconds(1) }, 1_300));
    }
}

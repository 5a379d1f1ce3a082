namespace Lifecycle.Tests.Rules;

/// <summary>A process that leaves, and what can come between it and its successor: each case of docs/deploys.md.</summary>
public sealed class HandOverRulesTests
{
    static readonly DateTimeOffset start = Walk.Start;

    /// <summary>Attached with a client of version 2, two messages sent, the first one handled.</summary>
    static AppSession Working() => AppSession.None
        .On(new StartRequested())
        .On(new Connected("c1", "i1", NegotiatedAt: start) { Version = 2 })
        .On(new SubscriptionsReplaced("c1", ["audio", "text"], 0))
        .On(new MessagePosted("m1", "1", true), 100)
        .On(new MessagePosted("m2", "2", true), 200)
        .On(new MessagesDone("c1", 1, []), 300);

    static AppSession Leaving() => Working().On(new HandOverAsked("c1"), 1_000);

    /// <summary>The webhook went out at 1.1 s and was accepted.</summary>
    static AppSession Asked() => Sent(Leaving(), WebhookResult.FromStatus(202), 1_100);

    static AppSession Sent(AppSession leaving, WebhookResult result, double atMs) =>
        Admit(leaving, Admission.Go(start.AddMilliseconds(atMs)), atMs).On(new AttemptSent(leaving.Run!.Id, leaving.Run.Attempt + 1, result), atMs);

    static AppSession Admit(AppSession leaving, Admission admission, double atMs) => DecideAdmitted(leaving, admission, atMs).Session;

    static Decision DecideAdmitted(AppSession leaving, Admission admission, double atMs)
    {
        var ask = leaving.Decide(new AttemptDue(leaving.Run!.Id, leaving.Run.Driver), atMs) is { Order.Ask: { } asked } ? asked : throw new InvalidOperationException("It does not ask.");
        return leaving.Decide(AttemptAdmitted.To(ask, leaving.Run.Id, admission), atMs);
    }

    static Connected Successor(AppSession asked, string connection = "c2", string instance = "i2") =>
        new(connection, instance, Reconnect: false, NegotiatedAt: start.AddSeconds(2)) { Version = 2, TakeOver = asked.Invited!.Id };

    [Fact]
    public void HandOver_FromTheAttachment_AsksTheGateAndStaysAttached()
    {
        var decision = Working().Decide(new HandOverAsked("c1"), 1_000);

        var ask = Assert.Single(decision.Of<AskGate>());
        Assert.Equal((RunReason.HandOver, (DateTimeOffset?)null), (ask.Ask.Reason, ask.Ask.LostAt));
        Assert.Equal(AppState.Running, decision.Session.State);
        Assert.Equal(start.AddMilliseconds(1_000 + 25_000), decision.Session.Run!.HorizonAt);
        Assert.Equal(new Invitation(decision.Session.Run.Id, "i1", RunReason.HandOver), decision.Session.Invited);
    }

    // Said again after a call that was not answered: one webhook is enough.
    [Fact]
    public void HandOver_SaidAgain_MakesNoDifference() =>
        Assert.Equal(Reasons.AlreadyStarting, Leaving().Decide(new HandOverAsked("c1"), 1_200).Outcome.Reason);

    [Fact]
    public void Admitted_OrdersAWebhookWithTheInvitationAndNoLook()
    {
        var leaving = Leaving();
        var decision = DecideAdmitted(leaving, Admission.Go(start.AddMilliseconds(1_100)), 1_100);

        var order = Assert.Single(decision.Of<StartRun>()).Order;
        Assert.Equal((RunOrderKind.Send, true, leaving.Invited), (order.Kind, order.Blind, order.Invite));
        Assert.Equal(AppState.Running, decision.Session.State);
    }

    [Fact]
    public void Successor_WithTheToken_TakesOverWithStateAndIsGivenNothingYet()
    {
        var asked = Asked();
        var decision = asked.Decide(Successor(asked), 2_000);

        Assert.Equal((AppState.Running, Reasons.TakenOver), (decision.Session.State, decision.Outcome.Reason));
        Assert.Equal(["audio", "text"], decision.Session.Subscriptions.Names());
        Assert.Equal(asked.CorrelationId, decision.Session.CorrelationId);
        Assert.Equal(new SendSuperseded("c1", IsHandedOver: true), Assert.Single(decision.Of<SendSuperseded>()));
        Assert.Empty(decision.Of<CloseConnection>());
        Assert.Empty(decision.Of<SendMessage>());
        var ack = Assert.Single(decision.Of<SendAck>()).Ack;
        Assert.Equal((true, true, 1L), (ack.Resumed, ack.TakenOver, ack.Seq));
    }

    [Theory]
    [InlineData(1, new long[] { 2 })] // it had not begun with the second one
    [InlineData(2, new long[0])] // it ended what it was at
    public void Predecessor_ThatSaysHowFarItCame_LeavesTheRestToItsSuccessor(long done, long[] sent)
    {
        var asked = Asked();
        var decision = asked.On(Successor(asked), 2_000).Decide(new MessagesDone("c1", done, [], IsLast: true), 2_100);

        Assert.Equal(Reasons.PredecessorDone, decision.Outcome.Reason);
        Assert.Equal(sent, decision.Of<SendMessage>().Select(message => message.Seq));
        Assert.All(decision.Of<SendMessage>(), message => Assert.Equal("c2", message.ConnectionId));
        Assert.Null(decision.Session.Predecessor);
    }

    // It was never told that it is superseded, since that call failed: its successor had to wait for 25 s.
    [Fact]
    public void Predecessor_ThatHasNothingLeft_IsClosedWithoutALastWord()
    {
        var asked = Asked();
        var decision = asked.On(Successor(asked), 2_000).Decide(new MessagesDone("c1", 2, []), 2_100);

        Assert.Equal((Reasons.PredecessorDone, null), (decision.Outcome.Reason, decision.Session.Predecessor));
        Assert.Equal("c1", Assert.Single(decision.Of<CloseConnection>()).ConnectionId);
    }

    [Fact]
    public void Predecessor_WhoseSocketCloses_LeavesWhatItHadToItsSuccessor()
    {
        var asked = Asked();
        var decision = asked.On(Successor(asked), 2_000).Decide(new Disconnected("c1"), 2_100);

        Assert.Equal([2L], decision.Of<SendMessage>().Select(message => message.Seq));
        Assert.Equal(AppState.Running, decision.Session.State);
    }

    [Fact]
    public void Predecessor_ThatNeverEnds_IsClosedWhenItsTimeIsOver()
    {
        var asked = Asked();
        var taken = asked.On(Successor(asked), 2_000);
        Assert.Equal(Reasons.StaleTimer, taken.Decide(new TimerFired(TimerKind.Drain, taken.Epoch), 20_000).Outcome.Reason);

        var decision = taken.Decide(new TimerFired(TimerKind.Drain, taken.Epoch), 27_000);
        Assert.Equal("c1", Assert.Single(decision.Of<CloseConnection>()).ConnectionId);
        Assert.Equal([2L], decision.Of<SendMessage>().Select(message => message.Seq));
    }

    // A message that is posted in between comes behind those that the process before may still have.
    [Fact]
    public void Message_WhileThePredecessorIsNotDone_WaitsForItsTurn()
    {
        var asked = Asked();
        var posted = asked.On(Successor(asked), 2_000).Decide(new MessagePosted("m3", "3", true), 2_050);
        Assert.Equal(Reasons.MessageBuffered, posted.Outcome.Reason);

        var done = posted.Session.Decide(new MessagesDone("c1", 1, [], IsLast: true), 2_100);
        Assert.Equal([2L, 3L], done.Of<SendMessage>().Select(message => message.Seq));
    }

    [Fact]
    public void Successor_OfAProcessThatHasNothingOpen_LetsItGoAtOnce()
    {
        var asked = Sent(Working().On(new MessagesDone("c1", 2, []), 400).On(new HandOverAsked("c1"), 1_000), WebhookResult.FromStatus(202), 1_100);
        var decision = asked.Decide(Successor(asked), 2_000);

        Assert.Equal(new SendSuperseded("c1"), Assert.Single(decision.Of<SendSuperseded>()));
        Assert.Equal("c1", Assert.Single(decision.Of<CloseConnection>()).ConnectionId);
        Assert.Null(decision.Session.Predecessor);
    }

    // Two processes took the webhook.
    [Fact]
    public void SecondSuccessor_IsClosedAsSuperseded()
    {
        var asked = Asked();
        var decision = asked.On(Successor(asked), 2_000).Decide(Successor(asked, "c3", "i3"), 2_050);

        Assert.Equal((OutcomeKind.Refused, Reasons.Superseded), (decision.Outcome.Kind, decision.Outcome.Reason));
        Assert.Equal("c2", decision.Session.Attachment!.ConnectionId);
    }

    // Its ack was lost: it closed its socket and came again, with the token that it had not heard to be spent. It was sent away as superseded.
    [Fact]
    public void Successor_ThatDidNotHearItsAck_ComesAgainWithTheSameToken()
    {
        var asked = Asked();
        var decision = asked.On(Successor(asked), 2_000).Decide(Successor(asked, "c3"), 7_500);

        Assert.Equal((OutcomeKind.Applied, Reasons.Takeover), (decision.Outcome.Kind, decision.Outcome.Reason));
        Assert.True(decision.Session.Attachment is { ConnectionId: "c3", Resumed: true });
        Assert.NotNull(decision.Session.Predecessor);
    }

    [Fact]
    public void Successor_ThatDiesAtOnce_IsAwaitedAndThenReplacedWithWhatItDidNotFinish()
    {
        var asked = Asked();
        var lost = asked.On(Successor(asked), 2_000).On(new Disconnected("c1"), 2_100).On(new Disconnected("c2"), 2_200);
        Assert.Equal(AppState.GracePeriod, lost.State);

        var expired = lost.On(new TimerFired(TimerKind.Grace, lost.Epoch), 8_300);
        var order = expired.DecideAdmitted(Admission.Go(start.AddMilliseconds(11_000)), 11_000).Order!;
        Assert.Equal((RunReason.Resurrection, "i2"), (order.Invite!.Reason, order.Invite.Leaving));

        var ordered = expired.Admitted(Admission.Go(start.AddMilliseconds(11_000)), 11_000);
        var decision = ordered.Decide(new Connected("c4", "i4", Reconnect: false, NegotiatedAt: start.AddSeconds(12)) { Version = 2, TakeOver = order.Invite.Id }, 12_000);
        Assert.Equal(Reasons.TakenOver, decision.Outcome.Reason);
        Assert.Equal(["audio", "text"], decision.Session.Subscriptions.Names());
        Assert.Equal([2L], decision.Of<SendMessage>().Select(message => message.Seq));
    }

    // The old process died after the webhook was accepted: whoever was asked comes into the grace window, or after it.
    [Theory]
    [InlineData(3_000)]
    [InlineData(9_500)]
    public void OldProcess_ThatDiesInTheMiddle_IsSucceededAllTheSame(double comesAt)
    {
        var asked = Asked();
        var lost = asked.On(new Disconnected("c1"), 1_500);
        Assert.Equal((AppState.GracePeriod, null), (lost.State, lost.Run));
        var waited = comesAt > 7_500 ? lost.On(new TimerFired(TimerKind.Grace, lost.Epoch), 7_600) : lost;

        var decision = waited.Decide(Successor(asked), comesAt);
        Assert.Equal(Reasons.TakenOver, decision.Outcome.Reason);
        Assert.Equal([2L], decision.Of<SendMessage>().Select(message => message.Seq));
    }

    [Fact]
    public void OldProcess_ThatOnlyLosesItsSocket_KeepsTheInvitationGood()
    {
        var asked = Asked();
        var back = asked.On(new Disconnected("c1"), 1_500).On(new Connected("c5", "i1", true, start.AddMilliseconds(1_600), LastSeq: 2) { Version = 2 }, 1_700);
        Assert.Equal((AppState.Running, asked.Invited), (back.State, back.Invited));
        Assert.Equal(Reasons.TakenOver, back.Decide(Successor(asked), 2_000).Outcome.Reason);
        Assert.Equal(Reasons.HandOverAsked, back.Decide(new HandOverAsked("c5"), 1_800).Outcome.Reason);
    }

    [Fact]
    public void NobodyInTime_EndsTheRunAndLeavesTheProcessAttached()
    {
        var asked = Asked();
        var again = asked.Decide(new AttemptDue(asked.Run!.Id, asked.Run.Driver), 11_200);
        Assert.Equal((Reasons.NotAttachedInTime, AppState.Running), (again.Outcome.Reason, again.Session.State));

        var late = again.Session with { Run = again.Session.Run! with { Phase = RunPhase.Asking } };
        var decision = late.Decide(new AttemptAdmitted(late.Run!.Id, WebhookOf(late), Admission.Wait(start.AddSeconds(40), new Ticket(1, 1, false)), late.Run.Driver), 26_100);
        Assert.Equal((Reasons.HandOverFailed, AppState.Running, null), (decision.Outcome.Reason, decision.Session.State, decision.Session.Run));
        Assert.Contains(decision.Of<TellApp>(), tell => tell.Event is AdmissionReturned { Ticket: not null });
    }

    // The process that leaves has gone by then, however late its own step is.
    [Fact]
    public void NobodyInTime_FoundOutLate_LeavesTheHorizonAsItWas()
    {
        var asked = Asked();
        var late = asked.Decide(new AttemptDue(asked.Run!.Id, asked.Run.Driver), 20_000);
        Assert.Equal((Reasons.NotAttachedInTime, asked.Run.HorizonAt), (late.Outcome.Reason, late.Session.Run!.HorizonAt));
    }

    static string WebhookOf(AppSession session) => StableHash.Name("wh_", Walk.Id, $"{session.Run!.Id}|{session.Run.Attempt + 1}");

    // The balancer had not noticed yet. Five of those would have opened the app's breaker.
    [Fact]
    public void Webhook_AnsweredByTheLeavingProcess_IsNoFailureOfTheApp()
    {
        var leaving = Leaving();
        var admitted = Admit(leaving, Admission.Go(start.AddMilliseconds(1_100)), 1_100);
        var decision = admitted.Decide(new AttemptSent(leaving.Run!.Id, 1, WebhookResult.FromStatus(503) with { IsLeaving = true }), 1_150);

        Assert.Equal(Reasons.AnsweredByLeaving, decision.Outcome.Reason);
        Assert.IsType<AdmissionReturned>(Assert.Single(decision.Of<TellApp>()).Event);
        Assert.True(decision.Session.Run!.DueAt <= start.AddMilliseconds(1_150 + 5_000));
    }

    [Theory]
    [InlineData(410)]
    [InlineData(400)]
    public void Webhook_RefusedForGood_EndsTheHandOverAndGivesNobodyUp(int status)
    {
        var decision = Admit(Leaving(), Admission.Go(start.AddMilliseconds(1_100)), 1_100).Decide(new AttemptSent(Leaving().Run!.Id, 1, WebhookResult.FromStatus(status)), 1_150);
        Assert.Equal((AppState.Running, Reasons.HandOverFailed), (decision.Session.State, decision.Outcome.Reason));
        Assert.Empty(decision.Of<DeadLetter>());
    }

    [Fact]
    public void Stop_InTheMiddle_TellsBothProcesses()
    {
        var asked = Asked();
        var decision = asked.On(Successor(asked), 2_000).Decide(new StopRequested("bye"), 2_050);

        Assert.Equal(AppState.Stopping, decision.Session.State);
        Assert.Equal(["c1", "c2"], decision.Of<CloseConnection>().Select(close => close.ConnectionId).Order());
        Assert.Equal((null, null), (decision.Session.Invited, decision.Session.Predecessor));
    }

    [Fact]
    public void Stop_BeforeTheSuccessor_SendsItAway()
    {
        var asked = Asked();
        Assert.Equal(Reasons.NotStarted, asked.On(new StopRequested("bye"), 1_500).Decide(Successor(asked), 2_000).Outcome.Reason);
    }

    [Fact]
    public void Release_InTheMiddle_SendsTheSuccessorAway()
    {
        var asked = Asked();
        var released = asked.On(new Released("c1"), 1_500);
        Assert.Equal((null, null), (released.Run, released.Invited));
        Assert.Equal(Reasons.Superseded, released.Decide(Successor(asked), 2_000).Outcome.Reason);
    }

    // The host was killed: the answer to the webhook comes twice, and the successor was there before it.
    [Fact]
    public void WebhooksAnswer_AfterTheTakeOver_IsToldTheGateOnce()
    {
        var admitted = Admit(Leaving(), Admission.Go(start.AddMilliseconds(1_100)), 1_100);
        var taken = admitted.Decide(Successor(admitted), 1_150);
        Assert.Contains(taken.Of<TellApp>(), tell => tell.Event is AppAttached { AfterWebhook: true });

        var answer = new AttemptSent(admitted.Run!.Id, 1, WebhookResult.FromStatus(202));
        var first = taken.Session.Decide(answer, 1_200);
        Assert.Empty(first.Of<TellApp>());
        Assert.Equal((Reasons.RunOver, RunOrderKind.End), (first.Outcome.Reason, first.Order!.Kind));
        Assert.Empty(first.Session.Decide(answer, 1_250).Of<TellApp>());
    }

    // DESIGN: a second process that starts on purpose still takes over as a Connect; one that says nothing was taken for one that came back, with the other's state.
    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public void AnotherProcess_WithoutAToken_TakesOverAsAConnect(bool? reconnect)
    {
        var decision = Working().Decide(new Connected("c2", "i2", reconnect, start.AddSeconds(2)) { Version = 2 }, 2_000);

        Assert.Equal((Reasons.Takeover, false), (decision.Outcome.Reason, decision.Session.Attachment!.Resumed));
        Assert.Empty(decision.Session.Subscriptions.Streams);
        Assert.Equal("c1", Assert.Single(decision.Of<CloseConnection>()).ConnectionId);
    }

    // One that says that it holds the state, from a store, is another process all the same: the first one says how far it came before the other is given anything.
    [Fact]
    public void AnotherProcess_ThatHoldsTheState_WaitsForTheFirst()
    {
        var taken = Working().Decide(new Connected("c2", "i2", true, start.AddSeconds(2)) { Version = 2 }, 2_000);
        Assert.Equal((true, "c1"), (taken.Session.Attachment!.Resumed, taken.Session.Predecessor?.ConnectionId));
        Assert.Empty(taken.Of<SendMessage>());
    }
}

namespace Lifecycle.Tests.Rules;

/// <summary>Handled, not sent: what apps tell, and what comes of it when they stop telling.</summary>
public sealed class DoneRulesTests
{
    static readonly Policy replacing = Policy.Default with { AckTimeoutMs = 10_000, ReplaceDeaf = true };

    static AppSession Attached(int version = 2) => AppSession.None
        .On(new StartRequested())
        .On(new Connected("c1", "i1", NegotiatedAt: Walk.Start) { Version = version })
        .On(new SubscriptionsReplaced("c1", ["audio"], 0));

    static AppSession WithTwo(int version = 2, Policy? policy = null) => Attached(version)
        .On(new MessagePosted("m1", "1", true), 1_000, policy)
        .On(new MessagePosted("m2", "2", true), 2_000, policy);

    static Decision Look(AppSession session, double atMs, Policy policy) =>
        session.Decide(new TimerFired(TimerKind.Deaf, session.Epoch) { DueAt = session.Attachment!.DeafLookAt }, atMs, policy);

    [Fact]
    public void Sent_IsKeptUntilItIsHandled()
    {
        var session = WithTwo();
        Assert.Equal([1L, 2L], session.On(new MessagePosted("m3", "3", true), 120_000).Mailbox.Kept.Take(2).Select(kept => kept.Seq));

        var handled = session.On(new MessagesDone("c1", 1, []), 3_000);
        Assert.Equal([2L], handled.Mailbox.Kept.Select(kept => kept.Seq));
        Assert.Equal((MessageOutcome.Handled, MessageOutcome.Sent), (handled.Mailbox.ReceiptOf("m1")!.Outcome, handled.Mailbox.ReceiptOf("m2")!.Outcome));
    }

    // An app cannot have handled what it was not sent.
    [Fact]
    public void Done_BeyondWhatWasSent_CountsAsFarAsItWas() => Assert.Equal(2, WithTwo().On(new MessagesDone("c1", 99, []), 3_000).Mailbox.DoneUpTo);

    [Fact]
    public void Done_FromAClientThatDoesNotTell_MakesNoDifference()
    {
        var session = WithTwo(version: 0);
        Assert.Equal(Reasons.Nothing, session.Decide(new MessagesDone("c1", 2, []), 3_000).Outcome.Reason);
        Assert.Null(session.Mailbox.DoneUpTo);
    }

    [Fact]
    public void Done_WithAFailure_TellsTheWorldAndWhoeverPosted()
    {
        var decision = WithTwo().Decide(new MessagesDone("c1", 2, [FailedMessage.Of(2, "no\nroom")]), 3_000);

        Assert.Equal(new FailMessage(2, "no room"), Assert.Single(decision.Of<FailMessage>()));
        Assert.Equal((MessageOutcome.Failed, Reasons.HandlerFailed), (decision.Session.Mailbox.ReceiptOf("m2")!.Outcome, decision.Session.Mailbox.ReceiptOf("m2")!.Reason));
        Assert.Equal(1, decision.Session.Tally.FailedMessages);
        Assert.Empty(decision.Session.Decide(new MessagesDone("c1", 2, [FailedMessage.Of(2, "again")]), 3_100).Of<FailMessage>());
    }

    // The socket was lost right behind the call, and the events swapped: what was handled was handled again.
    [Fact]
    public void Done_HeardAfterTheSocketIsLost_CountsAllTheSame()
    {
        var lost = WithTwo().On(new Disconnected("c1"), 3_000);
        var told = lost.Decide(new MessagesDone("c1", 2, []) { Negotiated = new Connected("c1", "i1") { Version = 2 } }, 3_100);
        Assert.Equal((Reasons.MessagesHandled, 2L), (told.Outcome.Reason, told.Session.Mailbox.DoneUpTo));
    }

    // The host was killed, and what the process had told before it went was done again 90 s later: its resurrection counted as a false one.
    [Fact]
    public void Done_HeardLongAfterItsProcessWasReplaced_IsNoProofThatItLived()
    {
        var session = WithTwo(version: 0) with { WrittenOff = "i0" };
        var after = session.On(new MessagesDone("c0", 1, []) { Negotiated = new Connected("c0", "i0") { Version = 2 } }, 90_000);
        Assert.Equal(("i0", 0), (after.WrittenOff, after.Tally.FalseResurrections));
    }

    [Fact]
    public void Done_OfAnotherProcess_IsStale()
    {
        var decision = WithTwo().Decide(new MessagesDone("c9", 2, []) { Negotiated = new Connected("c9", "i9") { Version = 2 } }, 3_000);
        Assert.Equal((Reasons.StaleDone, true), (decision.Outcome.Reason, decision.Outcome.IsStale));
    }

    // It has them in its queue: what it was given it is not given again, and what it finishes it tells over the new connection.
    [Fact]
    public void SameProcess_ThatReconnects_IsGivenOnlyWhatItHasNot()
    {
        var lost = WithTwo().On(new MessagesDone("c1", 1, []), 2_500).On(new Disconnected("c1"), 3_000).On(new MessagePosted("m3", "3"), 3_200);
        var decision = lost.Decide(new Connected("c2", "i1", true, Walk.Start.AddSeconds(4), LastSeq: 2) { Version = 2 }, 4_000);

        Assert.Equal([3L], decision.Of<SendMessage>().Select(message => message.Seq));
        Assert.Equal((1L, true), (decision.Session.Mailbox.DoneUpTo, decision.Session.Mailbox.HasOpen));
        Assert.Equal(3, decision.Session.On(new MessagesDone("c2", 3, []), 5_000).Mailbox.DoneUpTo);
    }

    // A new server and an old client, and then a new one: nothing is open of which nobody will ever tell.
    [Fact]
    public void Client_ThatDoesNotTellAfterOneThatDid_HasNothingOpen()
    {
        var lost = WithTwo().On(new Disconnected("c1"), 3_000);
        var session = lost.On(new Connected("c2", "i1", true, Walk.Start.AddSeconds(4)), 4_000);
        Assert.Equal((null, false, 2L), (session.Mailbox.DoneUpTo, session.Mailbox.HasOpen, session.Mailbox.SentUpTo));
        Assert.Null(session.Attachment!.DeafLookAt);
    }

    [Fact]
    public void Connect_DropsWhatWasNotFinishedAndSaysHowMuch()
    {
        var decision = WithTwo().On(new Disconnected("c1"), 3_000).Decide(new Connected("c2", "i2", false, Walk.Start.AddSeconds(4)) { Version = 2 }, 4_000);
        Assert.Equal(2, Assert.Single(decision.Of<SendAck>()).Ack.Missed);
        Assert.Equal((2L, false), (decision.Session.Mailbox.DoneUpTo, decision.Session.Mailbox.HasOpen));
    }

    [Fact]
    public void Resurrection_OfAnAppThatHadNothingOpen_InvitesNobody()
    {
        var lost = WithTwo().On(new MessagesDone("c1", 2, []), 2_500).On(new Disconnected("c1"), 3_000);
        var expired = lost.On(new TimerFired(TimerKind.Grace, lost.Epoch), 9_100);
        Assert.Null(expired.DecideAdmitted(Admission.Go(Walk.Start.AddMilliseconds(12_000)), 12_000).Order!.Invite);
    }

    [Fact]
    public void Deaf_AppThatFinishesNothing_IsReportedAskedAndReplaced()
    {
        var session = WithTwo(policy: replacing);
        Assert.Equal(Walk.Start.AddMilliseconds(11_000), session.Attachment!.DeafLookAt);

        var found = Look(session, 11_000, replacing);
        Assert.Equal((Reasons.Deaf, AppState.Running), (found.Outcome.Reason, found.Session.State));
        Assert.Equal(new ReportDeaf(1, Walk.Start.AddMilliseconds(1_000)), Assert.Single(found.Of<ReportDeaf>()));
        Assert.Equal("c1", Assert.Single(found.Of<AskToTell>()).ConnectionId);

        var replaced = Look(found.Session, 16_000, replacing);
        Assert.Equal((Reasons.Deaf, AppState.Disconnected, Blame.App), (replaced.Outcome.Reason, replaced.Session.State, replaced.Outcome.Blame));
        Assert.Equal("c1", Assert.Single(replaced.Of<CloseConnection>()).ConnectionId);
        Assert.Equal(RunReason.Resurrection, Assert.Single(replaced.Of<AskGate>()).Ask.Reason);

        var order = replaced.Session.DecideAdmitted(Admission.Go(Walk.Start.AddMilliseconds(19_000)), 19_000, replacing).Order!;
        var ordered = replaced.Session.Admitted(Admission.Go(Walk.Start.AddMilliseconds(19_000)), 19_000);
        var successor = ordered.Decide(new Connected("c2", "i1", false, Walk.Start.AddSeconds(20)) { Version = 2, TakeOver = order.Invite!.Id }, 20_000, replacing);
        Assert.Equal([1L, 2L], successor.Of<SendMessage>().Select(message => message.Seq));
        Assert.Equal(0, successor.Session.Tally.FalseResurrections);
    }

    [Fact]
    public void Deaf_AppThatTellsWhenAsked_GoesOn()
    {
        var found = Look(WithTwo(policy: replacing), 11_000, replacing).Session;
        var told = found.On(new MessagesDone("c1", 1, []), 11_100, replacing);
        Assert.Null(told.Attachment!.DeafAt);

        var looked = Look(told, 16_000, replacing);
        Assert.Equal((Reasons.AppKeepsUp, AppState.Running), (looked.Outcome.Reason, looked.Session.State));
        Assert.Equal(Walk.Start.AddMilliseconds(21_100), looked.Session.Attachment!.DeafLookAt);
    }

    [Fact]
    public void Deaf_WithoutReplacementInThePolicy_IsReportedOnce()
    {
        var policy = replacing with { ReplaceDeaf = false };
        var found = Look(WithTwo(policy: policy), 11_000, policy);
        Assert.Single(found.Of<ReportDeaf>());
        Assert.Empty(found.Of<AskToTell>());
        Assert.Empty(found.Of<ArmTimer>());
        Assert.Empty(found.Session.Decide(new MessagePosted("m3", "3", true), 12_000, policy).Of<ArmTimer>());
    }

    // While nothing is open nobody looks; and one look is due at a time, however many messages flow.
    [Fact]
    public void Look_IsArmedWhileSomethingIsOpenAndOnce()
    {
        Assert.Null(Attached().Attachment!.DeafLookAt);
        Assert.Single(Attached().Decide(new MessagePosted("m1", "1", true), 1_000, replacing).Of<ArmTimer>());
        Assert.Empty(WithTwo(policy: replacing).Decide(new MessagePosted("m3", "3", true), 3_000, replacing).Of<ArmTimer>());

        var idle = WithTwo(policy: replacing).On(new MessagesDone("c1", 2, []), 3_000, replacing);
        var looked = Look(idle, 11_000, replacing);
        Assert.Equal((Reasons.AppKeepsUp, null), (looked.Outcome.Reason, looked.Session.Attachment!.DeafLookAt));
        Assert.Empty(looked.Of<ArmTimer>());
    }

    // The host was away for a minute: the app could not tell anybody.
    [Fact]
    public void Look_ThatComesLate_BeginsAnew()
    {
        var looked = Look(WithTwo(policy: replacing), 60_000, replacing);
        Assert.Equal(Reasons.PlatformAway, looked.Outcome.Reason);
        Assert.Equal(Walk.Start.AddMilliseconds(70_000), looked.Session.Attachment!.DeafLookAt);
        Assert.Empty(looked.Of<ReportDeaf>());
    }

    [Fact]
    public void Deaf_AppOfAUserWhoIsAway_WaitsForTheUser()
    {
        var found = Look(WithTwo(policy: replacing).On(new UserWentAway(), 5_000), 11_000, replacing).Session;
        Assert.Equal((AppState.Dormant, Reasons.UserAway), (Look(found, 16_000, replacing).Session.State, Look(found, 16_000, replacing).Outcome.Reason));
    }

    // The app crashed at one message, was given it again by each resurrection, and crashed again.
    [Fact]
    public void Message_AtWhichThreeProcessesWereLost_IsSetAside()
    {
        var session = WithTwo();
        for (var n = 2; n <= 4; n++)
        {
            var (lostAt, connection) = (n * 100_000, $"c{n}");
            var lost = session.On(new Disconnected(session.Attachment!.ConnectionId!), lostAt);
            var expired = lost.On(new TimerFired(TimerKind.Grace, lost.Epoch), lostAt + 6_100);
            var order = expired.DecideAdmitted(Admission.Go(Walk.Start.AddMilliseconds(lostAt + 9_000)), lostAt + 9_000).Order!;
            var ordered = expired.Admitted(Admission.Go(Walk.Start.AddMilliseconds(lostAt + 9_000)), lostAt + 9_000);
            var decision = ordered.Decide(new Connected(connection, $"i{n}", false, Walk.Start.AddMilliseconds(lostAt + 10_000)) { Version = 2, TakeOver = order.Invite!.Id }, lostAt + 10_000);

            var isGivenUp = n == 4;
            Assert.Equal(isGivenUp ? [2L] : [1L, 2L], decision.Of<SendMessage>().Select(message => message.Seq));
            Assert.Equal(isGivenUp ? [new LoseMessage(1, Reasons.Undeliverable, Blame.App)] : Array.Empty<LoseMessage>(), decision.Of<LoseMessage>());
            session = decision.Session;
        }
    }

    // It was restarted every time its ack timeout was over, for ever: as with a crash loop, the next restart waits from the second time in a row.
    [Fact]
    public void Deaf_ForTheSecondTimeInARow_WaitsAsACrashLoopDoes()
    {
        var deaf = Look(Look(WithTwo(policy: replacing), 11_000, replacing).Session, 16_000, replacing).Session;
        var order = deaf.DecideAdmitted(Admission.Go(Walk.Start.AddMilliseconds(19_000)), 19_000, replacing).Order!;
        var again = deaf.Admitted(Admission.Go(Walk.Start.AddMilliseconds(19_000)), 19_000)
            .On(new Connected("c2", "i2", false, Walk.Start.AddSeconds(20)) { Version = 2, TakeOver = order.Invite!.Id }, 20_000, replacing);

        var second = Look(Look(again, 30_000, replacing).Session, 35_000, replacing);
        Assert.Equal((AppState.Backoff, Reasons.CrashLoop), (second.Session.State, second.Outcome.Reason));
        Assert.True(second.Session.Run!.DueAt > Walk.Start.AddSeconds(45));
    }

    [Fact]
    public void LostTimers_OfALookAndOfAPredecessor_AreFoundByTheSweep()
    {
        var session = WithTwo(policy: replacing);
        Assert.Contains(Lifecycle.Rules.LostOf(session, Walk.Start.AddMinutes(5)), lost => lost is TimerFired { Kind: TimerKind.Deaf });
        var drained = session with { Predecessor = new Predecessor("c0", "i0", Walk.Start) };
        Assert.Contains(Lifecycle.Rules.LostOf(drained, Walk.Start.AddMinutes(5)), lost => lost is TimerFired { Kind: TimerKind.Drain });
        Assert.DoesNotContain(Lifecycle.Rules.LostOf(session, Walk.Start.AddSeconds(20)), lost => lost is TimerFired);
    }
}

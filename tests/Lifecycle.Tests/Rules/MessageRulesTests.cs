namespace Lifecycle.Tests.Rules;

public sealed class MessageRulesTests
{
    static readonly Policy tiny = Policy.Default with { BufferedBytes = 10 };

    static MessagePosted Post(string id, string body = "1") => new(id, body, Reachable: true);

    static MessageUndelivered Refused(long seq) => new("c1", seq, Never: true);

    static (MessageOutcome, string?) ReceiptOf(AppSession session, string id) =>
        session.Mailbox.ReceiptOf(id) is { } receipt ? (receipt.Outcome, receipt.Reason) : default;

    // The receipt said buffered, nothing was kept, missed stayed 0, and the next message waited for the mend of nothing.
    [Fact]
    public void Undelivered_TooLargeToKeep_IsRefusedAndCountedAndTold()
    {
        var sent = Walk.Running().On(Post("m1", "\"a long message\""), 0, tiny);
        var decision = sent.Decide(new MessageUndelivered("c1", 1), 0, tiny);

        Assert.Equal((MessageOutcome.Refused, Reasons.BufferFull), ReceiptOf(decision.Session, "m1"));
        Assert.Equal(1, decision.Session.Mailbox.Missed);
        Assert.Equal(new LoseMessage(1, Reasons.BufferFull, Blame.SignalR), decision.Of<LoseMessage>().Single());
        Assert.Equal([new EffectSetAside(SetAsideKind.UnkeptMessage)], Observations.Of(sent, new MessageUndelivered("c1", 1), decision));
        Assert.Equal(2, decision.Session.Decide(Post("m2")).Of<SendMessage>().Single().Seq);
        var back = decision.Session.On(new Disconnected("c1"), 1_000).Decide(new Connected("c2", "i1", LastSeq: 0), 2_000);
        Assert.Equal(1, back.Of<SendAck>().Single().Ack.Missed); // once, though the app says that it does not have it
    }

    [Fact]
    public void Undelivered_ForTheMoment_WaitsHoweverOften()
    {
        var session = Walk.Running().On(Post("m1"));
        for (var tries = 0; tries < 50; tries++)
        {
            session = session.On(new MessageUndelivered("c1", 1), tries * 60_000).On(new TimerFired(TimerKind.Mend, session.Epoch), (tries * 60_000) + 30_000);
        }

        Assert.Equal((0, 1), (session.Mailbox.Missed, session.Mailbox.Kept.Length));
    }

    [Fact]
    public void Undelivered_RefusedForWhatItIs_IsGivenUpTheThirdTimeAndTheNextGoesOn()
    {
        var session = Walk.Running().On(Post("m1")).On(Refused(1));
        Assert.Equal((MessageOutcome.Buffered, null), ReceiptOf(session, "m1"));
        session = session.On(Post("m2"), 100).On(Post("m3"), 200);
        session = session.On(new TimerFired(TimerKind.Mend, session.Epoch), 1_000).On(Refused(1), 1_000);
        session = session.On(new TimerFired(TimerKind.Mend, session.Epoch), 3_000);

        var decision = session.Decide(Refused(1), 3_000);

        Assert.Equal((MessageOutcome.Refused, Reasons.Undeliverable), ReceiptOf(decision.Session, "m1"));
        Assert.Equal(1, decision.Session.Mailbox.Missed);
        Assert.Equal([2L, 3L], decision.Of<SendMessage>().Select(message => message.Seq));
        Assert.Equal(new LoseMessage(1, Reasons.Undeliverable, Blame.Platform), decision.Of<LoseMessage>().Single());
        Assert.Equal([new EffectSetAside(SetAsideKind.Message)], Observations.Of(session, Refused(1), decision));
        Assert.Contains("messagelost", Outbox.Empty.After(Walk.Id, session, Refused(1), decision, Walk.Start, Policy.Default).Records.Single().Body);
    }

    // A socket that is lost between the tries begins them anew no more: so it went over reconnects.
    [Fact]
    public void Undelivered_RefusedOnOneConnectionAfterTheOther_IsGivenUpTheThirdTime()
    {
        var session = Walk.Running().On(Post("m1")).On(Refused(1));
        foreach (var connection in new[] { "c2", "c3" })
        {
            session = session.On(new Disconnected(session.Attachment!.ConnectionId!), 1_000).On(new Connected(connection, "i1"), 2_000);
            session = session.On(new MessageUndelivered(connection, 1, Never: true), 2_000);
        }

        Assert.Equal((1, false), (session.Mailbox.Missed, session.Mailbox.HasUnsent));
    }

    [Fact]
    public void GroupsUnrestored_RefusedForWhatTheyAre_AreMendedThreeTimesAndThenLeft()
    {
        var session = Walk.Running();
        var refused = new GroupsUnrestored(session.Subscriptions.Version, [], Never: true);
        for (var tries = 0; tries < Lifecycle.Rules.MostGroupMends; tries++)
        {
            var mending = session.Decide(refused, tries * 30_000);
            Assert.NotEmpty(mending.Of<ArmTimer>());
            session = mending.Session.On(new TimerFired(TimerKind.Mend, session.Epoch), (tries * 30_000) + 20_000);
        }

        var left = session.Decide(refused, 100_000);
        Assert.Empty(left.Of<ArmTimer>());
        Assert.Equal([new EffectSetAside(SetAsideKind.Groups)], Observations.Of(session, refused, left));
        Assert.Null(Lifecycle.Rules.RenewalOf(Walk.Id, left.Session, Walk.Start.AddSeconds(130))); // nor does the sweep try it every half minute
        Assert.NotEmpty(session.Decide(refused with { Never = false }, 100_000).Of<ArmTimer>());
    }
}

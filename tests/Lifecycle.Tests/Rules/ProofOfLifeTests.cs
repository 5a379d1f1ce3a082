namespace Lifecycle.Tests.Rules;

/// <summary>What an app says over a connection that the session does not hold: its event was lost, it was refused, or the service was wrong about it.</summary>
public sealed class ProofOfLifeTests
{
    static DateTimeOffset At(double ms) => Walk.Start.AddMilliseconds(ms);

    static AppSession Sent(AppSession session, int messages) => Enumerable.Range(1, messages)
        .Aggregate(session, (s, n) => s.On(new MessagePosted($"m{n}", $"{n}", true), 500 + n));

    // The connected event was lost, the connection was adopted, and init named it without a number: a message into the dead socket was lost, `missed` 0.
    [Fact]
    public void Init_ThatNamesAnAdoptedConnection_SaysWhatNegotiateSaid()
    {
        var grace = Sent(Walk.Running(), 2).On(new Disconnected("c1"), 1_000);
        var adopted = grace.On(new ConnectionFound(grace.Epoch), 12_000);
        Assert.Null(adopted.Attachment!.ConnectionId);

        var said = new Connected("c2", "i1", Reconnect: true, NegotiatedAt: At(2_000), TokenEpoch: grace.AttachedEpoch, LastSeq: 1);
        var named = adopted.Decide(new Initialized("c2") { Negotiated = said }, 12_500);

        Assert.Equal(("c2", At(2_000)), (named.Session.Attachment!.ConnectionId, named.Session.NewestNegotiatedAt));
        Assert.Equal([2L], named.Of<SendMessage>().Select(sent => sent.Seq));
        Assert.Equal((1L, 0), (Assert.Single(named.Of<SendAck>()).Ack.Seq, named.Session.Attachment.Missed));
    }

    // What had been counted before the connection had a name was overwritten.
    [Fact]
    public void Init_ThatNamesAnAdoptedConnection_AddsWhatIsMissed()
    {
        var policy = Policy.Default with { BufferedMessages = 2 };
        var grace = Enumerable.Range(1, 6).Aggregate(Walk.Running(), (s, n) => s.On(new MessagePosted($"m{n}", $"{n}", true), 500 + n, policy))
            .On(new Disconnected("c1"), 1_000, policy);
        grace = grace.On(new MessagePosted("a", "1"), 2_000, policy).On(new MessagePosted("b", "2"), 2_100, policy).On(new MessagePosted("c", "3"), 2_200, policy);
        var adopted = grace.On(new ConnectionFound(grace.Epoch), 12_000, policy);
        var named = adopted.On(new Initialized("c2") { Negotiated = new Connected("c2", "i1", NegotiatedAt: At(2_000), LastSeq: 4) }, 12_500, policy);
        // The third had no room; of those that were sent, the fifth and sixth were not handled and have made room for the first two.
        Assert.Equal((1, 3), (adopted.Attachment!.Missed, named.Attachment!.Missed));
    }

    [Fact]
    public void Init_OfAConnectionWhoseEventWasLost_IsOrderedAsThatEventWouldHaveBeen()
    {
        var session = Walk.Running().On(new Connected("c3", "i1", NegotiatedAt: At(3_000)), 3_100);
        var late = session.Decide(new Initialized("c2") { Negotiated = new Connected("c2", "i1", NegotiatedAt: At(2_000)) }, 3_200);
        Assert.Equal((OutcomeKind.Refused, Reasons.Superseded), (late.Outcome.Kind, late.Outcome.Reason));
        Assert.Equal("c3", late.Session.Attachment!.ConnectionId);
    }

    // The older connection had been refused, and its init took over from the living newer one.
    [Fact]
    public void Init_OfAConnectionThatWasRefused_ChangesNothing()
    {
        var session = Walk.Running().On(new Connected("c3", "i1", NegotiatedAt: At(3_000)), 3_100);
        var refused = session.On(new Connected("c2", "i1", NegotiatedAt: At(2_000)), 3_150);
        var late = refused.Decide(new Initialized("c2"), 3_200);
        Assert.Equal((OutcomeKind.Ignored, Reasons.StaleConnect), (late.Outcome.Kind, late.Outcome.Reason));
        Assert.Equal("c3", late.Session.Attachment!.ConnectionId);
    }

    static AppSession Missing(AppSession session, double atMs) => session.On(new ConnectionMissing("c1", session.Epoch), atMs);

    // One wrong 'no such connection' of the service: a live socket was stranded until it dropped, and its init was `stale_connect` for ever.
    [Fact]
    public void Init_OverAConnectionThatWasMissing_TakesItBackWithItsState()
    {
        var missing = Missing(Sent(Walk.Running(), 1), 1_000).On(new MessagePosted("m", "2"), 2_000);
        Assert.Equal(AppState.GracePeriod, missing.State);
        var back = missing.Decide(new Initialized("c1") { Negotiated = new Connected("c1", "i1", NegotiatedAt: Walk.Start, TokenEpoch: 1) }, 3_000);
        Assert.Equal((AppState.Running, Reasons.Reconnect, "c1"), (back.Session.State, back.Outcome.Reason, back.Session.Attachment!.ConnectionId));
        Assert.Equal(["audio", "text"], back.Session.Subscriptions.Streams.Order());
        Assert.Equal([2L], back.Of<SendMessage>().Select(sent => sent.Seq));
    }

    [Fact]
    public void Init_OverAnAdoptedConnectionThatWasMissing_NamesIt()
    {
        var missing = Missing(Walk.Running(), 1_000);
        var adopted = missing.On(new ConnectionFound(missing.Epoch), 12_000);
        Assert.Equal("c1", adopted.On(new Initialized("c1"), 12_100).Attachment!.ConnectionId);
    }

    [Fact]
    public void HubCalls_OverAConnectionThatWasMissing_TakeItBack_AndAreCarriedOut()
    {
        var missing = Missing(Walk.Running(), 1_000);
        var subscribed = missing.Decide(new SubscriptionsReplaced("c1", ["video"], 1), 2_000);
        Assert.Equal((AppState.Running, 2), (subscribed.Session.State, subscribed.Session.Subscriptions.Version));
        Assert.True(Assert.Single(subscribed.Of<SendSubscriptions>()).Accepted);
        Assert.True(missing.On(new Released("c1"), 2_000) is { State: AppState.Running, Released: true });
    }

    [Fact]
    public void Connected_OfAConnectionThatWasMissing_IsNoProof_AndNeitherIsAnythingOnceItIsClosed()
    {
        var missing = Missing(Walk.Running(), 1_000);
        Assert.Equal(Reasons.StaleConnect, missing.Decide(new Connected("c1", "i1", NegotiatedAt: Walk.Start), 2_000).Outcome.Reason);
        var closed = missing.On(new Disconnected("c1"), 2_000);
        Assert.Equal(Reasons.StaleConnect, closed.Decide(new Initialized("c1"), 2_100).Outcome.Reason);
        var other = missing.On(new Connected("c2", "i1", NegotiatedAt: At(2_000)), 2_000);
        Assert.Equal(Reasons.StaleConnect, other.Decide(new Initialized("c1"), 2_100).Outcome.Reason);
    }

    [Fact]
    public void Missing_ConnectionThatMayLive_IsClosedWhenAnotherComes_OrTheSessionIsStopped()
    {
        var missing = Missing(Walk.Running(), 1_000);
        Assert.Contains(new CloseConnection("c1", Reasons.Superseded), missing.Decide(new Connected("c2", "i1", NegotiatedAt: At(2_000)), 2_000).Effects);
        Assert.Contains(new CloseConnection("c1", Reasons.Stopped), missing.Decide(new StopRequested("bye"), 2_000).Effects);
        Assert.Empty(missing.Decide(new Initialized("c1"), 2_000).Of<CloseConnection>());
        var adopted = missing.On(new ConnectionFound(missing.Epoch), 12_000);
        Assert.Contains(new CloseConnection("c1", Reasons.Superseded), adopted.Decide(new Initialized("c2"), 12_100).Effects);
        Assert.Empty(adopted.Decide(new Initialized("c1"), 12_100).Of<CloseConnection>());
    }
}

namespace Lifecycle.Tests.Rules;

/// <summary>What the rules do with connections, effect by effect.</summary>
public sealed class ConnectionRulesTests
{
    [Fact]
    public void Connect_AfterAStart_GreetsAndEndsTheRun()
    {
        var decision = Walk.In(AppState.Starting).Decide(new Connected("c1", "i1"), 100);
        var ack = Assert.Single(decision.Of<SendAck>());
        Assert.Equal(("c1", false, 2, 6_000), (ack.ConnectionId, ack.Ack.Resumed, ack.Ack.Epoch, ack.Ack.ReconnectGraceMs));
        Assert.Null(decision.Session.Run);
        Assert.Equal(1, decision.Session.Tally.Connects);
    }

    [Fact]
    public void Disconnect_OfTheAttachment_ArmsTheGraceTimerAndKeepsTheState()
    {
        var decision = Walk.Running().Decide(new Disconnected("c1"), 1_000);
        var timer = Assert.Single(decision.Of<ArmTimer>());
        Assert.Equal((TimerKind.Grace, Walk.Start.AddMilliseconds(7_000), decision.Session.Epoch), (timer.Kind, timer.DueAt, timer.Epoch));
        Assert.Equal(["audio", "text"], decision.Session.Subscriptions.Names());
        Assert.Equal(Walk.Start.AddMilliseconds(127_000), decision.Session.KeptUntil);
        Assert.DoesNotContain(decision.Effects, e => e is LeaveAllGroups);
    }

    [Fact]
    public void Reconnect_KeepsSubscriptionsAndCorrelation_AndMeasuresTheLatency()
    {
        var lost = Walk.InGrace();
        var decision = lost.Decide(new Connected("c2", "i1", Reconnect: true), 1_400);
        var ack = Assert.Single(decision.Of<SendAck>()).Ack;
        Assert.True(ack.Resumed);
        Assert.Equal((lost.CorrelationId, 1), (ack.CorrelationId, ack.SubscriptionsVersion));
        Assert.Equal(["audio", "text"], ack.Subscriptions.AsEnumerable());
        Assert.DoesNotContain(decision.Effects, e => e is LeaveAllGroups or ChangeGroups); // memberships of the user outlive its sockets
        Assert.Equal(new Measure(Measurement.ReconnectLatency, TimeSpan.FromMilliseconds(400)), Assert.Single(decision.Of<Measure>()));
    }

    [Fact]
    public void Connect_ThatSaysItIsFresh_DropsTheOldSubscriptionsBeforeTheAck()
    {
        var decision = Walk.InGrace().Decide(new Connected("c2", "i2", Reconnect: false), 2_000);
        Assert.Equal([typeof(LeaveAllGroups), typeof(SendAck)], decision.Effects.Take(2).Select(e => e.GetType()));
        Assert.False(decision.Of<SendAck>().Single().Ack.Resumed);
        Assert.Empty(decision.Session.Subscriptions.Names());
        Assert.Equal(2, decision.Session.Subscriptions.Version); // an update meant for the old set is refused
    }

    [Fact]
    public void Takeover_ClosesTheOldConnectionBeforeItGreetsTheNew()
    {
        var decision = Walk.Running().Decide(new Connected("c2", "i1", NegotiatedAt: Walk.Start.AddSeconds(5)), 5_000);
        Assert.Equal(
            [typeof(SendSuperseded), typeof(CloseConnection), typeof(RestoreGroups), typeof(SendAck)], decision.Effects.Take(4).Select(e => e.GetType()));
        Assert.Equal(new CloseConnection("c1", "superseded"), decision.Of<CloseConnection>().Single());
        var late = decision.Session.Decide(new Disconnected("c1"), 5_100);
        Assert.Equal((AppState.Running, "c2", Reasons.StaleDisconnect), (late.Session.State, late.Session.Attachment!.ConnectionId, late.Outcome.Reason));
    }

    [Fact]
    public void Connect_OfAnOlderToken_IsTurnedAway()
    {
        // A connected event that is late by seconds must not take the session from the connection that came after it.
        var newer = Walk.Running().On(new Connected("c3", "i1", NegotiatedAt: Walk.Start.AddSeconds(9)), 9_000);
        var decision = newer.Decide(new Connected("c2", "i1", NegotiatedAt: Walk.Start.AddSeconds(5)), 9_500);
        Assert.Equal(new CloseConnection("c2", "superseded"), Assert.Single(decision.Effects));
        Assert.Equal("c3", decision.Session.Attachment!.ConnectionId);
    }

    [Fact]
    public void LateConnected_OfAConnectionThatIsKnownToBeClosed_DoesNotAttach()
    {
        var session = Walk.In(AppState.Starting).On(new Disconnected("c1"), 100);
        var decision = session.Decide(new Connected("c1", "i1"), 200);
        Assert.Equal((AppState.Starting, Reasons.StaleConnect), (decision.Session.State, decision.Outcome.Reason));
    }

    [Fact]
    public void LateReconnect_OfTheSameProcessWithinTheRetention_GetsItsStateBack()
    {
        var decision = Walk.Disconnected().Decide(new Connected("c2", "i1"), 60_000);
        Assert.Equal(Reasons.LateReconnect, decision.Outcome.Reason);
        Assert.True(decision.Of<SendAck>().Single().Ack.Resumed);
        Assert.Equal(Measurement.ReconnectLatency, decision.Of<Measure>().Single().What);
        var tooLate = Walk.Disconnected().Decide(new Connected("c2", "i1"), 127_001);
        Assert.False(tooLate.Of<SendAck>().Single().Ack.Resumed);
    }

    [Fact]
    public void Attach_OfTheOldProcessAfterAWebhook_CountsAFalseResurrection()
    {
        var accepted = Walk.Resurrecting().Answered(WebhookResult.FromStatus(202), 10_100);
        Assert.Equal(1, accepted.On(new Connected("c2", "i1"), 10_500).Tally.FalseResurrections);
        Assert.Equal(0, accepted.On(new Connected("c2", "i2"), 10_500).Tally.FalseResurrections);
        Assert.Equal(0, Walk.Disconnected().On(new Connected("c2", "i1"), 7_500).Tally.FalseResurrections); // none was sent yet
    }

    // Whether the webhook went out, only its activity knows: the last look may have found the connection.
    [Fact]
    public void Attach_OfTheOldProcessWhileTheWebhookIsOnItsWay_CountsOnceItIsKnownThatItWentOut()
    {
        var sending = Walk.Resurrecting();
        var (run, webhooks) = (sending.Run!.Id, sending.Tally.Webhooks);
        var attached = sending.On(new Connected("c2", "i1"), 10_050);
        Assert.Equal((0, run), (attached.Tally.FalseResurrections, attached.OpenWebhook!.RunId));

        var sent = attached.On(new AttemptSent(run, 1, WebhookResult.FromStatus(202)), 10_100);
        Assert.Equal((1, webhooks), (sent.Tally.FalseResurrections, sent.Tally.Webhooks));
        Assert.Equal(sent, sent.On(new AttemptSent(run, 1, WebhookResult.FromStatus(202)), 10_200));
        foreach (var unsent in new SessionEvent[] { new AttemptFound(run, 1), new AttemptUnlooked(run, 1) })
        {
            Assert.Equal((0, webhooks - 1), (attached.On(unsent, 10_100).Tally.FalseResurrections, attached.On(unsent, 10_100).Tally.Webhooks));
        }
    }

    [Fact]
    public void LastLook_ThatFindsAConnection_AdoptsItWithoutAWebhook()
    {
        var session = Walk.Disconnected();
        var decision = session.Attempted(10_000).Decide(new AttemptFound(session.Run!.Id, 1), 10_010);
        Assert.Equal((AppState.Running, RunOrderKind.End), (decision.Session.State, decision.Order!.Kind));
        Assert.Null(decision.Of<SendAck>().Single().ConnectionId); // to every connection of the user: it has no name yet
        Assert.Equal(0, decision.Session.Tally.Webhooks - session.Tally.Webhooks);

        var named = decision.Session.On(new Initialized("c9", Reconnect: null, "i1"), 10_020);
        Assert.Equal("c9", named.Attachment!.ConnectionId);
        Assert.Equal(AppState.GracePeriod, named.On(new Disconnected("c9"), 11_000).State);
        Assert.Equal(AppState.GracePeriod, decision.Session.On(new Disconnected("c7"), 11_000).State);
    }

    [Fact]
    public void Init_ThatSaysFresh_CountsOnlyOnce()
    {
        var resumed = Walk.InGrace().On(new Connected("c2", "i1"), 2_000);
        var fresh = resumed.Decide(new Initialized("c2", Reconnect: false), 2_100);
        Assert.Equal(Reasons.DeclaredFresh, fresh.Outcome.Reason);
        Assert.Empty(fresh.Session.Subscriptions.Names());

        // An app that says so again later must not lose what it subscribed to in between.
        var again = fresh.Session.On(new SubscriptionsReplaced("c2", ["video"], fresh.Session.Subscriptions.Version), 2_200)
            .Decide(new Initialized("c2", Reconnect: false), 2_300);
        Assert.Equal(["video"], again.Session.Subscriptions.Names());
    }

    [Fact]
    public void Subscriptions_NameTheVersionTheyReplace()
    {
        var session = Walk.Running();
        var stale = session.Decide(new SubscriptionsReplaced("c1", ["video"], 0));
        Assert.Equal(new SendSubscriptions("c1", false, Reasons.VersionConflict, session.Subscriptions), Assert.Single(stale.Effects));

        var empty = session.Decide(new SubscriptionsReplaced("c1", [], 1)); // honoured at any time
        Assert.Equal(["audio", "text"], empty.Of<ChangeGroups>().Single().Leave.AsEnumerable());
        Assert.Equal((2, 0), (empty.Session.Subscriptions.Version, empty.Session.Subscriptions.Names().Length));
    }

    [Fact]
    public void Connect_WithoutAStart_LeavesNothingBehind()
    {
        var decision = AppSession.None.Decide(new Connected("c1"));
        Assert.Equal(AppSession.None, decision.Session);
        Assert.Equal(new CloseConnection("c1", "not_started"), Assert.Single(decision.Effects));
        var allowed = AppSession.None.Decide(new Connected("c1"), 0, Policy.Default with { AllowUnsolicited = true });
        Assert.Equal(AppState.Running, allowed.Session.State);
    }
}

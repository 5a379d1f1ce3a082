namespace Lifecycle.Tests.Rules;

public sealed class ReconciliationRulesTests
{
    static DateTimeOffset At(double ms) => Walk.Start.AddMilliseconds(ms);

    [Theory]
    [InlineData(AppState.Running, "c1", true)]
    [InlineData(AppState.GracePeriod, null, false)]
    [InlineData(AppState.Disconnected, null, false)]
    [InlineData(AppState.Backoff, null, false)]
    [InlineData(AppState.Resurrecting, null, false)]
    [InlineData(AppState.Starting, null, false)]
    [InlineData(AppState.Dormant, null, false)]
    [InlineData(AppState.Evicted, null, false)]
    public void QuestionAbout_ALiveSession_AsksForWhatItDoesNotKnow(AppState state, string? connection, bool expected)
    {
        var session = Walk.In(state);
        Assert.Equal(new ServiceQuestion(connection, expected, session.Epoch), Lifecycle.Rules.QuestionAbout(session, At(60_000)));
        Assert.Null(Lifecycle.Rules.QuestionAbout(session, session.Since.AddSeconds(9)));
    }

    [Theory]
    [InlineData(AppState.None)]
    [InlineData(AppState.Stopping)]
    [InlineData(AppState.Stopped)]
    public void QuestionAbout_ASessionThatIsOver_AsksNothing(AppState state) =>
        Assert.Null(Lifecycle.Rules.QuestionAbout(Walk.In(state), At(60_000)));

    // The cost of a sweep must not grow with the sessions of last year.
    [Theory]
    [InlineData(AppState.Evicted)]
    [InlineData(AppState.Dormant)]
    public void QuestionAbout_ASessionThatNobodyWorksOn_StopsAfterAnHour(AppState state)
    {
        var session = Walk.In(state);
        Assert.NotNull(Lifecycle.Rules.QuestionAbout(session, session.Since.AddMinutes(59)));
        Assert.Null(Lifecycle.Rules.QuestionAbout(session, session.Since.AddMinutes(61)));
    }

    [Fact]
    public void ConnectionMissing_OfAnotherEpochOrConnection_ChangesNothing()
    {
        var session = Walk.Running();
        Assert.Equal(Reasons.StaleLook, session.Decide(new ConnectionMissing("c1", session.Epoch - 1), 20_000).Outcome.Reason);
        Assert.Equal(Reasons.StaleLook, session.Decide(new ConnectionMissing("c0", session.Epoch), 20_000).Outcome.Reason);
        Assert.Equal(AppState.GracePeriod, session.On(new ConnectionMissing("c1", session.Epoch), 20_000).State);
    }

    // It was taken for lost and lives: what the service says later brings it back, without a webhook.
    [Fact]
    public void ConnectionFound_AfterAFalseAlarm_AdoptsItWithItsState()
    {
        var lost = Walk.Running().On(new ConnectionMissing("c1", Walk.Running().Epoch), 20_000, Policy.Default with { ReconnectGraceMs = 60_000 });
        var decision = lost.Decide(new ConnectionFound(lost.Epoch), 31_000);
        Assert.Equal((AppState.Running, true, null), (decision.Session.State, decision.Session.Attachment!.Resumed, decision.Session.Attachment.ConnectionId));
        Assert.True(decision.Of<SendAck>().Single().Ack.InitWanted);
    }

    // Its token is of the attach before: it must not be refused only because the connection was found before its own event came.
    [Fact]
    public void Connected_OfAnAdoptedConnection_MayStillShowItsToken()
    {
        var grace = Walk.InGrace();
        var adopted = grace.On(new ConnectionFound(grace.Epoch), 12_000);
        Assert.Equal(AppState.Running, adopted.State);
        var named = adopted.Decide(new Connected("c2", "i1", NegotiatedAt: At(11_000), TokenEpoch: grace.AttachedEpoch), 12_500);
        Assert.Equal((Reasons.Adopted, "c2"), (named.Outcome.Reason, named.Session.Attachment!.ConnectionId));
        Assert.Equal(named.Session.Epoch, named.Session.AttachedEpoch);
    }
}

namespace Lifecycle.Tests.Rules;

/// <summary>A process that was replaced stays replaced (DESIGN section 2, rule 11), and a token is good in one life.</summary>
public sealed class ReplacedProcessTests
{
    static DateTimeOffset At(double ms) => Walk.Start.AddMilliseconds(ms);

    /// <summary>The process i1 was written off, and i2 was started in its place.</summary>
    static AppSession Replaced() => Walk.Resurrecting()
        .Answered(WebhookResult.FromStatus(202), 10_100)
        .On(new Connected("c2", "i2", NegotiatedAt: At(10_500)), 10_500);

    // The process had been paused for a minute. Its token was refused, it came again without one and took the session back: a message was handled twice.
    [Fact]
    public void Connected_OfAProcessThatWasReplaced_IsSuperseded_WithAnOldTokenAndWithoutOne()
    {
        var session = Replaced();
        foreach (var connected in new[]
        {
            new Connected("c3", "i1", Reconnect: true, NegotiatedAt: At(60_000), TokenEpoch: 1),
            new Connected("c3", "i1", Reconnect: true, NegotiatedAt: At(60_000)),
            new Connected("c3", "i1", Reconnect: false, NegotiatedAt: At(60_000)),
        })
        {
            var refused = session.Decide(connected, 60_000);
            Assert.Equal((OutcomeKind.Refused, Reasons.Superseded), (refused.Outcome.Kind, refused.Outcome.Reason));
            Assert.Equal(new CloseConnection("c3", Reasons.Superseded), Assert.Single(refused.Effects));
            Assert.Equal("c2", refused.Session.Attachment!.ConnectionId);
        }
    }

    [Fact]
    public void Init_OfAProcessThatWasReplaced_IsSuperseded() =>
        Assert.Equal(Reasons.Superseded, Replaced().Decide(new Initialized("c3", InstanceId: "i1"), 60_000).Outcome.Reason);

    [Fact]
    public void Connected_OfAProcessThatWasReplaced_IsSupersededInTheGraceWindowOfTheOther() =>
        Assert.Equal(
            Reasons.Superseded,
            Replaced().On(new Disconnected("c2"), 20_000).Decide(new Connected("c3", "i1", NegotiatedAt: At(21_000)), 21_000).Outcome.Reason);

    [Fact]
    public void Connected_OfAProcessThatWasReplaced_IsTakenWhenNobodyElseHasTheSession_AndThenReplacesTheOther()
    {
        var lost = Replaced().On(new Disconnected("c2"), 20_000);
        lost = lost.On(new TimerFired(TimerKind.Grace, lost.Epoch), 26_000);
        var back = lost.On(new Connected("c3", "i1", NegotiatedAt: At(27_000)), 27_000);
        Assert.Equal((AppState.Running, "c3"), (back.State, back.Attachment!.ConnectionId));
        Assert.Equal(Reasons.Superseded, back.Decide(new Connected("c4", "i2", NegotiatedAt: At(28_000)), 28_000).Outcome.Reason);
        Assert.Equal(Reasons.Takeover, back.Decide(new Connected("c4", "i3", NegotiatedAt: At(28_000)), 28_000).Outcome.Reason);
    }

    [Fact]
    public void Connected_OfTheProcessOfTheLifeBefore_IsSupersededByTheOneThatWasStarted()
    {
        var started = Walk.Running().On(new StopRequested("bye"), 1_000).On(new Disconnected("c1"), 1_100).On(new StartRequested(), 2_000)
            .On(new Connected("c2", "i2", NegotiatedAt: At(3_000)), 3_000);
        Assert.Equal(Reasons.Superseded, started.Decide(new Connected("c3", "i1", NegotiatedAt: At(4_000)), 4_000).Outcome.Reason);
    }

    // Epochs begin anew in the next life of a key: a token of the last one was good again, and superseded the living connection.
    [Fact]
    public void Connected_WithATokenOfAnotherLife_IsStale_ThoughItsEpochIsInForce()
    {
        var session = Walk.Running();
        var epoch = session.AttachedEpoch;
        var other = session.Decide(new Connected("c2", "i9", NegotiatedAt: At(4_000), TokenEpoch: epoch, TokenLife: "c0ther"), 4_000);
        Assert.Equal((OutcomeKind.Refused, Reasons.StaleToken), (other.Outcome.Kind, other.Outcome.Reason));
        var own = session.Decide(new Connected("c2", "i1", NegotiatedAt: At(4_000), TokenEpoch: epoch, TokenLife: session.CorrelationId), 4_000);
        Assert.Equal(Reasons.Takeover, own.Outcome.Reason);
        // One of an earlier version says no life.
        Assert.Equal(Reasons.Takeover, session.Decide(new Connected("c2", "i1", NegotiatedAt: At(4_000), TokenEpoch: epoch), 4_000).Outcome.Reason);
    }
}

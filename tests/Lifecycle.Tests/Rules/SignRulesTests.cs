namespace Lifecycle.Tests.Rules;

/// <summary>Signs of life, and what they say of resurrections. The socket of <see cref="Walk.InGrace"/> is lost at 1 s.</summary>
public sealed class SignRulesTests
{
    const double GraceMs = 6_000;

    static Decision Expire(AppSession session, double atMs, Policy? policy = null) =>
        session.Decide(new TimerFired(TimerKind.Grace, session.Epoch), atMs, policy);

    static double DeadlineOf(AppSession session) => Math.Ceiling((session.Deadline!.Value - Walk.Start).TotalMilliseconds);

    [Fact]
    public void SignOfLife_InGrace_MovesTheWindow()
    {
        var alive = Walk.InGrace().On(new SignOfLife("i1"), 4_000);
        var held = Expire(alive, 7_000);

        Assert.Equal((Reasons.SignOfLife, 4_000 + GraceMs, Blame.Network), (held.Outcome.Reason, DeadlineOf(held.Session), held.Session.Evidence.Blame));
        Assert.Equal(AppState.Disconnected, Expire(held.Session, 10_000).Session.State);
    }

    [Fact]
    public void SignOfLife_OfAClientThatBacksOff_AwaitsItsNextTry()
    {
        var alive = Walk.InGrace().On(new SignOfLife("i1"), 2_000).On(new SignOfLife("i1"), 6_000);

        Assert.Equal(Walk.Start.AddMilliseconds(6_000 + GraceMs + (3 * 4_000)), alive.Evidence.AwakeUntil);
    }

    [Theory]
    [InlineData("i2", null)]
    [InlineData("i2", 99L)]
    [InlineData(null, null)]
    public void SignOfLife_OfAnotherProcess_CountsForNothing(string? instance, long? tokenEpoch)
    {
        var sign = Walk.InGrace().Decide(new SignOfLife(instance, tokenEpoch), 4_000);

        Assert.Equal((OutcomeKind.Ignored, Reasons.StaleSign), (sign.Outcome.Kind, sign.Outcome.Reason));
        Assert.Equal(Evidence.None, sign.Session.Evidence);
    }

    // It stood in a queue since before the socket was lost.
    [Fact]
    public void SignOfLife_FromBeforeTheLoss_IsStale() =>
        Assert.Equal(Reasons.StaleSign, Walk.InGrace().Decide(new SignOfLife("i1", At: Walk.Start.AddMilliseconds(-100)), 4_000).Outcome.Reason);

    [Fact]
    public void SignOfLife_WithTheTokenOfTheLastAttach_IsOfItsHolder()
    {
        var session = Walk.InGrace();

        Assert.Equal(Reasons.SignOfLife, session.Decide(new SignOfLife(null, session.AttachedEpoch, session.CorrelationId), 4_000).Outcome.Reason);
        Assert.Equal(Reasons.StaleSign, session.Decide(new SignOfLife(null, session.AttachedEpoch, "another life"), 4_000).Outcome.Reason);
    }

    // The copy of a sign made the wait for a client that backs off a plain grace window again; one that was overtaken set it back.
    [Theory]
    [InlineData(6_000)]
    [InlineData(4_000)]
    public void SignOfLife_ThatComesTwiceOrIsOvertaken_ChangesNothing(double givenAtMs)
    {
        var alive = Walk.InGrace().On(new SignOfLife("i1", At: Walk.Start.AddMilliseconds(2_000)), 2_000).On(new SignOfLife("i1", At: Walk.Start.AddMilliseconds(6_000)), 6_000);

        Assert.Equal(alive.Evidence, alive.On(new SignOfLife("i1", At: Walk.Start.AddMilliseconds(givenAtMs)), 6_500).Evidence);
    }

    [Fact]
    public void SignOfLife_ThatWasLongUnderWay_GivesAWholeGraceWindowAllTheSame()
    {
        var waiting = Walk.Resurrecting().Answered(WebhookResult.FromStatus(503), 10_000);

        Assert.Equal(20_000 + GraceMs, DeadlineOf(waiting.On(new SignOfLife("i1", At: Walk.Start.AddMilliseconds(10_500)), 20_000)));
    }

    [Fact]
    public void SignOfLife_WhileTheRunWaits_EndsItAndBeginsTheWindowAnew()
    {
        var waiting = Walk.Resurrecting().Answered(WebhookResult.FromStatus(503), 10_000);
        var back = waiting.Decide(new SignOfLife("i1"), 11_000);

        Assert.Equal((AppState.GracePeriod, Reasons.SignOfLife, 11_000 + GraceMs), (back.Session.State, back.Outcome.Reason, DeadlineOf(back.Session)));
        Assert.Null(back.Session.Run);
        Assert.True(back.Session.Epoch > waiting.Epoch);
        Assert.Equal(1, back.Session.Tally.FalseResurrections); // a webhook had gone out
        Assert.Equal(RunOrderKind.End, back.Session.Decide(new AttemptDue(waiting.Run!.Id), 12_000).Order!.Kind);
    }

    [Fact]
    public void SignOfLife_BeforeAWebhookWentOut_IsNoFalseResurrection()
    {
        var back = Walk.Disconnected().Decide(new SignOfLife("i1"), 8_000);

        Assert.Equal((AppState.GracePeriod, 0), (back.Session.State, back.Session.Tally.FalseResurrections));
        Assert.Contains(Observations.Of(Walk.Disconnected(), new SignOfLife("i1"), back), o => o is RunEnded { Outcome: RunOutcome.Held });
    }

    [Fact]
    public void SignOfLife_AfterAnAcceptedWebhook_AwaitsTheAppForLonger()
    {
        var accepted = Walk.Resurrecting().Answered(WebhookResult.FromStatus(202), 10_000);
        var longer = accepted.Decide(new SignOfLife("i1"), 19_000);

        Assert.Equal((AppState.Resurrecting, Walk.Start.AddMilliseconds(19_000 + GraceMs)), (longer.Session.State, longer.Session.Run!.DueAt));
        var attached = longer.Session.On(new Connected("c2", "i1", NegotiatedAt: Walk.Start.AddMilliseconds(20_000)), 20_000);
        Assert.Equal((AppState.Running, 1), (attached.State, attached.Tally.FalseResurrections));
    }

    [Fact]
    public void SignOfLife_BeyondTheAliveLimit_HoldsNothingBack()
    {
        var policy = Policy.Default with { AliveLimitMs = 8_000 };
        var alive = Walk.InGrace().On(new SignOfLife("i1"), 6_000, policy);
        var held = Expire(alive, 7_000, policy: policy).Session;
        Assert.InRange(DeadlineOf(held), 9_000, 9_000 + (8_000 * Lifecycle.Rules.LimitSpread)); // and not at 12 s, a grace window after the sign

        var over = Expire(held, DeadlineOf(held), policy: policy);
        Assert.Equal(AppState.Disconnected, over.Session.State);
        Assert.IsType<SessionUnattached>(Assert.Single(over.Of<TellApp>()).Event);
        Assert.Equal(Reasons.AliveUnattached, over.Session.Decide(new SignOfLife("i1"), 12_000, policy).Outcome.Reason);
    }

    [Fact]
    public void Webhook_AnsweredByTheProcessThatHoldsTheSession_IsASignOfLife()
    {
        var held = Walk.Resurrecting().Decide(new AttemptSent(Walk.Resurrecting().Run!.Id, 1, WebhookResult.FromStatus(202) with { HeldBy = "i1" }), 10_000);

        Assert.Equal((AppState.GracePeriod, Reasons.HeldByApp), (held.Session.State, held.Outcome.Reason));
        Assert.Equal(1, held.Session.Tally.FalseResurrections);
        Assert.Contains(held.Of<TellApp>(), tell => tell.Event is OutcomeReported { Result.Verdict: WebhookVerdict.Accepted });
    }

    [Fact]
    public void Webhook_AnsweredByAnotherProcess_IsAnsweredAsAlways() =>
        Assert.Equal(Reasons.WebhookAccepted, Walk.Resurrecting().Decide(
            new AttemptSent(Walk.Resurrecting().Run!.Id, 1, WebhookResult.FromStatus(202) with { HeldBy = "i2" }), 10_000).Outcome.Reason);

    // Thirteen sessions were begun anew in the other process while theirs lived, and the counter said nothing of it.
    [Fact]
    public void Resurrection_WhoseOldProcessShowsItselfLater_WasFalse_Once()
    {
        var replaced = Walk.Resurrecting().Answered(WebhookResult.FromStatus(202), 10_000).On(new Connected("c2", "i2", NegotiatedAt: Walk.Start.AddSeconds(10)), 10_500);
        Assert.Equal((0, "i1"), (replaced.Tally.FalseResurrections, replaced.WrittenOff));

        var woken = new Connected("c3", "i1", NegotiatedAt: Walk.Start.AddSeconds(60));
        var late = replaced.Decide(woken, 60_000);
        Assert.Equal((Reasons.Superseded, 1), (late.Outcome.Reason, late.Session.Tally.FalseResurrections));
        Assert.Single(Observations.Of(replaced, woken, late), o => o is FalseFound);
        Assert.Equal(1, late.Session.On(new SignOfLife("i1"), 61_000).Tally.FalseResurrections);
    }
}

using static Lifecycle.Tests.Apps.GateWalk;

namespace Lifecycle.Tests.Apps;

/// <summary>How an app is told of stops.</summary>
public sealed class StopTests
{
    static readonly WebhookResult refused = WebhookResult.FromFailure(WebhookFailure.Refused);

    // 284 sessions were stopped at once, and their app got 284 webhooks within one second.
    [Fact]
    public void Stops_AreTold_AtThePace_WithoutABurst()
    {
        var (gate, slots) = (Well(), new List<DateTimeOffset>());
        for (var n = 0; n < 284; n++)
        {
            var decision = gate.Decide(new StopAsked($"s{n}"), 1_000);
            gate = decision.Gate;
            slots.Add(decision.Admission!.At);
        }

        Assert.Equal(Enumerable.Range(0, 284).Select(n => At(1_000 + (50 * n))), slots);
    }

    [Fact]
    public void Stops_HoldUpNobody_WhoWantsTheApp()
    {
        var stopping = Enumerable.Range(0, 284).Aggregate(Well(), (gate, n) => gate.On(new StopAsked($"s{n}"), 1_000));
        Assert.Equal(At(1_000), stopping.Admission("w", 1_000, lostMs: null, RunReason.Start).At);
    }

    // Each of them was tried three times, though nobody had listened for minutes.
    [Fact]
    public void AStop_OfAnAppThatIsAway_IsTriedOnce_AndThenDroppedAndCounted()
    {
        var asked = Open().Decide(new StopAsked("s"), 1_000);
        Assert.True(asked.Admission!.Goes());
        var failed = asked.Gate.Decide(new StopAsked("s", 1, refused), 2_000);
        Assert.Equal((AdmissionKind.Refuse, Reasons.AppUnreachable), (failed.Admission!.Kind, failed.Admission.Reason));
        Assert.Equal(1, failed.Gate.Tally.StopsDropped);
        Assert.Equal([new StopDropped(Reasons.AppUnreachable)], Observations.Of(asked.Gate, failed));
    }

    [Fact]
    public void AStop_OfAnAppThatIsWell_IsTriedThreeTimes()
    {
        Assert.True(Well().Decide(new StopAsked("s", 2, Away), 1_000).Admission!.Goes());
        var last = Well().Decide(new StopAsked("s", 3, Away), 1_000);
        Assert.Equal((Reasons.AttemptFailed, 1), (last.Admission!.Reason, last.Gate.Tally.StopsDropped));
        Assert.True(Well().Decide(new StopAsked("s", 1, WebhookResult.FromStatus(404)), 1_000).Admission!.Goes());
        Assert.False(Well().Decide(new StopAsked("s", 1, WebhookResult.FromStatus(400)), 1_000).Admission!.Goes());
    }

    [Fact]
    public void StopsThatNobodyHears_OpenTheBreaker_AndThoseThatAreAnsweredBadlyDoNot()
    {
        AppGate After(WebhookResult result) => Enumerable.Range(0, 9).Aggregate(
            Well(), (gate, n) => gate.On(new StopAsked($"s{n}"), 1_000).On(new StopAsked($"s{n}", 1, result), 2_000));
        Assert.True(After(refused).Breaker.IsOpen);
        Assert.Equal(0, After(Away).Breaker.FailuresInRow);
    }

    [Fact]
    public void AStop_ThatIsDroppedTwice_CountsOnce()
    {
        var dropped = Open().On(new StopAsked("s", 1, refused), 1_000).On(new StopAsked("s", 1, refused), 1_100);
        Assert.Equal(1, dropped.Tally.StopsDropped);
    }

    // 284 stops that nobody heard pushed the reports of other webhooks out of what the gate remembers, and left it busy for as long as they took.
    [Fact]
    public void Stops_PushOutNoWebhook_AndKeepNothingOpen()
    {
        var well = Well();
        var stopped = Enumerable.Range(0, 284).Aggregate(well, (gate, n) => gate.On(new StopAsked($"s{n}", 1, Away), 60_000));
        Assert.Equal(well.Reported, stopped.Reported);
        Assert.Equal(well.BusyAt, stopped.BusyAt);
    }

    [Fact]
    public void AFailure_ThatIsToldTwice_CountsOnce()
    {
        var asked = Enumerable.Range(0, 9).Aggregate(Well(), (gate, _) => gate.On(new StopAsked("s", 1, refused), 1_000));
        Assert.Equal(1, asked.Breaker.FailuresInRow);
    }

    // A stop that waits for its turn must not stop what was started meanwhile.
    [Fact]
    public void AStop_IsNotToldAnyMore_WhenTheSessionWasStartedAgain()
    {
        var running = new AppSession { State = AppState.Running, CorrelationId = "new" };
        Assert.False(Lifecycle.Rules.IsStopInForce(running, "old"));
        Assert.True(Lifecycle.Rules.IsStopInForce(running with { State = AppState.Stopped }, "old"));
        Assert.True(Lifecycle.Rules.IsStopInForce(AppSession.None, "old"));
    }
}

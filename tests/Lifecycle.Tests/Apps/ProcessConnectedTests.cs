using static Lifecycle.Tests.Apps.GateWalk;

namespace Lifecycle.Tests.Apps;

/// <summary>An app whose webhooks are relayed is there again: nobody waits for a time that was set while nobody was.</summary>
public sealed class ProcessConnectedTests
{
    static readonly WebhookResult nobody = WebhookResult.FromFailure(WebhookFailure.NobodyConnected);
    static readonly ProcessConnected connected = new();

    static OutcomeReported Nobody(string webhook, string? session = null) =>
        new(webhook, nobody) { SessionId = session, RunId = session is null ? null : "r" };

    // Five sessions found nobody, and others wait.
    static AppGate Away(int waiting = 10)
    {
        var open = Enumerable.Range(0, 5).Aggregate(AppGate.New, (gate, n) => gate.On(Ask($"f{n}")).On(Nobody($"f{n}")));
        return Enumerable.Range(0, waiting).Aggregate(open, (gate, n) => gate.On(Ask($"w{n}").By($"s{n}"), 1_000));
    }

    static string[] Called(AppDecision decision) => [.. decision.Effects.OfType<CallUp>().Where(call => call.At is null).Select(call => call.SessionId)];

    [Fact]
    public void WhileTheBreakerIsOpen_TheProbeGoesNow()
    {
        var away = Away();
        Assert.True(away.Breaker.IsOpen);
        Assert.True(away.ProbeFrom > At(2_000));
        var decision = away.Decide(connected, 2_000);
        Assert.Equal(["s0"], Called(decision));
        Assert.Equal(At(2_000), decision.Gate.ProbeFrom);
        Assert.True(decision.Gate.Decide(Ask("w0").By("s0"), 2_000).Admission is { Kind: AdmissionKind.Go, Probe: true });
        Assert.Null(AppRules.HopelessUntil(away.On(connected, 3_000_000), At(3_000_000), Policy.Default)); // a start is taken, however long it was away
    }

    // The probe read that nobody is there a moment before somebody was.
    [Fact]
    public void AProbe_ThatFoundNobodyAMomentBefore_IsMadeAgainAtOnce()
    {
        var probing = Away().On(Ask("w0").By("s0"), 6_000);
        Assert.NotNull(probing.Breaker.Probe);
        var meanwhile = probing.Decide(connected, 6_010);
        Assert.Empty(Called(meanwhile));
        var reported = meanwhile.Gate.Decide(Nobody("w0", "s0"), 6_050);
        Assert.True(reported.Gate.ProbeFrom <= At(6_050));
        Assert.Single(Called(reported));
        // A later one counts as any failure.
        var later = reported.Gate.On(Ask("w1").By("s1"), 6_100).Decide(Nobody("w1", "s1"), 6_200);
        Assert.Equal(At(6_100 + Policy.Default.ProbeFloorMs), later.Gate.ProbeFrom);
    }

    // Whoever dies of each webhook would get one whenever it comes up.
    [Fact]
    public void WhereTheLastOneWasAskedAndFailed_TheProbeKeepsItsLeastSpacing()
    {
        var probed = Away().On(Ask("w0").By("s0"), 120_000).On(new OutcomeReported("w0", WebhookResult.FromFailure(WebhookFailure.Timeout)), 125_000);
        var again = probed.Decide(connected, 125_100);
        Assert.Equal(At(125_100), again.Gate.ProbeFrom); // the least spacing counts from the probe's start
        var soon = again.Gate.On(Ask("w1").By("s1"), 125_100).On(new OutcomeReported("w1", WebhookResult.FromStatus(500)), 125_200).Decide(connected, 126_000);
        Assert.Equal(At(125_100 + Policy.Default.ProbeFloorMs), soon.Gate.ProbeFrom);
    }

    [Fact]
    public void WhileTheBreakerIsClosed_ThoseWhoFoundNobodyAreCalled()
    {
        var gate = AppGate.New.On(Ask("a").By("a")).On(Nobody("a", "a"), 50).On(Ask("b").By("b"), 60).On(Nobody("b", "b"), 90);
        Assert.False(gate.Breaker.IsOpen);
        Assert.Equal(["a", "b"], Called(gate.Decide(connected, 2_000)).Order());
    }

    // The app had answered a moment before its process died, and what it had answered counted for the sessions that it left behind.
    [Fact]
    public void OfAnAppThatAnsweredAMomentBefore_ThoseWhoFoundNobodyAreCalledToo()
    {
        var gate = Well().On(Ask("a", RunReason.Start, null).By("a"), 1_000).On(Nobody("a", "a"), 1_050);
        Assert.Equal(["a"], gate.Waiting.Select(waiter => waiter.SessionId));
        Assert.Equal(["a"], Called(gate.Decide(connected, 2_000)));
    }

    [Fact]
    public void OneThatWasLetGoBefore_AndFoundNobody_IsCalledAtOnce()
    {
        var gate = AppGate.New.On(Ask("a").By("a")).On(connected, 20);
        Assert.Equal(["a"], Called(gate.Decide(Nobody("a", "a"), 50)));
        Assert.Empty(Called(AppGate.New.On(connected).On(Ask("a").By("a"), 20).Decide(Nobody("a", "a"), 50)));
    }

    [Fact]
    public void WhatTheProcessesBeforeItAskedFor_WentWithThem()
    {
        var held = AppGate.New.On(Ask("a").By("a")).On(new OutcomeReported("a", WebhookResult.FromStatus(503, TimeSpan.FromMinutes(4))), 100);
        Assert.False(held.Admission("b", 200).Goes());
        Assert.True(held.On(connected, 300).Admission("b", 400).Goes());
    }

    [Fact]
    public void WhenNobodyWaits_NothingHappens_AndItIsNoSignThatSomebodyDoes()
    {
        var decision = AppGate.New.Decide(connected);
        Assert.Empty(decision.Effects);
        Assert.Null(decision.Gate.BusyAt);
        Assert.Equal(AppGate.New with { ConnectedAt = At(0) }, decision.Gate);
    }

    [Fact]
    public void NobodyThere_IsAsARefusedConnection()
    {
        Assert.Equal((WebhookVerdict.ComingBack, true), (nobody.Verdict, nobody.IsUnheard));
        Assert.True(Away(0).Breaker.IsOpen);
    }
}

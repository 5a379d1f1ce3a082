namespace Lifecycle.Tests.Apps;

/// <summary>What the gate makes of faults that are not the app's: a service that is away, a system that was, and an app that lives and cannot attach.</summary>
public sealed class AppRulesEvidenceTests
{
    static AdmissionReturned Away(string webhook, string name = "a1") => new(webhook) { Away = name };

    static AdmissionAsked Late(string id, double dueMs, RunReason reason = RunReason.Resurrection) => GateWalk.Ask(id, reason).By(id) with { DueAt = GateWalk.At(dueMs) };

    [Fact]
    public void Return_BecauseTheServiceIsAway_AdmitsNobodyForAMoment()
    {
        var gate = GateWalk.Well().On(GateWalk.Ask("w1")).On(Away("w1"), 1_000);

        var wait = gate.Admission("w2", 2_000);
        Assert.Equal((AdmissionKind.Wait, true), (wait.Kind, wait.Away));
        Assert.True(wait.At >= GateWalk.At(6_000));
        Assert.True(gate.Admission("w3", 6_001).Goes());
    }

    [Fact]
    public void Return_BecauseTheServiceIsAway_IsNoFailureAndItsWebhookCanBeAskedForAgain()
    {
        var gate = GateWalk.Well().On(GateWalk.Ask("w1"));
        var after = gate.On(Away("w1"), 1_000);

        Assert.Equal((gate.Tally.Failed, gate.Breaker.IsOpen), (after.Tally.Failed, after.Breaker.IsOpen));
        Assert.True(after.Admission("w1", 7_000).Goes());
    }

    // The copy ended the loss that the first one had told of nothing.
    [Fact]
    public void Return_ThatComesTwice_ChangesNothingTheSecondTime()
    {
        var gate = AppGate.New.On(GateWalk.Ask("w1").By("s1")).On(Away("w1"), 1_000);
        var copy = gate.Decide(Away("w1"), 3_000);

        Assert.Equal(gate with { BusyAt = copy.Gate.BusyAt }, copy.Gate);
        Assert.Empty(copy.Effects);
    }

    [Fact]
    public void Return_OfAProbe_LeavesTheNextOneFreeToLook()
    {
        var open = GateWalk.Open();
        var probing = open.On(GateWalk.Ask("p1"), 60_000);
        Assert.NotNull(probing.Breaker.Probe);

        var after = probing.On(Away("p1"), 61_000);
        Assert.Null(after.Breaker.Probe);
        Assert.True(after.Admission("p2", 66_001).Probe);
    }

    // An app was away beyond the horizon when the SignalR service went away for a minute: each probe that was held back doubled the time to the next one as if it had been
    // refused. Both were well again, and every session of the app waited for a day.
    [Fact]
    public void Return_OfProbesPastTheHorizon_LeavesTheirSpacingAsItWas()
    {
        var (gate, at) = (GateWalk.Open(), Policy.Default.HorizonMs + 60_000.0);
        gate = gate.On(GateWalk.Ask("p"), at).On(new OutcomeReported("p", GateWalk.Away), at);
        at += gate.Breaker.SpacingMs;
        for (var n = 0; n < 20; n++)
        {
            at += 6_000;
            gate = gate.On(GateWalk.Ask($"p{n}"), at);
            Assert.NotNull(gate.Breaker.Probe);
            gate = n % 2 == 0 ? gate.On(Away($"p{n}", $"a{n}"), at) : gate.On(new AdmissionReturned($"p{n}"), at);
        }

        Assert.InRange(gate.On(GateWalk.Ask("q"), at + 6_000).Breaker.SpacingMs, 1, at + 20_000 - Policy.Default.HorizonMs);
    }

    [Fact]
    public void Ask_AMomentAfterTheServiceWasAway_SaysThatNoHorizonPasses()
    {
        var gate = GateWalk.Open().On(GateWalk.Ask("p1"), 60_000).On(Away("p1"), 61_000).On(GateWalk.Ask("p2"), 67_000);

        Assert.True(gate.Admission("w", 80_000).Away);
        Assert.False(gate.Admission("w", 92_000).Away);
    }

    // The host was back after 20 s, and the first of the questions that had waited for it went out at once.
    [Fact]
    public void Ask_ThatWaitedForAHost_HoldsTheAppForAWholeGraceWindow()
    {
        var gate = GateWalk.Well();
        var first = gate.Decide(Late("w1", 0), 20_000);

        Assert.Equal(AdmissionKind.Wait, first.Admission!.Kind);
        Assert.Equal(AdmissionKind.Wait, first.Gate.Decide(Late("w2", 19_000), 20_100).Admission!.Kind);
        Assert.True(first.Gate.Decide(Late("w3", 26_001), 26_001).Admission!.Goes());
    }

    [Theory]
    [InlineData(9_000, true)]
    [InlineData(9_001, false)]
    public void Ask_ThatStoodInALine_IsNotLate(double lateMs, bool goes) =>
        Assert.Equal(goes, GateWalk.Well().Decide(Late("w1", 0), lateMs).Admission!.Goes());

    [Fact]
    public void Ask_OfAStart_IsHeldForNobodysLateness() =>
        Assert.True(GateWalk.Well().Decide(Late("w1", 0, RunReason.Start), 20_000).Admission!.Goes());

    // A copy of a question, long under way, held every session of the app.
    [Fact]
    public void Ask_WhoseWebhookIsKnown_SaysNothingOfLateness()
    {
        var gate = AppGate.New.On(Late("w1", 0), 0);

        Assert.Null(gate.On(Late("w1", 0), 20_000).LateAt);
        Assert.Null(GateWalk.Well().On(Late("w0", 0), 20_000).LateAt);
    }

    [Fact]
    public void Ask_LateAgainWithinAMinute_IsSlownessAndNotAbsence()
    {
        var gate = GateWalk.Well().On(Late("w1", 0), 20_000);

        Assert.Equal(GateWalk.At(20_000), gate.On(Late("w2", 10_000), 50_000).LateAt);
        Assert.Equal(GateWalk.At(90_000), gate.On(Late("w3", 60_000), 90_000).LateAt);
    }

    [Fact]
    public void Unattached_OfManySessions_IsToldOnce()
    {
        var first = AppGate.New.Decide(new SessionUnattached("u1"));
        Assert.Equal(OwnerNoticeKind.AliveUnattached, Assert.Single(first.Effects.OfType<TellOwner>()).Kind);

        Assert.Empty(first.Gate.Decide(new SessionUnattached("u2"), 1_000).Effects);
        Assert.Empty(first.Gate.Decide(new SessionUnattached("u1"), 1_000).Effects);
    }

    // Its webhook took every request, so that its owner was told four times that it was back and could not attach.
    [Fact]
    public void Unattached_WhenTheAppAcceptsAWebhook_IsNotOver()
    {
        var told = AppGate.New.On(new SessionUnattached("u1")).On(GateWalk.Ask("w1"), 1_000);
        var accepted = told.Decide(new OutcomeReported("w1", GateWalk.Accepted), 1_500);
        Assert.True(accepted.Gate.Incident!.IsOpen);
        Assert.Empty(accepted.Effects.OfType<TellOwner>());

        var attached = accepted.Gate.Decide(new AppAttached("w1", AfterWebhook: true), 2_000);
        Assert.False(attached.Gate.Incident!.IsOpen);
        Assert.Equal(OwnerNoticeKind.Recovered, Assert.Single(attached.Effects.OfType<TellOwner>()).Kind);
    }

    // The sweep told the gate every 30 s that time had passed, and nothing could come of it.
    [Fact]
    public void Unattached_WhileItIsOpen_IsNotOverdue()
    {
        var told = AppGate.New.On(new SessionUnattached("u1"));

        Assert.False(AppRules.IsOverdue(told, GateWalk.At(200_000), Policy.Default));
        Assert.True(AppRules.IsOverdue(told, GateWalk.At(Policy.Default.HorizonMs + 1), Policy.Default));
        Assert.False(told.On(new TimePassed(), Policy.Default.HorizonMs + 1).Incident!.IsOpen);
    }
}

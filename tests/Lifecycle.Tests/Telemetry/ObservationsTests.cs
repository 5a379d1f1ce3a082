namespace Lifecycle.Tests.Telemetry;

public sealed class ObservationsTests
{
    static readonly WebhookResult accepted = WebhookResult.FromStatus(202);

    static Observation[] Of(AppSession before, SessionEvent @event, double atMs = 20_000, Policy? policy = null) =>
        [.. Observations.Of(before, @event, before.Decide(@event, atMs, policy))];

    [Fact]
    public void Of_FirstAttach_IsAConnectAndEndsTheStart() =>
        Assert.Equal(
            [new AttachObserved(false, Reasons.Connect, Blame.Platform), new RunEnded(RunReason.Start, RunOutcome.NotNeeded, Blame.Platform)],
            Of(Walk.In(AppState.Starting), new Connected("c1", "i1")));

    [Fact]
    public void Of_Loss_IsAGrace() =>
        Assert.Equal([new GraceBegan(Reasons.SocketLost)], Of(Walk.Running(), new Disconnected("c1")));

    [Fact]
    public void Of_LossFoundByReconciliation_SaysSo() =>
        Assert.Equal([new GraceBegan(Reasons.ConnectionMissing)], Of(Walk.Running(), new ConnectionMissing("c1", Walk.Running().Epoch)));

    [Fact]
    public void Of_AttachInGrace_IsAReconnectWithItsLatency() =>
        Assert.Equal(
            [new DurationObserved(Measurement.ReconnectLatency, TimeSpan.FromSeconds(3), TimerKind.None), new AttachObserved(true, Reasons.Reconnect, Blame.Network)],
            Of(Walk.InGrace(), new Connected("c2", "i1", Reconnect: true), 4_000));

    [Fact]
    public void Of_Expiry_MeasuresHowLateTheTimerWas() =>
        Assert.Equal(
            [
                new DurationObserved(Measurement.TimerLateness, TimeSpan.FromSeconds(0.5), TimerKind.Grace),
                new GraceExpired(AppState.Disconnected, Blame.App),
            ],
            Of(Walk.InGrace(), new TimerFired(TimerKind.Grace, Walk.InGrace().Epoch), 7_500));

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void Of_AppsThatDoNotStay_AreCountedFromTheSecondLossOn(int times, bool counts)
    {
        var walk = Rules.CrashLoopWalk.Lost(times - 1);
        walk.Attach();
        walk.Lose(300);
        var lost = walk.Session;
        var observed = Observations.Of(lost, new TimerFired(TimerKind.Grace, lost.Epoch), walk.Expire()).ToList();
        Assert.Equal(counts, observed.Contains(new CrashLoopObserved(CrashLoopPhase.Lost)));
        Assert.Contains(new GraceExpired(counts ? AppState.Backoff : AppState.Disconnected, Blame.App), observed);
    }

    [Fact]
    public void Of_AnAppThatStaysAgain_IsStable()
    {
        var walk = Rules.CrashLoopWalk.Lost(2);
        walk.Attach();
        var attached = walk.Session;
        var stable = new TimerFired(TimerKind.Stable, attached.Epoch);
        Assert.Equal([new CrashLoopObserved(CrashLoopPhase.Stable)], Observations.Of(attached, stable, walk.Decide(stable, 60_000)));
    }

    [Fact]
    public void Of_FreshAttachAfterAWebhook_IsASuccess() =>
        Assert.Contains(
            new RunEnded(RunReason.Resurrection, RunOutcome.Succeeded, Blame.App),
            Of(Walk.Resurrecting().Answered(accepted, 10_100), new Connected("c2", "i2")));

    [Fact]
    public void Of_OldProcessAfterAWebhook_IsAFalseResurrection() =>
        Assert.Contains(
            new RunEnded(RunReason.Resurrection, RunOutcome.False, Blame.Network),
            Of(Walk.Resurrecting().Answered(accepted, 10_100), new Connected("c2", "i1", Reconnect: true)));

    [Fact]
    public void Of_AttachBeforeAnyWebhook_WasNotNeeded() =>
        Assert.Contains(new RunEnded(RunReason.Resurrection, RunOutcome.NotNeeded, Blame.App), Of(Walk.Disconnected(), new Connected("c2", "i2"), 8_000));

    [Fact]
    public void Of_Eviction_TellsTheReasonAndEndsTheRun()
    {
        var gone = new AttemptSent(Walk.Resurrecting().Run!.Id, 1, WebhookResult.FromStatus(410));
        Assert.Equal(
            [new SessionEvicted(Reasons.AppGone, Blame.App), new RunEnded(RunReason.Resurrection, RunOutcome.Evicted, Blame.App)], Of(Walk.Resurrecting(), gone));
    }

    [Fact]
    public void Of_Stop_EndsTheRun() =>
        Assert.Contains(new RunEnded(RunReason.Resurrection, RunOutcome.Stopped, Blame.Platform), Of(Walk.Disconnected(), new StopRequested("test")));

    [Fact]
    public void Of_StartWhileDisconnected_EndsTheRunForAnother() =>
        Assert.Contains(new RunEnded(RunReason.Resurrection, RunOutcome.Restarted, Blame.Platform), Of(Walk.Disconnected(), new StartRequested()));

    [Fact]
    public void Of_AppThatDeclaresItselfFresh_CountsAsAConnectToo() =>
        Assert.Equal(
            [new AttachObserved(false, Reasons.DeclaredFresh, Blame.App)],
            Of(Walk.InGrace().On(new Connected("c2", "i1"), 4_000), new Initialized("c2", Reconnect: false), 4_100));

    public static TheoryData<SessionEvent, StaleKind> StaleInGrace() => new()
    {
        { new Disconnected("c0"), StaleKind.Disconnected },
        { new Connected("c1"), StaleKind.Connected },
        { new Connected("c9", "i1", TokenEpoch: 0), StaleKind.Token },
        { new TimerFired(TimerKind.Grace, 0), StaleKind.Timer },
        { new RunMissing("r0"), StaleKind.Run },
        { new ConnectionFound(0), StaleKind.Look },
    };

    [Theory]
    [MemberData(nameof(StaleInGrace))]
    public void Of_WhatIsStale_IsCountedByItsKind(SessionEvent @event, StaleKind kind) => Assert.Equal([new StaleArrived(kind)], Of(Walk.InGrace(), @event, 2_000));

    [Fact]
    public void Of_MessageThatComesTwice_IsCountedOnceAndThenAsStale()
    {
        var posted = new MessagePosted("m1", "1");
        Assert.Equal([new MessageObserved(MessageOutcome.Buffered)], Of(Walk.InGrace(), posted, 2_000));
        Assert.Equal([new StaleArrived(StaleKind.Request)], Of(Walk.InGrace().On(posted, 2_000), posted, 2_100));
    }

    [Fact]
    public void Of_MessageToNobody_IsRefused() =>
        Assert.Equal([new MessageObserved(MessageOutcome.Refused)], Of(AppSession.None, new MessagePosted("m1", "1")));

    [Fact]
    public void Of_IncidentThatOpensTheBreakerLater_Escalates()
    {
        var gate = AppGate.New;
        var phases = new List<(IncidentCause, IncidentPhase)>();
        void Tell(AppEvent @event)
        {
            var decision = AppRules.Decide("p", gate, @event, Walk.Start, Policy.Default);
            phases.AddRange(Observations.Of(gate, decision).Cast<IncidentObserved>().Select(o => (o.Cause, o.Phase)));
            gate = decision.Gate;
        }

        for (var i = 0; i < 5; i++)
        {
            Tell(new AdmissionAsked($"wh_{i}", RunReason.Resurrection, false, Walk.Start.AddSeconds(-1)));
        }

        for (var i = 0; i < 5; i++)
        {
            Tell(new OutcomeReported($"wh_{i}", WebhookResult.FromStatus(503)));
        }

        Tell(new OutcomeReported("wh_9", accepted));
        Assert.Equal(
            [
                (IncidentCause.SessionsLost, IncidentPhase.Opened),
                (IncidentCause.Unreachable, IncidentPhase.Escalated),
                (IncidentCause.Unreachable, IncidentPhase.Closed),
            ],
            phases);
    }
}

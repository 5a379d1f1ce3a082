namespace Lifecycle.Tests.Rules;

/// <summary>Apps that are lost soon after they attached: what counts, and what becomes of their restarts.</summary>
public sealed class CrashLoopRulesTests
{
    static AskGate AskOf(Decision decision) => Assert.Single(decision.Of<AskGate>());

    [Fact]
    public void Grace_AfterTheFirstShortLife_RestartsAsEver()
    {
        var walk = CrashLoopWalk.Lost(1);
        Assert.Equal((AppState.Disconnected, 1), (walk.Session.State, walk.Session.Life.Short));
        Assert.Equal(RunPhase.Asking, walk.Session.Run!.Phase);
    }

    // An app that exited 0.3 s after each attach got a webhook every 7.4 s for ever, and nobody was told.
    [Theory]
    [InlineData(2, 17_000, 20_000)]
    [InlineData(3, 34_000, 40_000)]
    [InlineData(8, 510_000, 600_000)]
    public void Grace_AfterAnotherShortLife_WaitsAndTellsTheGate(int times, double least, double most)
    {
        var walk = CrashLoopWalk.Lost(times - 1);
        walk.Attach();
        walk.Lose(300);
        var expired = walk.Expire();

        Assert.Equal((AppState.Backoff, Reasons.CrashLoop, Blame.App), (walk.Session.State, expired.Outcome.Reason, expired.Outcome.Blame));
        var ask = AskOf(expired);
        Assert.InRange((ask.At!.Value - walk.Now).TotalMilliseconds, least, most);
        Assert.Equal((times, walk.Session.Run!.DueAt, RunPhase.Waiting), (ask.Ask.Loop, ask.At, walk.Session.Run.Phase));
        Assert.Equal(walk.Session.Run.DueAt.AddMilliseconds(walk.Policy.HorizonMs), walk.Session.Run.HorizonAt);
        Assert.Equal("s1", Assert.Single(CrashLoopWalk.Told(expired).OfType<SessionLooping>()).SessionId);
    }

    [Fact]
    public void Grace_AfterALongLife_StartsTheCountAnew()
    {
        var walk = CrashLoopWalk.Lost(1);
        walk.Attach();
        walk.Lose(60_000);
        Assert.Equal((AppState.Disconnected, 0), (walk.Expire().Session.State, walk.Session.Life.Short));
    }

    [Fact]
    public void Grace_AfterALongLifeWhoseTimerIsLost_TellsTheGateThatItIsWell()
    {
        var walk = CrashLoopWalk.Lost(2);
        walk.Attach();
        walk.Lose(60_000);
        Assert.Single(CrashLoopWalk.Told(walk.Expire()).OfType<SessionStable>());
        Assert.Equal(AppState.Disconnected, walk.Session.State);
    }

    [Fact]
    public void Reconnect_OfOneProcess_EndsNoLifeAndCostsNothing()
    {
        var walk = new CrashLoopWalk();
        walk.Attach();
        var began = walk.Session.Life.BeganAt;
        for (var n = 0; n < 10; n++)
        {
            walk.Lose(1_000);
            var back = walk.Reconnect(1_000, $"r{n}");
            Assert.Equal(AppState.Running, back.Session.State);
            Assert.Empty(back.Of<ArmTimer>());
            Assert.Empty(CrashLoopWalk.Told(back));
        }

        Assert.Equal(new Life { BeganAt = began }, walk.Session.Life);
    }

    // Its network dropped for longer than the grace window, again and again.
    [Fact]
    public void Reconnect_OfAProcessThatWasWrittenOff_CountsOnce()
    {
        var walk = CrashLoopWalk.Lost(1);
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(Reasons.LateReconnect, walk.Reconnect(2_000, $"r{n}").Outcome.Reason);
            walk.Lose(1_000);
            walk.Expire();
        }

        Assert.Equal((AppState.Disconnected, 1), (walk.Session.State, walk.Session.Life.Short));
    }

    [Fact]
    public void Attach_OfAnotherProcessWithinTheGraceWindow_EndsTheLifeBeforeIt()
    {
        var walk = new CrashLoopWalk();
        walk.Attach();
        walk.Lose(300);
        Assert.Empty(CrashLoopWalk.Told(walk.Attach()));
        walk.Lose(300);
        var second = walk.Attach();

        Assert.Equal((AppState.Running, 2), (second.Session.State, second.Session.Life.Short));
        Assert.Single(CrashLoopWalk.Told(second).OfType<SessionLooping>());
    }

    [Fact]
    public void TakeOver_OfALivingAttachment_CountsNothing()
    {
        var walk = new CrashLoopWalk();
        for (var n = 0; n < 3; n++)
        {
            walk.Attach();
        }

        Assert.Equal(new Life { BeganAt = walk.Now }, walk.Session.Life);
    }

    [Fact]
    public void Adopted_WithinTheGraceWindow_GoesOn()
    {
        var walk = new CrashLoopWalk();
        walk.Attach();
        var began = walk.Session.Life.BeganAt;
        walk.Lose(300);
        Assert.Equal(Reasons.Adopted, walk.Decide(new ConnectionFound(walk.Session.Epoch), 11_000).Outcome.Reason);
        Assert.Equal(new Life { BeganAt = began }, walk.Session.Life);
    }

    [Fact]
    public void Adopted_AfterARestart_IsAnotherLife()
    {
        var walk = CrashLoopWalk.Lost(2);
        var adopted = walk.Decide(new ConnectionFound(walk.Session.Epoch), 11_000);
        Assert.Equal((walk.Now, 2), (walk.Session.Life.BeganAt, walk.Session.Life.Short));
        Assert.Equal((TimerKind.Stable, walk.Now.AddMinutes(1)), Assert.Single(adopted.Of<ArmTimer>()) is var timer ? (timer.Kind, timer.DueAt) : default);
    }

    [Fact]
    public void Attach_DuringTheWait_IsLetIn()
    {
        var walk = CrashLoopWalk.Lost(3);
        var attached = walk.Attach();

        Assert.Equal((AppState.Running, null), (walk.Session.State, walk.Session.Run));
        Assert.Equal("s1", Assert.Single(CrashLoopWalk.Told(attached).OfType<AppAttached>()).SessionId);
        Assert.Equal(new ArmTimer(TimerKind.Stable, walk.Now.AddMinutes(1), walk.Session.Epoch), Assert.Single(attached.Of<ArmTimer>()));
    }

    [Fact]
    public void Start_DuringTheWait_AsksAtOnceAndIsHeldBackByNobody()
    {
        var walk = CrashLoopWalk.Lost(3);
        var woken = walk.Decide(new StartRequested(), 1_000);

        Assert.Equal(Reasons.Woken, woken.Outcome.Reason);
        Assert.Equal((null, 0), (AskOf(woken).At, AskOf(woken).Ask.Loop));
        Assert.Single(CrashLoopWalk.Told(woken).OfType<ProbeWanted>());
    }

    [Fact]
    public void Revive_DuringTheWait_AsksAtOnceAndIsHeldBackByNobody()
    {
        var woken = CrashLoopWalk.Lost(3).Decide(new ReviveRequested(), 1_000);
        Assert.Equal((Reasons.Woken, 0), (woken.Outcome.Reason, AskOf(woken).Ask.Loop));
    }

    [Fact]
    public void Start_WithinTheGraceWindow_IsNotPutOff()
    {
        var walk = CrashLoopWalk.Lost(2);
        walk.Attach();
        walk.Lose(300);
        walk.Decide(new StartRequested(), 10);
        var expired = walk.Expire();

        Assert.Equal((AppState.Disconnected, 3, 0), (walk.Session.State, walk.Session.Life.Short, AskOf(expired).Ask.Loop));
    }

    [Fact]
    public void TryAgain_OfARestart_IsHeldBackByNobody()
    {
        var walk = CrashLoopWalk.Lost(2);
        var ask = AskOf(walk.Decide(new CalledUp(walk.Session.Run!.Id), 30_000));
        Assert.Equal(2, ask.Ask.Loop);
        walk.Decide(AttemptAdmitted.To(ask.Ask, ask.Ask.RunId!, Admission.Go(walk.Now)));
        walk.Decide(new AttemptSent(ask.Ask.RunId!, 1, WebhookResult.FromStatus(503)));
        Assert.Equal(0, AskOf(walk.Decide(new CalledUp(ask.Ask.RunId!), 2_000)).Ask.Loop);
    }

    [Fact]
    public void Wait_ForTheLoopOfTheApp_PassesNoHorizon()
    {
        var walk = CrashLoopWalk.Lost(2);
        var ask = AskOf(walk.Decide(new CalledUp(walk.Session.Run!.Id), 20_000)).Ask;
        for (var hour = 1; hour <= 5; hour++)
        {
            var wait = new Admission(AdmissionKind.Wait, walk.Now.AddHours(1)) { Loop = true };
            var waits = walk.Decide(AttemptAdmitted.To(ask, ask.RunId!, wait));
            Assert.Equal((AppState.Backoff, walk.Now.AddHours(1)), (walk.Session.State, walk.Session.Run!.DueAt));
            ask = AskOf(waits).Ask;
            walk.Decide(new UserCameBack(), 3_600_000);
        }

        Assert.True(walk.Session.Run!.HorizonAt > walk.Now);
    }

    [Fact]
    public void Hold_ByEvidence_ComesFirst()
    {
        var walk = CrashLoopWalk.Lost(2);
        walk.Attach();
        walk.Lose(300);
        var held = walk.Expire(new ServiceSight(false, walk.Now));
        Assert.Equal((AppState.GracePeriod, Reasons.ServiceAway, 2), (walk.Session.State, held.Outcome.Reason, walk.Session.Life.Short));
    }

    [Fact]
    public void Expire_WhileTheUserIsAway_CountsAndHerReturnIsNotPutOff()
    {
        var walk = CrashLoopWalk.Lost(1);
        walk.Attach();
        walk.Decide(new UserWentAway());
        walk.Lose(300);
        Assert.Single(CrashLoopWalk.Told(walk.Expire()).OfType<SessionLooping>());
        Assert.Equal((AppState.Dormant, 2), (walk.Session.State, walk.Session.Life.Short));
        Assert.Equal(AppState.Disconnected, walk.Decide(new UserCameBack(), 1_000).Session.State);
    }

    [Fact]
    public void Expire_WithoutResurrection_CountsAndTells()
    {
        var walk = CrashLoopWalk.Lost(1, policy: Policy.Default with { Resurrect = false });
        walk.Attach();
        walk.Lose(300);
        Assert.Single(CrashLoopWalk.Told(walk.Expire()).OfType<SessionLooping>());
        Assert.Equal((AppState.Disconnected, null), (walk.Session.State, walk.Session.Run));
    }

    [Fact]
    public void Goodbye_IsNoLoss()
    {
        var walk = CrashLoopWalk.Lost(2);
        walk.Attach();
        walk.Decide(new Released(walk.Session.Attachment!.ConnectionId!));
        walk.Lose(300);
        Assert.Empty(CrashLoopWalk.Told(walk.Expire()));
        Assert.Equal((AppState.Stopped, Life.None), (walk.Session.State, walk.Session.Life));
    }

    [Fact]
    public void Stop_ForgetsTheCount()
    {
        var walk = CrashLoopWalk.Lost(2);
        walk.Attach();
        Assert.Equal((AppState.Stopping, Life.None), (walk.Decide(new StopRequested("bye")).Session.State, walk.Session.Life));
    }

    [Fact]
    public void Eviction_KeepsTheCount()
    {
        var walk = CrashLoopWalk.Lost(2);
        var ask = AskOf(walk.Decide(new CalledUp(walk.Session.Run!.Id), 30_000)).Ask;
        walk.Decide(AttemptAdmitted.To(ask, ask.RunId!, Admission.Refuse(walk.Now, Reasons.AppGone)));
        Assert.Equal(AppState.Evicted, walk.Session.State);
        Assert.Equal(new Life { Short = 2 }, walk.Decide(new StartRequested(), 1_000).Session.Life);
    }
}

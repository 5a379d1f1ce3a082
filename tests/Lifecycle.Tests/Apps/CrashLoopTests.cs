namespace Lifecycle.Tests.Apps;

/// <summary>Sessions of one app that attach and are lost again and again, before its gate.</summary>
public sealed class CrashLoopTests
{
    static SessionLooping Lost(string session, int times = 2) => new($"lp_{session}_{times}", session);

    static AdmissionAsked Ask(string session, int loop = 2, int attempt = 1) =>
        GateWalk.Ask($"{session}/{attempt}").By(session) with { Loop = loop };

    /// <summary>So many sessions loop; none has been restarted.</summary>
    static AppGate Looping(int sessions, double atMs = 0) =>
        Enumerable.Range(1, sessions).Aggregate(GateWalk.Well(atMs), (gate, n) => gate.On(Lost($"s{n}"), atMs));

    static IEnumerable<OwnerNoticeKind> Notices(AppDecision decision) => decision.Effects.OfType<TellOwner>().Select(tell => tell.Kind);

    // Ten sessions looped for as long as anybody looked, and nobody was told.
    [Fact]
    public void Looping_OfManySessions_IsOneIncidentAndOneNotice()
    {
        var first = GateWalk.Well().Decide(Lost("s1"));
        Assert.Equal([OwnerNoticeKind.CrashLoop], Notices(first));
        Assert.Equal((IncidentCause.CrashLoop, true), (first.Gate.Incident!.Cause, first.Gate.Incident.IsOpen));
        Assert.Single(first.Effects.OfType<IncidentBegan>());

        Assert.Empty(first.Gate.Decide(Lost("s1", 3), 10_000).Effects);
        Assert.Empty(first.Gate.Decide(Lost("s2"), 20_000).Effects);
    }

    [Fact]
    public void Looping_ThatIsToldTwice_IsOneLoss()
    {
        var told = GateWalk.Well().On(Lost("s1"));
        Assert.Equal(told, told.On(Lost("s1"), 5_000) with { BusyAt = told.BusyAt });
    }

    [Fact]
    public void Looping_WhileSessionsAreLost_IsThatIncident()
    {
        var lost = Enumerable.Range(0, 5).Aggregate(AppGate.New, (gate, n) => gate.On(GateWalk.Ask($"w{n}")));
        var looping = lost.Decide(Lost("s1"), 1_000);
        Assert.Equal((lost.Incident!.Id, IncidentCause.CrashLoop), (looping.Gate.Incident!.Id, looping.Gate.Incident.Cause));
        Assert.Equal([OwnerNoticeKind.CrashLoop], Notices(looping));
    }

    [Fact]
    public void Looping_OfAThousandSessions_RemembersSixteen()
    {
        var gate = Looping(1_000);
        Assert.Equal(CrashLoops.MostSessions, gate.Loops.Sessions.Length);
        var asked = Enumerable.Range(1, 1_000).Aggregate(gate, (g, n) => g.On(Ask($"s{n}"), n));
        Assert.Equal((CrashLoops.MostSessions, CrashLoops.MostSessions), (asked.Loops.Sessions.Length, asked.Loops.Waiting.Count()));
    }

    // A question of the run before came behind that of the run that waits, and the gate called the former when the loop was over: one session of an app that was well again
    // stayed dead for two hours.
    [Fact]
    public void Ask_OfARunBefore_DoesNotTakeThePlaceOfTheOneThatWaits()
    {
        var started = Looping(3).On(Ask("s2"), 500);
        var waits = started.On(Ask("s1", attempt: 2) with { RunId = "r2", Since = GateWalk.At(900) }, 1_000);
        var late = waits.Decide(Ask("s1") with { RunId = "r1", Since = GateWalk.At(100) }, 2_000);

        Assert.Equal(AdmissionKind.Wait, late.Admission!.Kind);
        var called = late.Gate.Decide(new SessionStable("st_3", "s3"), 3_000).Effects.OfType<CallUp>();
        Assert.Equal(["r2"], called.Where(call => call.SessionId == "s1").Select(call => call.RunId));
    }

    // Nobody calls them: they would have waited behind all others for hours.
    [Fact]
    public void Ask_OfTheSeventeenth_ComesBackByItself()
    {
        var gate = Enumerable.Range(1, 17).Aggregate(Looping(20), (g, n) => g.On(Ask($"s{n}"), n));
        var wait = gate.Decide(Ask("s18"), 1_000).Admission!;
        Assert.Equal((true, 0), (wait.Loop, wait.Callable));
        Assert.InRange(wait.At, GateWalk.At(1_000 + 17_000), GateWalk.At(1_000 + 34_000));
        var later = gate.Decide(Ask("s18") with { Since = GateWalk.At(-3_600_000) }, 1_000).Admission!;
        Assert.InRange(later.At, GateWalk.At(1_000 + 17_000), GateWalk.At(1_000 + 34_000));
    }

    [Fact]
    public void Ask_OfTheOneThatLoops_IsHeldBackByItsOwnWaitAlone()
    {
        var gate = Looping(1).On(Ask("s1"));
        Assert.True(gate.Decide(Ask("s1", 3, attempt: 2), 1_000).Admission!.Goes());
    }

    [Fact]
    public void Ask_WhileSeveralLoop_IsAdmittedOneAtATime()
    {
        var first = Looping(2).Decide(Ask("s1"));
        var second = first.Gate.Decide(Ask("s2"), 1_000);

        Assert.True(first.Admission!.Goes());
        Assert.Equal((AdmissionKind.Wait, true, AppRules.OvertakenAtMost, null), (second.Admission!.Kind, second.Admission.Loop, second.Admission.Callable, second.Admission.Ticket));
        Assert.InRange(second.Admission.At, GateWalk.At(17_000), GateWalk.At(20_000));
        Assert.True(second.Gate.Decide(Ask("s2"), 20_000).Admission!.Goes());
    }

    [Fact]
    public void Ask_OfWhoDoesNotLoop_IsNotHeldBack()
    {
        var gate = Looping(2).On(Ask("s1"));
        Assert.True(gate.Decide(GateWalk.Ask("w").By("s9"), 1_000).Admission!.Goes());
        Assert.True(gate.Decide(GateWalk.Ask("w", RunReason.Start, null).By("s2"), 1_000).Admission!.Goes());
    }

    [Fact]
    public void Ask_AfterEachRestart_WaitsForTwiceAsLongUpToTheCap()
    {
        var (gate, at, waits) = (Looping(2), 0.0, new List<double>());
        for (var n = 0; n < 9; n++)
        {
            var webhook = Ask($"s{1 + (n % 2)}", attempt: n);
            gate = gate.On(webhook, at).On(new OutcomeReported(webhook.WebhookId, GateWalk.Accepted), at).On(Lost(webhook.SessionId!, 3 + n), at);
            var wait = gate.Decide(Ask($"s{2 - (n % 2)}", attempt: n), at).Admission!.At - GateWalk.At(at);
            waits.Add(wait.TotalMilliseconds);
            at = Math.Ceiling(at + wait.TotalMilliseconds);
        }

        double[] nominal = [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000, 300_000];
        Assert.All(waits.Zip(nominal), pair => Assert.InRange(pair.First, pair.Second * 1.7, pair.Second * 2));
    }

    // One question that is asked again is one restart.
    [Fact]
    public void Ask_OfTheOneThatWasLetGo_GoesAgain()
    {
        var gate = Looping(2).On(Ask("s1"));
        var again = gate.Decide(Ask("s1"), 10_000);
        Assert.True(again.Admission!.Goes());
        Assert.Equal((gate.Loops.Restarts, gate.Loops.NextAt), (again.Gate.Loops.Restarts, again.Gate.Loops.NextAt));
    }

    [Fact]
    public void Ask_WhileTheBreakerIsOpen_IsAMatterOfTheBreaker()
    {
        var open = Enumerable.Range(1, 2).Aggregate(GateWalk.Open(), (gate, n) => gate.On(Lost($"s{n}")));
        Assert.True(open.Decide(Ask("s1"), 60_000).Admission!.Probe);
        Assert.False(open.Decide(Ask("s1"), 1_000).Admission!.Loop);
    }

    [Fact]
    public void Waiting_OfMany_HaveTheirTurnsInOrder()
    {
        var gate = Looping(4).On(Ask("s1"));
        var waits = new List<DateTimeOffset>();
        foreach (var session in new[] { "s3", "s2", "s4" })
        {
            var asked = gate.Decide(Ask(session), 1_000);
            (gate, waits) = (asked.Gate, [.. waits, asked.Admission!.At]);
        }

        Assert.Equal(waits.Order(), waits);
        Assert.Equal(["s3", "s2", "s4"], gate.Loops.Waiting.Select(w => w.SessionId));
        var first = gate.Decide(Ask("s3"), 1_500);
        Assert.Equal(["s3", "s2", "s4"], first.Gate.Loops.Waiting.Select(w => w.SessionId));
    }

    [Fact]
    public void Waiting_WhenTheFirstAttaches_CallsTheNextForItsTime()
    {
        var gate = Looping(3).On(Ask("s1")).On(Ask("s2"), 1_000).On(Ask("s3"), 1_000);
        var left = gate.Decide(new AppAttached(SessionId: "s2"), 2_000);
        Assert.Equal(new CallUp("s3", "r", gate.Loops.NextAt), Assert.Single(left.Effects.OfType<CallUp>()));
    }

    [Fact]
    public void Waiting_WhoWasCalled_IsTakenForOutOfDate()
    {
        var gate = Looping(2).On(Ask("s1"));
        var wait = gate.Decide(Ask("s2"), 1_000);
        var called = wait.Gate.On(new SessionStable("st_1", "s1"), 2_000);
        var late = called.Decide(Ask("s2") with { Callable = wait.Admission!.Callable }, 20_000);
        Assert.Equal((AdmissionKind.Wait, wait.Admission.Callable - 1), (late.Admission!.Kind, late.Admission.Callable));
    }

    [Fact]
    public void Return_OfARestart_LetsTheNextOneGo()
    {
        var gate = Looping(2).On(Ask("s1")).On(Ask("s2"), 1_000);
        var returned = gate.Decide(new AdmissionReturned("s1/1", SessionId: "s1"), 2_000);
        Assert.Equal(new CallUp("s2", "r"), Assert.Single(returned.Effects.OfType<CallUp>()));
        Assert.Equal(0, returned.Gate.Loops.Restarts);
        Assert.True(returned.Gate.Decide(Ask("s2"), 2_100).Admission!.Goes());
        Assert.Empty(returned.Gate.Decide(new AdmissionReturned("s1/1", SessionId: "s1"), 3_000).Effects.OfType<CallUp>());
    }

    [Fact]
    public void ProbeWanted_LetsTheNextOneGoSoon()
    {
        var gate = Looping(2).On(Ask("s1")).On(Ask("s2"), 1_000);
        var wanted = gate.Decide(new ProbeWanted(), 2_000);
        Assert.Equal(new CallUp("s2", "r", gate.Loops.Restart!.At.AddSeconds(3)), Assert.Single(wanted.Effects.OfType<CallUp>()));
        Assert.True(wanted.Gate.Decide(Ask("s2"), 3_100).Admission!.Goes());
    }

    [Fact]
    public void Answers_OfTheApp_DoNotEndIt()
    {
        var accepted = Looping(2).On(Ask("s1")).Decide(new OutcomeReported("s1/1", GateWalk.Accepted), 500);
        var attached = accepted.Gate.Decide(new AppAttached("s1/1", AfterWebhook: true, SessionId: "s1"), 800);
        Assert.True(attached.Gate.Incident!.IsOpen);
        Assert.Empty(Notices(accepted).Concat(Notices(attached)));
        Assert.False(attached.Gate.Breaker.IsOpen);
    }

    [Fact]
    public void Stable_OfTheFirst_EndsItForAll()
    {
        var gate = Looping(3).On(Ask("s1")).On(Ask("s2"), 1_000).On(Ask("s3"), 1_000);
        var stable = gate.Decide(new SessionStable("st_1", "s1"), 70_000);

        Assert.Equal(["s2", "s3"], stable.Effects.OfType<CallUp>().Where(call => call.At is null).Select(call => call.SessionId));
        Assert.Equal([OwnerNoticeKind.Recovered], Notices(stable));
        Assert.Equal((CrashLoops.None, false), (stable.Gate.Loops, stable.Gate.Incident!.IsOpen));
        var second = stable.Gate.On(Ask("s2"), 70_100);
        Assert.True(second.Decide(Ask("s3"), 70_100).Admission!.Goes());
        Assert.Empty(stable.Gate.Decide(new SessionStable("st_2", "s2"), 80_000).Effects);
    }

    // A copy that was long under way would have ended the next loop as it began.
    [Fact]
    public void Stable_ThatIsToldTwice_EndsNothingThatCameAfterIt()
    {
        var again = Looping(2).On(new SessionStable("st_1", "s1"), 70_000).On(Lost("s2", 5), 80_000);
        Assert.True(again.On(new SessionStable("st_1", "s1"), 90_000).Loops.IsOpen);
    }

    [Fact]
    public void Stable_WhileTheBreakerIsOpen_LeavesTheOutage()
    {
        var open = GateWalk.Open().On(Lost("s1"), 1_000).Decide(new SessionStable("st_1", "s1"), 2_000);
        Assert.Equal((true, true, false), (open.Gate.Incident!.IsOpen, open.Gate.Breaker.IsOpen, open.Gate.Loops.IsOpen));
        Assert.Empty(Notices(open));
    }

    // Its sessions were stopped while they looped: nobody would ever have said that it is over.
    [Fact]
    public void Quiet_WhenNobodyLoopsForLong_EndsIt()
    {
        var gate = Looping(2).On(Ask("s1")).On(Ask("s2"), 1_000);
        var quiet = CrashLoop.QuietAfter(Policy.Default).TotalMilliseconds;
        Assert.False(AppRules.IsOverdue(gate, GateWalk.At(quiet), Policy.Default));
        Assert.True(AppRules.IsOverdue(gate, GateWalk.At(quiet + 1), Policy.Default));
        var ended = gate.Decide(new TimePassed(), quiet + 1);
        Assert.Equal([OwnerNoticeKind.Recovered], Notices(ended));
        Assert.Single(ended.Effects.OfType<CallUp>());
        Assert.False(AppRules.IsOverdue(ended.Gate, GateWalk.At(quiet + 2), Policy.Default));
    }

    [Fact]
    public void Looping_OfAnother_ForgetsWhoHasNotLoopedForLong()
    {
        var quiet = CrashLoop.QuietAfter(Policy.Default).TotalMilliseconds;
        var gate = Looping(2).On(Lost("s2", 3), quiet - 1).On(Lost("s2", 4), quiet + 1_000);
        Assert.Equal(["s2"], gate.Loops.Sessions.Select(session => session.SessionId));
    }

    [Fact]
    public void Clock_ThatIsSetBack_HoldsNobodyUpForLongerThanAWait()
    {
        var gate = Looping(2).On(Ask("s1"));
        var wait = gate.Decide(Ask("s2"), -7_200_000).Admission!;
        Assert.True(wait.At <= GateWalk.At(-7_200_000 + 602_000), $"{wait.At}");
    }
}

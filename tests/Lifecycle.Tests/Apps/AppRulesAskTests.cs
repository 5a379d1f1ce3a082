using static Lifecycle.Tests.Apps.GateWalk;

namespace Lifecycle.Tests.Apps;

/// <summary>Who may send a webhook, and when.</summary>
public sealed class AppRulesAskTests
{
    static readonly Policy atPace = Policy.Default with { PaceCeiling = 0 };

    [Fact]
    public void Ask_OfAnAppThatHasNotAnswered_LetsThreeGoAndTheOthersWait()
    {
        var (gate, admissions) = (AppGate.New, new List<Admission>());
        for (var n = 0; n < 10; n++)
        {
            var decision = gate.Decide(Ask($"w{n}"));
            (gate, _) = (decision.Gate, decision);
            admissions.Add(decision.Admission!);
        }

        Assert.Equal(3, admissions.Count(a => a.Goes()));
        Assert.All(admissions.Skip(3), a => Assert.Equal(AdmissionKind.Wait, a.Kind));
        Assert.Equal(Enumerable.Range(0, 7), admissions.Skip(3).Select(a => a.Ticket!.Place));
        Assert.Equal(IncidentCause.SessionsLost, gate.Incident?.Cause);
    }

    [Fact]
    public void Ask_ThatIsRepeated_GetsTheSameAnswer()
    {
        var gate = Enumerable.Range(0, 3).Aggregate(AppGate.New, (g, n) => g.On(Ask($"w{n}")));
        Assert.True(gate.Admission("w1", 10).Goes());
        Assert.False(gate.Admission("w9", 10).Goes());
        Assert.Equal(3, gate.On(Ask("w1"), 10).Flights.Length);
    }

    [Fact]
    public void Ask_ForSessionsLostAfterTheLastAnswer_IsUnprovenAgain()
    {
        var gate = Enumerable.Range(1, 3).Aggregate(Well(0), (g, n) => g.On(Ask($"w{n}", lostMs: 1_000), 7_000));
        Assert.False(gate.Admission("w9", 7_000, lostMs: 1_000).Goes());
        Assert.True(gate.Admission("w9", 7_000, lostMs: -1_000).Goes());
    }

    [Fact]
    public void Ask_LongAfterTheLastAnswer_IsUnprovenAgain()
    {
        var gate = Enumerable.Range(1, 3).Aggregate(Well(0), (g, n) => g.On(Ask($"w{n}", RunReason.Start, null), 61_000));
        Assert.False(gate.Admission("w9", 61_000, null, RunReason.Start).Goes());
    }

    [Fact]
    public void Ask_OfAnAppThatIsWell_IsPacedWithABurst()
    {
        var (gate, slots) = (Well(), new List<DateTimeOffset>());
        for (var n = 1; n <= 40; n++)
        {
            var decision = gate.Decide(Ask($"w{n}"), 1_000);
            gate = decision.Gate;
            slots.Add(decision.Admission!.At);
        }

        Assert.Equal(20, slots.Count(slot => slot == At(1_000)));
        Assert.Equal(At(2_000), slots[39]);
    }

    [Fact]
    public void Ask_FarFromItsTurn_GetsATicketAndNoSlot()
    {
        // A slot that was given out is used even when the app goes away meanwhile: none is given for minutes ahead.
        var (gate, answers) = (Well(), new List<Admission>());
        for (var n = 1; n <= 500; n++)
        {
            var decision = gate.Decide(Ask($"w{n}"), 1_000, atPace);
            gate = decision.Gate;
            answers.Add(decision.Admission!);
        }

        Assert.All(answers.Where(a => a.Goes()), a => Assert.True(a.At <= At(1_000) + AppRules.SlotLead + TimeSpan.FromMilliseconds(50)));
        Assert.InRange(answers.Count(a => a.Goes()), 55, 75);
        Assert.All(answers.Where(a => !a.Goes()), a => Assert.True(a.Moving));
        Assert.InRange((answers[^1].At - At(1_000)).TotalSeconds, 20, 25);
    }

    // Whoever looked at a session had its slot tens of seconds ahead, and its webhook went out although the app had crashed meanwhile.
    [Fact]
    public void Ask_OfForegroundSessions_GoesFirstAndNoFurtherAhead()
    {
        var gate = Enumerable.Range(1, 500).Aggregate(Well(), (g, n) => g.On(Ask($"w{n}"), 1_000, atPace));
        var answers = new List<Admission>();
        for (var n = 1; n <= 200; n++)
        {
            var decision = gate.Decide(Ask($"f{n}", foreground: true), 1_000, atPace);
            gate = decision.Gate;
            answers.Add(decision.Admission!);
        }

        Assert.All(answers.Where(a => a.Goes()), a => Assert.True(a.At <= At(1_000) + AppRules.SlotLead + TimeSpan.FromMilliseconds(50)));
        Assert.InRange((answers[^1].At - At(1_000)).TotalSeconds, 9, 13); // behind the other foreground sessions, before all others
    }

    // 295 webhooks went out in one second when all sessions of an app were revived.
    [Fact]
    public void Ask_ToStartAnAppThatIsWell_IsPacedAndOneGoesAtOnce()
    {
        Assert.Equal(At(1_000), Well().Admission("w1", 1_000, null, RunReason.Start).At);
        var (gate, slots) = (Well(), new List<DateTimeOffset>());
        for (var n = 1; n <= 300; n++)
        {
            var decision = gate.Decide(Ask($"w{n}", RunReason.Start, null), 1_000);
            gate = decision.Gate;
            slots.Add(decision.Admission!.At);
        }

        Assert.Equal(20, slots.Count(slot => slot == At(1_000)));
        Assert.True(slots.Count(slot => slot < At(2_000)) <= 40);
    }

    [Fact]
    public void Ask_OfACrowdThatWasAnnounced_IsPacedWithoutABurst()
    {
        var (gate, slots) = (Well().On(new ProbeWanted(Crowd: true), 1_000), new List<DateTimeOffset>());
        for (var n = 1; n <= 40; n++)
        {
            var decision = gate.Decide(Ask($"w{n}", RunReason.Start, null), 1_000);
            gate = decision.Gate;
            slots.Add(decision.Admission!.At);
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(n => At(1_000 + (50 * n))), slots);
    }

    [Fact]
    public void Ask_WhileTheBreakerIsOpen_WaitsForTheProbeInTheOrderOfTickets()
    {
        var gate = Open();
        var first = gate.Decide(Ask("a").By("a"), 100);
        var second = first.Gate.Decide(Ask("b").By("b"), 100);
        var foreground = second.Gate.Decide(Ask("c", foreground: true).By("c"), 100);
        Assert.Equal(gate.Breaker.NextProbeAt, first.Admission!.At);
        Assert.True(second.Admission!.At > first.Admission.At);
        Assert.Equal(gate.Breaker.NextProbeAt, foreground.Admission!.At);
        Assert.Equal(["c", "a", "b"], foreground.Gate.Waiting.Select(waiter => waiter.SessionId));
        var again = foreground.Gate.Decide(Ask("a", ticket: first.Admission.Ticket).By("a"), 200);
        Assert.Equal(first.Admission.Ticket, again.Admission!.Ticket);
        Assert.True(again.Admission.At > first.Admission.At, "the foreground session is in front of it now");
    }

    // A hundred sessions that waited asked again every second, which was all that one instance could do.
    [Fact]
    public void Ask_OfThoseWhoAreCalledUp_IsRepeatedByTheLogarithmOfTheWait()
    {
        var (gate, asks) = (Open().On(Ask("first").By("first"), 0), 0);
        for (var at = 100.0; at < 600_000; asks++)
        {
            // The app stays away: its probes fail one after the other.
            gate = gate with { Breaker = gate.Breaker with { NextProbeAt = At(at + 4_000) } };
            var decision = gate.Decide(Ask("w").By("w") with { Since = At(0) }, at);
            gate = decision.Gate;
            Assert.True((decision.Admission!.At - At(at)).TotalSeconds >= 10);
            at = (decision.Admission.At - At(0)).TotalMilliseconds;
        }

        Assert.InRange(asks, 5, 13);
    }

    [Fact]
    public void Ask_WhenTheProbeIsDue_IsTheProbe_AndTheOthersWaitForItsVerdict()
    {
        var probe = Open().Decide(Ask("p"), 5_000);
        Assert.True(probe.Admission is { Kind: AdmissionKind.Go, Probe: true });
        var other = probe.Gate.Decide(Ask("x").By("x"), 5_000).Admission!;
        Assert.Equal((AdmissionKind.Wait, At(15_000)), (other.Kind, other.At)); // unless it is called up before
        Assert.Equal(1, probe.Gate.Incident!.Probes);
    }

    [Fact]
    public void Ask_AfterAProbeFailed_LetsAnotherSessionProbe()
    {
        // One session that its app cannot serve would otherwise probe for all the others, for ever in vain.
        var gate = Open();
        var waits = gate.Decide(Ask("a").By("a"), 100);
        var probing = waits.Gate.On(Ask("b").By("b"), 100).On(Ask("a", ticket: waits.Admission!.Ticket).By("a"), 5_000);
        var failed = probing.Decide(new OutcomeReported("a", Away), 5_100);
        Assert.Equal(new CallUp("b", "r", failed.Gate.Breaker.NextProbeAt), Assert.Single(failed.Effects));
        var same = failed.Gate.Decide(Ask("a2").By("a"), 5_200);
        Assert.True(same.Admission!.At > failed.Gate.Breaker.NextProbeAt);
    }

    [Fact]
    public void Ask_AfterAProbesVerdictWasLost_ProbesAgain()
    {
        var gate = Open().On(Ask("p"), 5_000);
        Assert.False(gate.Admission("x", 39_000).Goes());
        Assert.True(gate.Admission("x", 40_100).Probe);
    }

    [Fact]
    public void Ask_ToStartAnAppThatIsLongAway_IsRefused_UnlessItsProbeIsDue()
    {
        var gate = Open();
        for (var at = 5_000.0; at < 700_000; at = Math.Ceiling((gate.Breaker.NextProbeAt!.Value - Start).TotalMilliseconds))
        {
            gate = gate.On(Ask($"p{at}"), at).On(new OutcomeReported($"p{at}", Away), at);
        }

        var (now, next) = (Math.Ceiling((gate.Breaker.NextProbeAt!.Value - Start).TotalMilliseconds) - 10_000, gate.Breaker.NextProbeAt.Value);
        Assert.Equal(new Admission(AdmissionKind.Refuse, next, Reason: Reasons.AppUnreachable), gate.Admission("s", now, null, RunReason.Start));
        Assert.Equal(AdmissionKind.Wait, gate.Admission("r", now).Kind);
        Assert.True(gate.Admission("s", now + 10_000, null, RunReason.Start).Probe);
    }

    [Fact]
    public void Ask_WithATicketOfAnOlderLine_GetsANewOne()
    {
        var old = Open().Decide(Ask("a"), 100);
        var recovered = old.Gate.On(Ask("p"), 5_000).On(new OutcomeReported("p", Accepted), 5_100);
        var again = Enumerable.Range(0, 5).Aggregate(recovered, (g, n) => g.On(new OutcomeReported($"x{n}", Away), 6_000));
        var answer = again.Decide(Ask("a", lostMs: 5_500, ticket: old.Admission!.Ticket), 6_100).Admission!;
        Assert.Equal(AdmissionKind.Wait, answer.Kind);
        Assert.NotEqual(old.Admission.Ticket!.Line, answer.Ticket!.Line);
    }

    [Fact]
    public void Ask_WhileTheAppAskedToBeLeftAlone_Waits()
    {
        var gate = AppGate.New.On(Ask("w0")).On(new OutcomeReported("w0", WebhookResult.FromStatus(429, TimeSpan.FromSeconds(30))), 100);
        Assert.Equal((AdmissionKind.Wait, At(30_100)), (gate.Admission("w1", 200).Kind, gate.Admission("w1", 200).At));
        Assert.True(gate.Admission("w1", 30_100).Goes());
    }

    [Fact]
    public void Ask_OfAnAppThatAnswersOthers_IsNotHeldBackByOneSessionsRetryAfter() =>
        Assert.True(Well().On(new OutcomeReported("w1", WebhookResult.FromStatus(429, TimeSpan.FromHours(1))), 100).Admission("w2", 200).Goes());

    [Fact]
    public void Ask_OfAMalformedGate_IsNotActedUpon() =>
        Assert.Throws<InvalidOperationException>(() => (AppGate.New with { Schema = 0 }).Decide(Ask("w")));
}

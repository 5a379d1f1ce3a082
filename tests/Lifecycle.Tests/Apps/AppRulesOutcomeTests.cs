using System.Text.Json;
using static Lifecycle.Tests.Apps.GateWalk;

namespace Lifecycle.Tests.Apps;

/// <summary>What outcomes make of an app's gate, and what its owner is told.</summary>
public sealed class AppRulesOutcomeTests
{
    static OwnerNoticeKind[] Notices(AppDecision decision) => [.. decision.Effects.OfType<TellOwner>().Select(tell => tell.Kind)];

    [Fact]
    public void Failures_InARow_OpenTheBreakerAndOneIncident()
    {
        var gate = Open();
        Assert.Equal((BreakerState.Open, IncidentCause.Unreachable, "http_503"), (gate.Breaker.State, gate.Incident!.Cause, gate.Incident.LastOutcome));
        Assert.Equal(At(-6_000), gate.Incident.BeganAt);
        var more = gate.Decide(new OutcomeReported("late", Away), 100);
        Assert.Equal(gate.Incident.Id, more.Gate.Incident!.Id);
        Assert.Empty(more.Effects);
    }

    [Fact]
    public void TheFirstAnswer_ClosesTheBreaker_EndsTheIncident_AndAdmitsWithoutABurst()
    {
        var waiting = Enumerable.Range(0, 50).Aggregate(Open(), (g, n) => g.On(Ask($"w{n}"), 1_000));
        var answered = waiting.On(Ask("p"), 5_000).Decide(new OutcomeReported("p", Accepted), 5_200);
        Assert.False(answered.Gate.Breaker.IsOpen);
        Assert.Equal(At(5_200), Assert.Single(answered.Effects.OfType<IncidentEnded>()).Incident.EndedAt);
        Assert.Empty(Notices(answered));
        var slots = new List<DateTimeOffset>();
        var gate = answered.Gate;
        for (var n = 0; n < 10; n++)
        {
            var decision = gate.Decide(Ask($"w{n}", ticket: new Ticket(gate.Line.Number, n, false)), 5_200);
            gate = decision.Gate;
            slots.Add(decision.Admission!.At);
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(n => At(5_200 + (50 * n))), slots);
    }

    // An app died again during its recovery: the 202 of a webhook that it had taken before was told two seconds later, closed the breaker that five
    // failures had opened, and 40 more webhooks went to a dead app.
    [Fact]
    public void AnAnswer_ThatIsToldAfterTheBreakerOpened_ToAWebhookOfBefore_DoesNotCloseIt()
    {
        var late = Open(1_000).Decide(new OutcomeReported("before", Accepted) { SentAt = At(999) }, 3_000);
        Assert.True(late.Gate.Breaker.IsOpen);
        Assert.Empty(late.Effects);
        Assert.Equal(1, late.Gate.Tally.Accepted);
        Assert.False(Open(1_000).On(new OutcomeReported("after", Accepted) { SentAt = At(1_001) }, 3_000).Breaker.IsOpen);
        Assert.False(Open(1_000).On(new OutcomeReported("at once", Accepted), 3_000).Breaker.IsOpen);
    }

    [Fact]
    public void RetryAfter_MovesTheNextProbe_ByAThirdOfTheHorizonAtMost()
    {
        var probing = Open().On(Ask("p"), 5_000);
        Assert.Equal(At(65_100), probing.On(new OutcomeReported("p", WebhookResult.FromStatus(503, TimeSpan.FromSeconds(60))), 5_100).ProbeFrom);
        Assert.Equal(At(205_100), probing.On(new OutcomeReported("p", WebhookResult.FromStatus(503, TimeSpan.FromDays(60))), 5_100).ProbeFrom);
    }

    // The app answered one webhook with 3600, came back after two minutes, and its other sessions waited until they were given up.
    [Fact]
    public void AnAttach_EndsTheWaitThatTheAppAskedFor_ForThoseWhoDoNotStandInLineToo()
    {
        var told = new OutcomeReported("a", WebhookResult.FromStatus(503, TimeSpan.FromHours(1))) { SessionId = "a", RunId = "r" };
        var held = AppGate.New.On(Ask("a").By("a")).On(told, 100).On(Ask("b").By("b"), 200);
        Assert.False(held.Admission("c", 60_000).Goes());
        var attached = held.Decide(new AppAttached(), 120_000);
        Assert.Null(attached.Gate.HoldUntil);
        Assert.Equal(new CallUp("b", "r"), Assert.Single(attached.Effects));
        var answered = attached.Gate.On(Ask("b").By("b"), 120_100).Decide(new OutcomeReported("b", Accepted), 120_200);
        Assert.Equal("a", Assert.Single(answered.Effects.OfType<CallUp>()).SessionId);
    }

    [Fact]
    public void RetryAfter_OfAnAppThatAnswersOthers_CallsNobody()
    {
        var told = new OutcomeReported("a", WebhookResult.FromStatus(429, TimeSpan.FromMinutes(1))) { SessionId = "a", RunId = "r" };
        Assert.Empty(Well().On(told, 100).Waiting);
    }

    [Fact]
    public void AnAcceptedWebhookWithoutAnAttach_IsAFailure_AndFromThenOnOnlyAnAttachCounts()
    {
        // An ingress that answers 200 for a dead app made every probe a success, and every success let the sessions out.
        var gate = Well().On(Ask("next") with { InVain = "w0" }, 10_000);
        Assert.True(gate.Distrusted);
        for (var n = 0; n < 4; n++)
        {
            gate = gate.On(new OutcomeReported($"v{n}", Accepted), 11_000).On(Ask($"n{n}") with { InVain = $"v{n}" }, 12_000);
        }

        Assert.True(gate.Breaker.IsOpen);
        var probe = gate.Decide(Ask("p"), 60_000);
        Assert.True(probe.Admission is { Probe: true, Confirm: true });
        var accepted = probe.Gate.On(new OutcomeReported("p", Accepted), 60_100);
        Assert.True(accepted.Breaker is { IsOpen: true, Probe.WebhookId: "p" });
        var attached = accepted.On(new AppAnswered(), 60_500);
        Assert.Equal((false, false), (attached.Breaker.IsOpen, attached.Distrusted));
    }

    // The breaker was OPEN for hours with five sessions attached.
    [Fact]
    public void ASessionThatAttachesByItself_ClosesTheBreaker_AndLeavesTheOthersAGraceWindow()
    {
        var gate = Open().On(Ask("a").By("a"), 60_000).On(new OutcomeReported("a", Away), 60_100).On(Ask("b").By("b"), 60_200);
        var attached = gate.Decide(new AppAttached(), 66_000);
        Assert.False(attached.Gate.Breaker.IsOpen);
        Assert.Single(attached.Effects.OfType<IncidentEnded>());
        Assert.Equal(new CallUp("b", "r", At(72_000)), Assert.Single(attached.Effects.OfType<CallUp>()));
        Assert.Equal(At(72_000), attached.Gate.Decide(Ask("b", ticket: new Ticket(gate.Line.Number, 0, false)).By("b"), 71_000).Admission!.At);
    }

    [Fact]
    public void ASessionThatAttachesByItself_OfAnAppThatWasNotFoundAway_AdmitsNobody()
    {
        var gate = Enumerable.Range(0, 3).Aggregate(AppGate.New, (g, n) => g.On(Ask($"w{n}"), 0)).On(Ask("x").By("x"), 0);
        var attached = gate.Decide(new AppAttached(Ticket: new Ticket(0, 5, false)), 1_000);
        Assert.Empty(attached.Effects);
        Assert.False(attached.Gate.Admission("y", 1_000).Goes());
    }

    // One session had asked and came back by itself; days later an outage of a minute seemed to have begun then, and nobody was asked within the horizon.
    [Fact]
    public void AnOutage_IsNoOlderThanItIs()
    {
        const double Days = 3 * 86_400_000;
        var returned = AppGate.New.On(Ask("w")).On(new AppAttached("w"), 500);
        var evicted = AppGate.New.On(new SessionGivenUp(Reasons.AppGone), 0);
        var forgotten = Enumerable.Range(0, 5).Aggregate(AppGate.New, (g, n) => g.On(Ask($"w{n}"), 0));
        foreach (var gate in new[] { returned, evicted, forgotten })
        {
            var open = Enumerable.Range(0, 5).Aggregate(gate, (g, n) => g
                .On(Ask($"f{n}", lostMs: Days - 6_000), Days)
                .On(new OutcomeReported($"f{n}", Away), Days));
            Assert.Equal((true, At(Days - 6_000), At(Days + 3_000)), (open.Breaker.IsOpen, open.Breaker.OutageBegan, open.Breaker.NextProbeAt));
        }
    }

    [Fact]
    public void AnIncidentWithoutActivity_EndsWhenASweepTellsTheTime()
    {
        var lost = Enumerable.Range(0, 5).Aggregate(AppGate.New, (g, n) => g.On(Ask($"w{n}"), 0));
        Assert.True(lost.Incident!.IsOpen);
        Assert.False(AppRules.IsOverdue(lost, At(60_000), Policy.Default));
        Assert.False(AppRules.IsOverdue(lost.On(new TimePassed(), 36_000), At(60_000), Policy.Default));
        var quiet = lost.On(new TimePassed(), 60_000);
        Assert.True(AppRules.IsOverdue(quiet, At(61_000), Policy.Default));
        var ended = quiet.Decide(new TimePassed(), 61_000);
        Assert.Single(ended.Effects.OfType<IncidentEnded>());
        Assert.False(AppRules.IsOverdue(ended.Gate, At(62_000), Policy.Default));
        Assert.Empty(ended.Gate.Decide(new TimePassed(), 63_000).Effects);
    }

    // Three failures that were reported twice opened the breaker.
    [Fact]
    public void Reports_ThatComeTwice_CountOnce()
    {
        var gate = Enumerable.Range(0, 3).Aggregate(AppGate.New, (g, n) => g.On(Ask($"w{n}")).On(new OutcomeReported($"w{n}", Away)).On(new OutcomeReported($"w{n}", Away)));
        Assert.Equal((false, 3, 3), (gate.Breaker.IsOpen, gate.Breaker.FailuresInRow, gate.Tally.Failed));
        var accepted = gate.On(new AppAttached("w9", AfterWebhook: true), 10).On(new OutcomeReported("w9", Accepted), 20);
        Assert.Equal(1, accepted.Tally.Accepted);
    }

    [Fact]
    public void AnAttachAfterAWebhook_IsTheAppsAnswer()
    {
        var probing = Open().On(Ask("p"), 5_000);
        var attached = probing.Decide(new AppAttached("p", AfterWebhook: true), 5_100);
        Assert.False(attached.Gate.Breaker.IsOpen);
        Assert.Equal("attached", attached.Gate.Outcomes[^1].Outcome);
        Assert.Empty(attached.Gate.Decide(new OutcomeReported("p", Away), 5_200).Effects);
    }

    [Fact]
    public void AProbeThatIsGivenBack_LetsTheNextOneLookAtOnce()
    {
        var probing = Open().On(Ask("a").By("a"), 5_000).On(Ask("b").By("b"), 5_100);
        var returned = probing.Decide(new AdmissionReturned("a"), 5_200);
        Assert.Equal(new CallUp("b", "r"), Assert.Single(returned.Effects));
        Assert.True(returned.Gate.Decide(Ask("b").By("b"), 5_300).Admission!.Probe);
        Assert.Equal(5, returned.Gate.Tally.Failed);
    }

    // Three sessions were found to be attached by their last look; the app's other sessions waited half a minute for their webhooks' verdicts.
    [Fact]
    public void ASessionThatIsFoundAttachedByItsLastLook_GivesItsPlaceInFlightToTheNext()
    {
        var gate = AppGate.New.On(Ask("a")).On(Ask("b")).On(Ask("c"));
        Assert.False(gate.Admission("d").Goes());
        Assert.True(gate.On(new AdmissionReturned("b"), 100).Admission("d", 100).Goes());
        Assert.True(gate.On(new AppAttached("b"), 100).Admission("d", 100).Goes());
        Assert.False(gate.On(new AppAttached(), 100).Admission("d", 100).Goes());
    }

    static AdmissionAsked Running(string id, double sinceMs) => Ask(id) with { Since = At(sinceMs) };

    static OutcomeReported NotFound(string id) => new(id, WebhookResult.FromStatus(404));

    [Fact]
    public void AnAppThatIsGone_IsSoForAllWhoWaited_AndNotForWhoeverComesLater()
    {
        var gate = Enumerable.Range(0, 5).Aggregate(AppGate.New, (g, n) => g.On(Running($"f{n}", 0)).On(NotFound($"f{n}")));
        foreach (var at in new[] { 35_000, 70_000, 140_000 })
        {
            gate = gate.On(Running($"p{at}", 0), at).On(NotFound($"p{at}"), at);
            Assert.Equal(AdmissionKind.Wait, gate.Decide(Running("w", 0), at + 100).Admission!.Kind);
        }

        gate = gate.On(Running("last", 0), 175_000).On(NotFound("last"), 175_000);
        var refused = gate.Decide(Running("w", 0), 176_000).Admission!;
        Assert.Equal((AdmissionKind.Refuse, Reasons.AppGone), (refused.Kind, refused.Reason));
        Assert.Equal(AdmissionKind.Wait, gate.Decide(Running("new", 176_000), 176_000).Admission!.Kind);
        Assert.Null(gate.On(new AppAnswered(), 175_500).Gone);
    }

    // A registration with the old address was answered with 301: all sessions were given up at the first answer.
    [Fact]
    public void ARedirect_IsToldToTheOwnerOnceTheBreakerIsOpen_AndWaitedFor()
    {
        var (gate, told) = (AppGate.New, new List<OwnerNoticeKind>());
        for (var n = 0; n < 8; n++)
        {
            var decision = gate.On(Ask($"f{n}"), n * 60_000).Decide(new OutcomeReported($"f{n}", WebhookResult.FromStatus(301)), n * 60_000);
            (gate, told) = (decision.Gate, [.. told, .. Notices(decision)]);
        }

        Assert.Equal([OwnerNoticeKind.Unreachable], told);
        Assert.Equal("http_301", gate.Incident!.LastOutcome);
        Assert.Equal([OwnerNoticeKind.Recovered], Notices(gate.Decide(new OutcomeReported("p", Accepted), 500_000)));
    }

    [Fact]
    public void ProbeWanted_KeepsTheLeastSpacing()
    {
        var gate = Open().On(Ask("p"), 60_000).On(new OutcomeReported("p", WebhookResult.FromStatus(503, TimeSpan.FromMinutes(5))), 60_100);
        Assert.Equal(At(260_100), gate.ProbeFrom);
        Assert.Equal(At(63_000), gate.On(new ProbeWanted(), 61_000).ProbeFrom);
        Assert.True(gate.On(new ProbeWanted(), 120_000).Admission("q", 120_000).Goes());
        Assert.Empty(Well().Decide(new ProbeWanted()).Effects);
    }

    [Fact]
    public void GivingUp_TellsTheOwnerOnce_AndRecoveryOnce()
    {
        var first = Open().Decide(new SessionGivenUp(Reasons.HorizonOver), 600_000);
        var second = first.Gate.Decide(new SessionGivenUp(Reasons.HorizonOver), 600_001);
        Assert.Equal([OwnerNoticeKind.Unreachable], Notices(first));
        Assert.Empty(Notices(second));
        Assert.Equal(2, second.Gate.Incident!.Evicted);
        var back = second.Gate.Decide(new OutcomeReported("p", Accepted), 700_000);
        Assert.Equal([OwnerNoticeKind.Recovered], Notices(back));
        Assert.Empty(Notices(back.Gate.Decide(new OutcomeReported("q", Accepted), 700_100)));
    }

    [Fact]
    public void AnAppThatTakesSomeSessionsAndGivesUpOthers_IsOneLongIncident()
    {
        var (gate, told) = (Well(), new List<OwnerNoticeKind>());
        for (var n = 0; n < 50; n++)
        {
            var evicted = gate.Decide(new SessionGivenUp(Reasons.AppGone), n * 30_000);
            var accepted = evicted.Gate.Decide(new OutcomeReported($"a{n}", Accepted), (n * 30_000) + 10_000);
            gate = accepted.Gate;
            told.AddRange([.. Notices(evicted), .. Notices(accepted)]);
        }

        Assert.Equal([OwnerNoticeKind.Unreachable], told);
        Assert.Equal([OwnerNoticeKind.Recovered], Notices(gate.Decide(new OutcomeReported("z", Accepted), 49 * 30_000 + 600_000)));
    }

    [Fact]
    public void Outcomes_RemembersTheLastTen()
    {
        var gate = Enumerable.Range(0, 30).Aggregate(AppGate.New, (g, n) => g.On(new OutcomeReported($"w{n}", WebhookResult.FromStatus(500 + n)), n));
        Assert.Equal(Enumerable.Range(20, 10).Select(n => $"http_{500 + n}"), gate.Outcomes.Select(o => o.Outcome));
    }

    [Fact]
    public void Gate_RoundTripsItsStoredForm()
    {
        var busy = Enumerable.Range(0, 5).Aggregate(Open().On(Ask("p"), 60_000), (g, n) => g.On(Ask($"w{n}"), 60_100)).On(new SessionGivenUp("x"), 60_200);
        foreach (var gate in new[] { AppGate.New, Well(), Open(), busy, AppGate.New.On(Ask("a")) })
        {
            Assert.Equal(gate, JsonSerializer.Deserialize<AppGate>(JsonSerializer.Serialize(gate)));
        }
    }

    // It asked while a probe was on its way, and waited another hundred seconds for an app that everybody else had been told was gone.
    [Fact]
    public void Report_ThatTheAppIsGoneForCertain_CallsUpWhoeverWaits()
    {
        var gone = Open();
        foreach (var atMs in new[] { 5_000.0, 40_000, 100_000 })
        {
            gone = gone.On(Ask($"p{atMs}").By("p"), atMs).On(new OutcomeReported($"p{atMs}", WebhookResult.FromStatus(404)), atMs + 100);
        }

        var waits = gone.On(Ask("probe").By("p"), 160_000).On(Ask("w").By("s1"), 160_050);
        var reported = waits.Decide(new OutcomeReported("probe", WebhookResult.FromStatus(404)), 160_100);
        Assert.True(reported.Gate.Gone?.IsConclusive);
        Assert.Equal("s1", Assert.Single(reported.Effects.OfType<CallUp>()).SessionId);
    }
}

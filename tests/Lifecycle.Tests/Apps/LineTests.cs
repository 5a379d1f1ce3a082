using static Lifecycle.Tests.Apps.GateWalk;

namespace Lifecycle.Tests.Apps;

/// <summary>How a line of waiting sessions moves, and what does not disturb it.</summary>
public sealed class LineTests
{
    // A session was called up and sent; the question it had scheduled before came later, took the probe's place, and nobody looked for 35 s.
    [Fact]
    public void Ask_ForAWebhookWhoseOutcomeIsKnown_TakesNothing()
    {
        var gate = Open().On(Ask("probe").By("s1"), 5_000).On(new OutcomeReported("probe", Away), 5_100);
        var late = gate.Decide(Ask("probe").By("s1"), 60_000);
        Assert.Equal(AdmissionKind.Wait, late.Admission!.Kind);
        Assert.Null(late.Gate.Breaker.Probe);
        Assert.Equal(gate with { Tally = late.Gate.Tally, BusyAt = late.Gate.BusyAt }, late.Gate);
    }

    // Two minutes later the gate had forgotten the webhook of such a question, and gave it a slot: every twentieth went to nobody.
    [Fact]
    public void Ask_ThatWasPutOff_AfterItsSessionWasCalledUp_TakesNothing_UnlessTheCallWasLost()
    {
        var open = Open();
        var waits = open.Decide(Ask("w").By("s1"), 1_000);
        Assert.Equal(AppRules.OvertakenAtMost, waits.Admission!.Callable);
        var up = waits.Gate.On(new AppAttached(SessionId: "s2"), 2_000);
        var putOff = Ask("w", ticket: waits.Admission.Ticket).By("s1") with { Callable = waits.Admission.Callable };

        var late = up.Decide(putOff, 20_000);
        Assert.Equal((AdmissionKind.Wait, up.NextSlotAt), (late.Admission!.Kind, late.Gate.NextSlotAt));
        var later = late.Gate.Decide(putOff with { Callable = late.Admission.Callable }, 30_000);
        Assert.Equal((AdmissionKind.Wait, 0), (later.Admission!.Kind, later.Admission.Callable));
        Assert.True(later.Gate.Decide(putOff with { Callable = 0 }, 40_000).Admission!.Goes());
    }

    [Fact]
    public void Ask_ThatWasPutOff_OfOneWhoStillStandsOnTheList_IsAnswered()
    {
        var waits = Open().Decide(Ask("w").By("s1"), 1_000);
        var putOff = Ask("w", ticket: waits.Admission!.Ticket).By("s1") with { Callable = waits.Admission.Callable };
        Assert.True(waits.Gate.Decide(putOff, 20_000).Admission!.Probe);
    }

    // Those behind always came right at the moment at which a slot became free, and 25 sessions asked four times a second without end.
    [Fact]
    public void Ask_OfOneWhoseTurnHasPassed_GetsASlotBeforeThoseWhoComeInTime()
    {
        var (gate, tickets) = Line(200);
        gate = gate with { NextSlotAt = At(11_500), Line = gate.Line with { Served = 20 } };
        Assert.True(gate.Decide(Ask("w10", ticket: tickets[10]), 10_000).Admission!.Goes());
        Assert.False(gate.Decide(Ask("w21", ticket: tickets[21]), 10_000).Admission!.Goes());
    }

    // Places that somebody had left twice made the line seem empty: its last ones went in a burst.
    [Fact]
    public void Ask_OfTheLastInLine_KeepsThePace_ThoughTheLineIsThoughtToBeEmpty()
    {
        var (gate, tickets) = Line(40);
        gate = gate with { Line = gate.Line with { WentAhead = 40 } };
        var slots = new List<DateTimeOffset>();
        for (var place = 0; place < 40; place++)
        {
            var decision = gate.Decide(Ask($"w{place}", ticket: tickets[place]), 60_000);
            gate = decision.Gate;
            if (decision.Admission is { Kind: AdmissionKind.Go, At: var slot })
            {
                slots.Add(slot);
            }
        }

        Assert.True(slots.Count > 20);
        Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMilliseconds(50)));
    }

    // Each question that came twice took two slots: after an outage the sessions came back at half the pace.
    [Fact]
    public void Ask_ThatComesTwice_GetsOneSlot_AndAnotherOneWhenItWasMissed()
    {
        var gate = Enumerable.Range(0, 30).Aggregate(Well(), (g, n) => g.On(Ask($"w{n}"), 1_000));
        var first = gate.Decide(Ask("w"), 1_000);
        var again = first.Gate.Decide(Ask("w"), 1_300);
        Assert.Equal((first.Admission!.At, first.Gate.NextSlotAt), (again.Admission!.At, again.Gate.NextSlotAt));
        Assert.True(again.Gate.Decide(Ask("w"), 60_000).Admission!.At >= At(60_000));
    }

    [Fact]
    public void Leaving_ThatIsToldTwice_MakesRoomOnce()
    {
        var (gate, tickets) = Line(5);
        var left = new AdmissionReturned(null, tickets[2], "s2");
        Assert.Equal(1, gate.On(left, 1_100).On(left, 1_200).Line.WentAhead - gate.Line.WentAhead);
    }

    // The owner of an app with 21 sessions was told of 42.
    [Fact]
    public void GivenUp_ThatIsToldTwice_IsOneSession()
    {
        var givenUp = new SessionGivenUp(Reasons.AppGone, Id: "up_1");
        var gate = AppGate.New.On(givenUp).On(givenUp, 100);
        Assert.Equal((1, 1), (gate.Tally.Evicted, gate.Incident!.Evicted));
    }

    // So many wait for the verdict on an app whose sessions were lost; then it answers.
    static (AppGate Gate, Dictionary<int, Ticket> Tickets) Line(int waiting)
    {
        var (gate, tickets) = (Enumerable.Range(0, 3).Aggregate(AppGate.New, (g, n) => g.On(Ask($"f{n}"))), new Dictionary<int, Ticket>());
        for (var place = 0; place < waiting; place++)
        {
            var decision = gate.Decide(Ask($"w{place}"));
            (gate, tickets[place]) = (decision.Gate, decision.Admission!.Ticket!);
        }

        return (gate.On(new OutcomeReported("f0", Accepted), 1_000), tickets);
    }
}

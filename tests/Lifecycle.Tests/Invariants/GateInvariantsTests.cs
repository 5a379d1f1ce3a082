using Lifecycle.Tests.Apps;
using static Lifecycle.Invariants;

namespace Lifecycle.Tests.Invariants;

/// <summary>What a wrong decision of a gate breaks. That right ones break nothing is held by every other test of gates (<see cref="Judge"/>).</summary>
public sealed class GateInvariantsTests
{
    sealed record Planted(Invariant Invariant, AppGate Before, AppEvent Event, double AtMs, Func<AppDecision, AppDecision> Spoil);

    static readonly AdmissionAsked ask = GateWalk.Ask("w1");
    static readonly AppGate open = GateWalk.Open();
    static readonly Flight probe = new("w1", GateWalk.At(60_000));
    static readonly Incident told = new() { Id = "i", Cause = IncidentCause.Unreachable, BeganAt = Walk.Start, OpenedAt = Walk.Start, OwnerToldAt = Walk.Start };

    static readonly Planted[] planted =
    [
        new(FirstFlightHolds, AppGate.New, ask, 0, d => Making(d, g => g with { Flights = [.. Enumerable.Range(0, 4).Select(n => new Flight($"x{n}", Walk.Start))] })),
        new(OneProbe, open with { Breaker = open.Breaker with { Probe = new Flight("w0", GateWalk.At(59_000)) } }, ask, 60_000, d => Making(d, g => g with { Breaker = g.Breaker with { Probe = probe } })),
        new(OnlyProbesWhileOpen, open, ask, 100, d => d with { Admission = Admission.Go(GateWalk.At(100)) }),
        new(OpenBreakerLooks, open, ask, 100, d => Making(d, g => g with { Breaker = g.Breaker with { NextProbeAt = null } })),
        new(OpenBreakerLooks, AppGate.New, ask, 0, d => Making(d, g => g with { Breaker = g.Breaker with { Probe = probe } })),
        new(AskIsAnswered, AppGate.New, ask, 0, d => d with { Admission = null }),
        new(AskIsAnswered, open, ask, 100, d => d with { Admission = d.Admission! with { At = GateWalk.At(99) } }),
        new(AskIsAnswered, open, ask, 100, d => d with { Admission = new Admission(AdmissionKind.Refuse, GateWalk.At(200)) }),
        new(AskIsAnswered, AppGate.New, new ProbeWanted(), 0, d => d with { Admission = Admission.Go(Walk.Start) }),
        new(SlotIsPaid, GateWalk.Well(), GateWalk.Ask("w1", lostMs: -7_000), 100, d => Making(d, g => g with { NextSlotAt = GateWalk.Well().NextSlotAt })),
        new(OwnerToldOnce, AppGate.New with { Incident = told }, new ProbeWanted(), 0, d => d with { Effects = [new TellOwner(OwnerNoticeKind.Unreachable, told)] }),
        new(OwnerToldOnce, AppGate.New, new ProbeWanted(), 0, d => d with { Effects = [new TellOwner(OwnerNoticeKind.Recovered, told with { OwnerToldAt = null })] }),
        new(MemoryIsBounded, AppGate.New, ask, 0, d => Making(d, g => g with { Outcomes = [.. Enumerable.Range(0, 11).Select(n => new AttemptNote(Walk.Start, "x"))] })),
    ];

    public static TheoryData<int> All => [.. Enumerable.Range(0, planted.Length)];

    static AppDecision Making(AppDecision decision, Func<AppGate, AppGate> change) => decision with { Gate = change(decision.Gate) };

    [Theory]
    [MemberData(nameof(All))]
    public void Broken_WithAPlantedDefect_NamesTheInvariant(int index)
    {
        var (invariant, before, @event, at, spoil) = planted[index];

        var broken = GateInvariants.Broken(before, @event, spoil(before.Decide(@event, at)), GateWalk.At(at), Policy.Default);

        Assert.Contains(invariant.Name, broken.Select(one => one.Name));
    }

    [Fact]
    public void Planted_CoversEveryInvariantOfGates() =>
        Assert.Equal(OfGates.Select(invariant => invariant.Name).Order(), planted.Select(one => one.Invariant.Name).Distinct().Order());
}

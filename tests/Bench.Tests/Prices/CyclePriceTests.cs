using Lifecycle.Bench.Benches;
using Lifecycle.Bench.Prices;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Tests.Prices;

public sealed class CyclePriceTests
{
    static readonly CycleCounts counts = new(Signals: 2, Scheduled: 1, Operations: 3, ClientReads: 0, Events: 2, ServiceEvents: 2, HttpCalls: 1, ServiceMessages: 3);

    static readonly UnitPrices prices = new() { QueueRequestsPer10K = 0.01m, TableRequestsPer10K = 0.001m };

    [Theory]
    [InlineData(false, 9, 18.99, 9 + 2)]
    [InlineData(true, 6.57, 0.48, 9)]
    public void Storage_OfACycle_IsItsSignalsTimesWhatWasMeasured(bool busy, double queueRequests, double polls, double tableRequests)
    {
        var lines = CyclePrice.Storage(counts, prices, busy ? Load.Busy : Load.Isolated);
        Assert.Equal([queueRequests, polls, tableRequests], lines.Select(line => Math.Round(line.PerCycle, 6)));
        Assert.Equal((decimal)queueRequests * 1.00m, lines[0].PerMillionCycles!.Value, 6);
        Assert.Equal((decimal)tableRequests * 0.10m, lines[2].PerMillionCycles!.Value, 6);
    }

    [Fact]
    public void Storage_OfReadsByClients_CountsEachAsATableRequest() =>
        Assert.Equal(9 + 4, CyclePrice.Storage(counts with { ClientReads = 4 }, prices, Load.Busy)[2].PerCycle);

    [Fact]
    public void Total_WithAPriceThatIsNotKnown_IsNotKnown()
    {
        Assert.Null(CyclePrice.Total(CyclePrice.Scheduler(counts, prices with { SchedulerPerMillionActions = null })));
        Assert.Equal(6, CyclePrice.Total(CyclePrice.Scheduler(counts, prices with { SchedulerPerMillionActions = 2 })));
    }

    [Fact]
    public void BreakEven_AsThePriceOfActions_MakesBothBackendsCostTheSame()
    {
        var even = prices with { SchedulerPerMillionActions = CyclePrice.BreakEven(counts, prices, Load.Busy) };
        Assert.Equal(CyclePrice.Total(CyclePrice.Storage(counts, even, Load.Busy))!.Value, CyclePrice.Total(CyclePrice.Scheduler(counts, even))!.Value, 9);
    }

    [Fact]
    public void Shared_OfABusyFleet_SharesInstancesAndOfAnIsolatedCycleDoesNot()
    {
        Assert.Equal(10, Line(Load.Isolated, "GB-s").PerCycle);
        Assert.Equal(2 * ((3 / 400.0) + (3 / 80.0)), Line(Load.Busy, "GB-s").PerCycle, 9);
        Assert.Equal(6 * prices.PerMillionExecutions, Line(Load.Busy, "function executions").PerMillionCycles);

        static PriceLine Line(Load load, string what) => CyclePrice.Shared(counts, prices, load).Single(line => line.What == what);
    }

    [Fact]
    public void Of_TheCountedSteps_IsTheCycleOfTheDesign() =>
        Assert.Equal(counts, CycleCounts.Of(SessionSteps.Count(sessions: 3, azureStorage: true, aligned: true)));

    // A loss has one more: its disconnect.
    [Fact]
    public void Actions_OfTheCountedSteps_AreAllThatIsDispatched() => Assert.Equal(
        [new(ActionCounts.Cycle, 3, 0, 0), new(RunSteps.Start, 8, 4, 1), new(RunSteps.Resurrection, 9, 4, 1)],
        ActionCounts.Of(counts, RunSteps.Count(sessions: 3, azureStorage: false)));

    [Fact]
    public void Page_ForOperators_HasWhatTheBenchWouldWrite()
    {
        var root = MarkedText.Root(AppContext.BaseDirectory);
        var actions = ActionCounts.Of(counts, RunSteps.Count(sessions: 3, azureStorage: false));
        Assert.Equal(
            PriceTables.Write(counts, new UnitPrices(), PriceBench.Partitions(root), actions), new MarkedText("cost").Read(Path.Combine(root, "docs", "operations-cost.md")));
    }
}

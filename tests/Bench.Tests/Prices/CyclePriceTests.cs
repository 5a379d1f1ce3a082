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
    [InlineData(false, (2 * 11.6) + 28 - 9)]
    [InlineData(true, (2 * 5) + 15 - 9)]
    public void Storage_OfACycle_IsItsSignalsTimesWhatWasMeasured(bool busy, double queueRequests)
    {
        var lines = CyclePrice.Storage(counts, prices, busy ? Load.Busy : Load.Isolated);
        Assert.Equal([queueRequests, 9], lines.Select(line => line.PerCycle));
        Assert.Equal((decimal)queueRequests * 1.00m, lines[0].PerMillionCycles);
        Assert.Equal(9 * 0.10m, lines[1].PerMillionCycles);
    }

    [Fact]
    public void Storage_OfReadsByClients_CountsEachAsATableRequest() =>
        Assert.Equal(9 + 4, CyclePrice.Storage(counts with { ClientReads = 4 }, prices, Load.Busy)[1].PerCycle);

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

    [Fact]
    public void Page_ForOperators_HasWhatTheBenchWouldWrite()
    {
        var root = MarkedText.Root(AppContext.BaseDirectory);
        Assert.Equal(
            PriceTables.Write(counts, new UnitPrices(), PriceBench.Partitions(root)), new MarkedText("cost").Read(Path.Combine(root, "docs", "operations-cost.md")));
    }
}

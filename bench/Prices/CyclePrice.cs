using static Lifecycle.Bench.Prices.Measured;

namespace Lifecycle.Bench.Prices;

/// <summary>One line of the bill.</summary>
/// <param name="What">What is charged.</param>
/// <param name="PerCycle">How much of it a cycle uses.</param>
/// <param name="Formula">How that comes about.</param>
/// <param name="PerMillionCycles">What a million cycles cost; null when the price is not known.</param>
sealed record PriceLine(string What, double PerCycle, string Formula, decimal? PerMillionCycles);

/// <summary>Turns counts into dollars per million reconnect cycles.</summary>
static class CyclePrice
{
    const decimal Million = 1_000_000m;

    /// <summary>What both backends pay.</summary>
    public static IReadOnlyList<PriceLine> Shared(CycleCounts c, UnitPrices p, Load load)
    {
        var executions = c.HttpCalls + c.ServiceEvents + c.Operations;
        var kilobytes = ((LogRecords + (Spans * SpanShare(load))) * KilobytesPerRecord);
        return
        [
            new("SignalR messages", c.ServiceMessages, "events + ack", Times(c.ServiceMessages, p.SignalRPerMillionMessages)),
            new("function executions", executions, "calls + events + operations", Times(executions, p.PerMillionExecutions)),
            new("GB-s", GigabyteSeconds(c, load), GigabyteSecondsFormula(load), Times(GigabyteSeconds(c, load), p.PerGigabyteSecond * Million)),
            new("KB of logs and traces", kilobytes, "(log records + spans × share) × KB", Times(kilobytes, p.PerGigabyteIngested)),
            new("queue requests, events", c.Events, "one per event", Times(c.Events, p.QueueRequestsPer10K * 100)),
        ];
    }

    /// <summary>What the Azure Storage backend adds.</summary>
    public static IReadOnlyList<PriceLine> Storage(CycleCounts c, UnitPrices p, Load load)
    {
        var signals = c.Signals + c.Scheduled;
        var queues = signals * (RequestsPerSignal(load) - TableRequestsPerSignal);
        var polls = signals * PollsPerSignal(load);
        var tables = (signals * TableRequestsPerSignal) + ((c.ClientReads + AppReads(load)) * RequestsPerRead);
        return
        [
            new("queue requests, signals", queues, "signals × (put, get, delete)", Times(queues, p.QueueRequestsPer10K * 100)),
            new("queue requests, polls that find nothing", polls, "beyond those of an idle hub", Times(polls, p.QueueRequestsPer10K * 100)),
            new("table requests", tables, "3 per signal + reads of the app", Times(tables, p.TableRequestsPer10K * 100)),
        ];
    }

    /// <summary>What the Durable Task Scheduler adds: an action per message that it dispatches, and the timer's signal is one of them.</summary>
    public static IReadOnlyList<PriceLine> Scheduler(CycleCounts c, UnitPrices p) =>
        [new("actions", c.Operations, "operations", p.SchedulerPerMillionActions is { } price ? Times(c.Operations, price) : null)];

    /// <summary>The sum; null when a price is not known.</summary>
    public static decimal? Total(IEnumerable<PriceLine> lines) => lines.Aggregate((decimal?)0, (sum, line) => sum + line.PerMillionCycles);

    /// <summary>At which price of a million actions the Durable Task Scheduler costs as much as Azure Storage, its idle requests not counted.</summary>
    public static decimal BreakEven(CycleCounts c, UnitPrices p, Load load) => Total(Storage(c, p, load))!.Value / (decimal)c.Operations;

    static double GigabyteSeconds(CycleCounts c, Load load) => InstanceGigabytes * (load == Load.Isolated
        ? (c.ServiceEvents + c.Operations) * ShortestBilledSecond
        : ((c.HttpCalls + c.ServiceEvents) / CallsPerSecond) + (c.Operations / OperationsPerSecond));

    static string GigabyteSecondsFormula(Load load) => load == Load.Isolated
        ? "(events + operations) × 1 s × 2 GB"
        : "((calls + events) ÷ 400/s + operations ÷ 80/s) × 2 GB";

    static decimal Times(double perCycle, decimal perMillion) => (decimal)perCycle * perMillion;
}

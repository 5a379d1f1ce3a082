using System.Globalization;
using System.Text;
using Lifecycle.Bench.Results;

namespace Lifecycle.Bench.Prices;

/// <summary>The generated part of docs/operations-cost.md.</summary>
static class PriceTables
{
    const double SecondsPerMonth = 2_628_000;
    const double DaysPerMonth = 30.4;

    /// <summary>All of it.</summary>
    /// <param name="c">The counts.</param>
    /// <param name="p">The prices.</param>
    /// <param name="partitions">Partitions of the hub, as in host.json.</param>
    /// <param name="actions">What the Durable Task Scheduler charges for, step by step.</param>
    public static string Write(CycleCounts c, UnitPrices p, int partitions, IReadOnlyList<ActionCounts> actions)
    {
        var text = new StringBuilder();
        text.Append(Figure.Text($"Counted per cycle: {c.Signals:0.##} signals at once, {c.Scheduled:0.##} scheduled, {c.Operations:0.##} entity operations, "));
        text.Append(Figure.Text($"{c.ClientReads:0.##} reads by clients, {c.Events:0.##} events published, no orchestration. Prices: {p.AsOf}.\n\n"));
        text.Append("| USD per million cycles | isolated: per cycle | | busy: per cycle | | formula |\n|---|---|---|---|---|---|\n");
        Rows(text, load => CyclePrice.Shared(c, p, load));
        Rows(text, load => CyclePrice.Storage(c, p, load), "Azure Storage: ");
        Rows(text, _ => CyclePrice.Scheduler(c, p), "Durable Task Scheduler: ");
        Sum(text, "Azure Storage", load => [.. CyclePrice.Shared(c, p, load), .. CyclePrice.Storage(c, p, load)]);
        Sum(text, "Durable Task Scheduler", load => [.. CyclePrice.Shared(c, p, load), .. CyclePrice.Scheduler(c, p)]);
        text.Append('\n');
        text.Append(Figure.Text($"The backends cost the same per cycle when a million actions cost {CyclePrice.BreakEven(c, p, Load.Isolated):0.000} USD (isolated) "));
        text.Append(Figure.Text($"or {CyclePrice.BreakEven(c, p, Load.Busy):0.000} USD (busy).\n\n"));
        Actions(text, actions);
        Month(text, p, partitions);
        return text.ToString();
    }

    static void Rows(StringBuilder text, Func<Load, IReadOnlyList<PriceLine>> lines, string prefix = "")
    {
        foreach (var (alone, busy) in lines(Load.Isolated).Zip(lines(Load.Busy)))
        {
            var formula = alone.Formula == busy.Formula ? alone.Formula : $"{alone.Formula}; busy {busy.Formula}";
            text.Append(Figure.Text($"| {prefix}{alone.What} | {alone.PerCycle:0.###} | {Dollars(alone.PerMillionCycles)} | {busy.PerCycle:0.###} | {Dollars(busy.PerMillionCycles)} | {formula} |\n"));
        }
    }

    // What has no price stays in the sum as what it is multiplied with.
    static void Sum(StringBuilder text, string backend, Func<Load, IReadOnlyList<PriceLine>> lines)
    {
        text.Append(Figure.Text($"| **sum, {backend}** | | **{Of(lines(Load.Isolated))}** | | **{Of(lines(Load.Busy))}** | |\n"));

        static string Of(IReadOnlyList<PriceLine> lines)
        {
            var open = lines.Where(line => line.PerMillionCycles is null).Select(line => Figure.Text($" + {line.PerCycle:0.##} × price of a million {line.What}"));
            return Dollars(CyclePrice.Total(lines.Where(line => line.PerMillionCycles is not null))) + string.Concat(open);
        }
    }

    static void Actions(StringBuilder text, IReadOnlyList<ActionCounts> actions)
    {
        text.Append("| actions of the Durable Task Scheduler | entity operations | episodes of orchestrations | activities | actions |\n|---|---|---|---|---|\n");
        foreach (var step in actions)
        {
            text.Append(Figure.Text($"| {step.Step} | {step.Operations:0.##} | {step.Episodes:0.##} | {step.Activities:0.##} | {step.Actions:0.##} |\n"));
        }

        text.Append('\n');
    }

    static void Month(StringBuilder text, UnitPrices p, int partitions)
    {
        // One more partition is one more queue to ask once a second, and one more lease.
        var idle = Measured.IdleRequestsPerSecond + ((partitions - Measured.IdlePartitions) * Measured.IdleRequestsPerPartition);
        text.Append("| whatever happens, USD per month | quantity | |\n|---|---|---|\n");
        text.Append(Figure.Text($"| Azure Storage, idle instance, {partitions} partitions, polls at 1 s | {idle:0.#} requests/s | {Dollars((decimal)(idle * SecondsPerMonth) / 10_000m * p.QueueRequestsPer10K)} |\n"));
        text.Append(Figure.Text($"| SignalR, each 1,000 connections | 1 standard unit | {Dollars((decimal)DaysPerMonth * p.SignalRUnitPerDay)} |\n"));
        text.Append(Figure.Text($"| Flex Consumption, each instance always ready, idle | {Measured.InstanceGigabytes:0} GB | {Dollars((decimal)(Measured.InstanceGigabytes * SecondsPerMonth) * p.AlwaysReadyPerGigabyteSecond)} |\n"));
    }

    static string Dollars(decimal? amount) => amount is { } known ? known.ToString("#,0.00", CultureInfo.InvariantCulture) : "price not set";
}

using System.Text.Json;
using Lifecycle.Bench.Prices;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>What a million reconnect cycles cost in Azure. Counts one and, unless it is quick, writes the page for operators.</summary>
sealed class PriceBench : IBench
{
    static readonly MarkedText cost = new("cost");

    public string Name => "price";

    public Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var (counts, prices) = (CycleCounts.Of(SessionSteps.Count(Backlog.Crowd - 1, azureStorage: true, aligned: true)), new UnitPrices());
        var actions = ActionCounts.Of(counts, RunSteps.Count(Backlog.Crowd - 1, azureStorage: false));
        var table = PriceTables.Write(counts, prices, Partitions(MarkedText.Root()), actions);
        Console.WriteLine(table);
        if (!quick)
        {
            cost.Replace(Path.Combine(MarkedText.Root(), "docs", "operations-cost.md"), table);
            progress("wrote docs/operations-cost.md");
        }

        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            .. from load in Enum.GetValues<Load>()
               let sum = CyclePrice.Total([.. CyclePrice.Shared(counts, prices, load), .. CyclePrice.Storage(counts, prices, load)])
               select new Figure($"a million reconnect cycles on Azure Storage, {load}", Figure.Text($"{sum:#,0.00} USD")),
        ]);
    }

    /// <summary>Partitions of the hub, from host.json.</summary>
    internal static int Partitions(string root)
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, "host.json")));
        return host.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("storageProvider").GetProperty("partitionCount").GetInt32();
    }
}

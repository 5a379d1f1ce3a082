using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>What each step of an app session's life costs in durable messages and storage writes, counted on virtual time.</summary>
sealed class CostsBench : IBench
{
    const int Sessions = Backlog.Crowd - 1;

    public string Name => "costs";

    public Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var figures = new List<Figure>();
        foreach (var mode in new Mode[] { new("exact", false, true), new("azure-storage", true, true), new("azure-storage, deadlines not aligned", true, false) })
        {
            progress(mode.Name);
            figures.AddRange(SessionSteps.Count(Sessions, mode.AzureStorage, mode.Aligned)
                .Concat(mode.Aligned ? RunSteps.Count(Sessions, mode.AzureStorage) : [])
                .Concat(mode.AzureStorage ? [] : RelaySteps.Count(Sessions))
                .Concat(mode.Aligned ? MessageSteps.Count(Sessions, mode.AzureStorage) : [])
                .Select(counted => new Figure($"{counted.Step}, {mode.Name}", counted.Counts.ToString())));
        }

        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    /// <summary>A timing, and whether the app's deadlines suit it; when they do not, the backend's re-sends show.</summary>
    sealed record Mode(string Name, bool AzureStorage, bool Aligned);
}

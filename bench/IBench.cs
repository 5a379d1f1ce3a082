using Lifecycle.Bench.Results;

namespace Lifecycle.Bench;

/// <summary>One measurement with its baseline.</summary>
interface IBench
{
    /// <summary>What the command line calls it.</summary>
    string Name { get; }

    /// <summary>Measures, and gives the rows of the table.</summary>
    /// <param name="quick">Whether small sizes do: to see that it runs, not to quote.</param>
    /// <param name="progress">Told what is being done.</param>
    Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress);
}

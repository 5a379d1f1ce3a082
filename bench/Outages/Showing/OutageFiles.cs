using Lifecycle.Bench.Outages.Playing;
using Lifecycle.Bench.Results;

namespace Lifecycle.Bench.Outages.Showing;

/// <summary>Writes tables and plot to where they are read: between markers in Markdown files, and beside them.</summary>
static class OutageFiles
{
    static readonly MarkedText outages = new("outages");

    /// <summary>Writes them all; gives what was written, relative to the repository.</summary>
    /// <exception cref="DirectoryNotFoundException">The command was not run inside the repository.</exception>
    /// <exception cref="FormatException">A file has lost its markers.</exception>
    public static IReadOnlyList<string> Write(IReadOnlyList<OutageResult> results)
    {
        var root = MarkedText.Root();
        outages.Replace(Path.Combine(root, "README.md"), OutageTables.Compact(results));
        outages.Replace(Path.Combine(root, "bench", "outages.md"), $"{OutageTables.Legend(results.Select(r => r.Trace).Distinct())}\n{OutageTables.Full(results)}");
        OutagePlot.Save(results, Path.Combine(root, "docs", "outages.png"));
        return ["README.md", "bench/outages.md", "docs/outages.png"];
    }
}

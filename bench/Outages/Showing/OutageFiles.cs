using Lifecycle.Bench.Outages.Playing;

namespace Lifecycle.Bench.Outages.Showing;

/// <summary>Writes tables and plot to where they are read: between markers in Markdown files, and beside them.</summary>
static class OutageFiles
{
    const string Begin = "<!-- outages: written by the bench -->";
    const string End = "<!-- outages: end -->";

    /// <summary>Writes them all; gives what was written, relative to the repository.</summary>
    /// <exception cref="DirectoryNotFoundException">The command was not run inside the repository.</exception>
    /// <exception cref="FormatException">A file has lost its markers.</exception>
    public static IReadOnlyList<string> Write(IReadOnlyList<OutageResult> results)
    {
        var root = Root();
        Replace(Path.Combine(root, "README.md"), OutageTables.Compact(results));
        Replace(Path.Combine(root, "bench", "outages.md"), $"{OutageTables.Legend(results.Select(r => r.Trace).Distinct())}\n{OutageTables.Full(results)}");
        OutagePlot.Save(results, Path.Combine(root, "docs", "outages.png"));
        return ["README.md", "bench/outages.md", "docs/outages.png"];
    }

    static string Root()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Lifecycle.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Run it inside the repository: it writes README.md, bench/outages.md and docs/outages.png.");
    }

    static void Replace(string path, string text)
    {
        var old = File.ReadAllText(path);
        var (begin, end) = (old.IndexOf(Begin, StringComparison.Ordinal), old.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new FormatException($"{Path.GetFileName(path)} needs the lines '{Begin}' and '{End}'.");
        }

        File.WriteAllText(path, $"{old[..(begin + Begin.Length)]}\n{text}{old[end..]}");
    }
}

using System.Globalization;

namespace Lifecycle.Bench.Processes;

/// <summary>How many files and sockets this process may have. The runtime raises it to the hard limit by itself.</summary>
static class OpenFiles
{
    const string LimitsFile = "/proc/self/limits";

    /// <summary>The limit; null when the system does not tell.</summary>
    public static int? Limit => File.Exists(LimitsFile)
        && File.ReadLines(LimitsFile).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) is { } line
        && int.TryParse(line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var limit)
            ? limit
            : null;
}

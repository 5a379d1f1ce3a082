using System.Globalization;
using Lifecycle.Bench.Outages.Playing;

namespace Lifecycle.Bench.Outages.Showing;

/// <summary>How numbers are written in tables and plots.</summary>
static class Texts
{
    public static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The time to a share of the sessions, or why there is none.</summary>
    public static string TimeTo(this OutageResult result, double share) => result.Trace.UpMs is null
        ? "–"
        : result.RecoveryTo(share) is { } time ? Seconds(time) : "never";

    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");
}

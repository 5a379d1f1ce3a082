using System.Globalization;

namespace Lifecycle.Bench.Results;

/// <summary>One row of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Measured">The figure with its unit.</param>
/// <param name="Baseline">What the same machine does without Lifecycle, in the same run.</param>
/// <param name="Ratio">Measured over baseline.</param>
/// <param name="Aim">What is aimed at and whether it was reached.</param>
sealed record Figure(string What, string Measured, string Baseline = "", string Ratio = "", string Aim = "")
{
    /// <summary>A rate per second; more is better.</summary>
    public static Figure Rate(string what, double rate, string unit, double baseline, string baselineName, double? atLeast = null) => new(
        what, Text($"{rate:N0} {unit}/s"), Text($"{baseline:N0}/s {baselineName}"), Text($"{rate / baseline:0.00}"),
        atLeast is { } least ? Text($"over {least:N0}: {Verdict(rate > least)}") : "");

    /// <summary>A time; less is better.</summary>
    public static Figure Time(string what, TimeSpan time, TimeSpan? baseline, string baselineName, TimeSpan? under = null, double? within = null)
    {
        var ratio = baseline is { Ticks: > 0 } floor ? time / floor : (double?)null;
        List<string> aims = [];
        if (under is { } most)
        {
            aims.Add(Text($"under {most.TotalMilliseconds:0} ms: {Verdict(time < most)}"));
        }

        if (within is { } times && ratio is { } got)
        {
            aims.Add(Text($"within {times:0}x: {Verdict(got <= times)}"));
        }

        return new(
            what, Milliseconds(time), baseline is { } b ? $"{Milliseconds(b)} {baselineName}" : "",
            ratio is { } r ? Text($"{r:0.0}") : "", string.Join(", ", aims));
    }

    /// <summary>A verdict in a word.</summary>
    public static string Verdict(bool reached) => reached ? "yes" : "NO";

    static string Milliseconds(TimeSpan time) => Text($"{time.TotalMilliseconds:0.00} ms");

    /// <summary>Text with the invariant culture's numbers.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using Spectre.Console;

namespace Lifecycle.Doctor;

/// <summary>The report for people at a terminal: a line per group, and all of what failed or was skipped.</summary>
public static class TerminalReport
{
    /// <summary>Writes it.</summary>
    /// <param name="console">Where to; it decides about colours.</param>
    /// <param name="report">What.</param>
    /// <param name="verbose">Whether checks that passed are listed as well, and what happened in those that failed.</param>
    public static void Write(IAnsiConsole console, DoctorReport report, bool verbose = false)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in (string[])["Group", "MUST", "SHOULD", "Skipped", "Verdict"]) table.AddColumn($"[bold]{column}[/]");
        foreach (var group in report.Results.GroupBy(result => result.Group)) table.AddRow(RowOf(group.Key, [.. group]));
        console.Write(table);
        foreach (var result in report.Results.Where(result => verbose || result.Verdict == CheckVerdict.Fail)) WriteResult(console, result, verbose);
        WriteSkipped(console, report);
        WriteEnd(console, report);
    }

    static string[] RowOf(string group, IReadOnlyList<CheckResult> results)
    {
        var failed = results.Count(result => result.IsBad);
        var weak = results.Count(result => (result.Level, result.Verdict) == (CheckLevel.Should, CheckVerdict.Fail));
        var verdict = failed > 0 ? "[red bold]✗ bad[/]"
            : weak > 0 ? "[yellow bold]! weak[/]"
            : results.All(result => result.Verdict == CheckVerdict.Skipped) ? "[grey]skipped[/]" : "[green bold]✓ good[/]";
        return [$"[bold]{Text(group)}[/]", Part(CheckLevel.Must), Part(CheckLevel.Should), $"{results.Count(result => result.Verdict == CheckVerdict.Skipped)}", verdict];

        string Part(CheckLevel level) => results.Where(result => result.Level == level && result.Verdict != CheckVerdict.Skipped).ToList() is { Count: > 0 } played
            ? $"{played.Count(result => result.Verdict == CheckVerdict.Pass)} of {played.Count}"
            : "–";
    }

    static void WriteResult(IAnsiConsole console, CheckResult result, bool verbose)
    {
        var (sign, colour) = result.Verdict switch
        {
            CheckVerdict.Pass => ("✓", "green"),
            CheckVerdict.Skipped => ("-", "grey"),
            _ => result.IsBad ? ("✗", "red") : ("!", "yellow"),
        };
        console.MarkupLine($"[{colour}]{sign} {(result.Level == CheckLevel.Must ? "MUST" : "SHOULD")} {Text(result.Id)}[/]  {Text(result.Title)}");
        if (result.Verdict == CheckVerdict.Fail)
        {
            console.MarkupLine($"    expected  {Text(result.Expected)}");
            console.MarkupLine($"    seen      {Text(result.Seen)}");
            console.MarkupLine($"    rule      [grey]{Text(result.Rule)}: “{Text(result.RuleWords)}”[/]");
            if (verbose) foreach (var moment in result.Moments) console.MarkupLine($"    [grey]{moment.AtMs,7} ms  {Text(moment.What)}[/]");
        }
        else if (verbose) console.MarkupLine($"    [grey]{Text(result.Seen)} ({result.TookMs} ms)[/]");
    }

    static void WriteSkipped(IAnsiConsole console, DoctorReport report)
    {
        foreach (var why in report.Results.Where(result => result.Verdict == CheckVerdict.Skipped).GroupBy(result => result.Seen))
        {
            var names = why.Key == CheckResult.NotReached ? $": {string.Join(", ", why.Select(result => result.Id))}" : "";
            console.MarkupLine($"[grey]- {why.Count()} skipped: {Text(why.Key + names)}[/]");
        }
    }

    static void WriteEnd(IAnsiConsole console, DoctorReport report)
    {
        var (bad, weak) = (report.Count(CheckVerdict.Fail, CheckLevel.Must), report.Count(CheckVerdict.Fail, CheckLevel.Should));
        var colour = bad > 0 ? "red" : weak > 0 ? "yellow" : "green";
        console.MarkupLine($"[{colour} bold]{report.Count(CheckVerdict.Pass)} of {report.Results.Count} checks passed[/], {bad} MUST and {weak} SHOULD failed, "
            + $"{report.Count(CheckVerdict.Skipped)} skipped: {Text(report.PackageName)} at {Text(report.WebhookUrl)}, {report.TookMs / 1000.0:0.0} s.");
    }

    // An app names itself, and answers, as it likes.
    static string Text(string text) => Markup.Escape(PlainText.LineOf(text));
}

using Lifecycle.Samples.Drill.Verdicts;
using Spectre.Console;

namespace Lifecycle.Samples.Drill.Display;

/// <summary>The drill's result: a table, and for what is bad the expected and the seen.</summary>
static class ReportTable
{
    const int TitleWidth = 20;

    public static void Write(IAnsiConsole console, IReadOnlyList<SceneReport> scenes)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).ShowRowSeparators();
        table.AddColumn(new TableColumn("[bold]Scenario[/]").Width(TitleWidth));
        table.AddColumn(new TableColumn("[bold]State path seen[/]"));
        table.AddColumn(new TableColumn("[bold]Webhooks sent[/]").RightAligned());
        table.AddColumn(new TableColumn("[bold]Time to recover[/]").RightAligned());
        table.AddColumn(new TableColumn("[bold]Verdict[/]"));
        var lines = scenes.SelectMany(scene => scene.Lines).ToList();
        foreach (var line in lines)
        {
            table.AddRow(
                $"[bold]{Markup.Escape(line.Title)}[/]\n[grey]{line.SessionCount} sessions[/]",
                Paths(line),
                Webhooks(line),
                Recovery(line),
                line.Checks.Hold ? $"[green bold]✓ good[/]\n[grey]{line.Checks.All.Count} checks[/]" : "[red bold]✗ BAD[/]");
        }
        console.Write(table);
        foreach (var line in lines) WriteFailures(console, line.Title, line.Checks);
    }

    static void WriteFailures(IAnsiConsole console, string title, Checks checks)
    {
        foreach (var check in checks.All.Where(check => !check.Holds))
        {
            console.MarkupLine($"[red]✗ {Markup.Escape(title)}: {Markup.Escape(check.What)}[/]");
            console.MarkupLine($"    expected  {Markup.Escape(check.Expected)}");
            console.MarkupLine($"    seen      {Markup.Escape(check.Seen)}");
        }
    }

    static string Paths(ReportLine line) => line.Paths switch
    {
        [] => "[grey]none[/]",
        [var only] => Markup.Escape(only.Path),
        var several => string.Join('\n', several.Select(path => $"[grey]{path.Sessions} x[/] {Markup.Escape(path.Path)}")),
    };

    static string Webhooks(ReportLine line)
    {
        if (line.WebhooksSent == 0) return "0";
        var away = line.WebhooksWhileAway is { } sent ? $"\n[grey]{sent} while it was away[/]" : "";
        return $"{line.WebhooksSent}{away}\n[grey]{line.WebhooksReceived} reached the app[/]";
    }

    static string Recovery(ReportLine line)
    {
        if (line.Exits.Count > 0) return string.Join('\n', Times("SIGTERM to exit", line.Exits));
        string[] times = [.. Times("median", line.Recoveries), .. Times($"from {line.Since}", line.RecoveriesFromAppUp)];
        return times.Length > 0 ? string.Join('\n', times) : "[grey]none[/]";
    }

    static IReadOnlyList<string> Times(string what, IReadOnlyList<TimeSpan> sorted) => sorted.Count == 0 ? [] :
        [$"{Markup.Escape(what)} {Seconds(Median(sorted))}", $"[grey]slowest {Seconds(sorted[^1])}[/]"];

    static TimeSpan Median(IReadOnlyList<TimeSpan> sorted) => sorted[sorted.Count / 2];

    static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.0} s";
}

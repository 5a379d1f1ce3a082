using Lifecycle.Samples.Drill.Verdicts;
using Spectre.Console;

namespace Lifecycle.Samples.Drill.Display;

/// <summary>The drill's result: a table, and for what is bad the expected and the seen.</summary>
static class ReportTable
{
    public static void Write(IAnsiConsole console, IReadOnlyList<(string Title, SceneReport Report)> scenes)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).ShowRowSeparators();
        table.AddColumn(new TableColumn("[bold]Scenario[/]"));
        table.AddColumn(new TableColumn("[bold]State path seen[/]"));
        table.AddColumn(new TableColumn("[bold]Webhooks sent[/]").RightAligned());
        table.AddColumn(new TableColumn("[bold]Time to recover[/]").RightAligned());
        table.AddColumn(new TableColumn("[bold]Verdict[/]"));
        foreach (var (title, report) in scenes)
        {
            table.AddRow(
                $"[bold]{Markup.Escape(title)}[/]\n[grey]{report.SessionCount} sessions[/]",
                Paths(report),
                Webhooks(report),
                Recovery(report.Recoveries),
                report.Checks.Hold ? $"[green]✓ good[/]\n[grey]{report.Checks.All.Count} checks[/]" : "[red bold]✗ BAD[/]");
        }
        console.Write(table);
        foreach (var (title, report) in scenes) WriteFailures(console, title, report.Checks);
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

    static string Paths(SceneReport report) => report.Paths switch
    {
        [] => "[grey]none[/]",
        [var only] => Markup.Escape(only.Path),
        var several => string.Join('\n', several.Select(path => $"[grey]{path.Sessions} x[/] {Markup.Escape(path.Path)}")),
    };

    static string Webhooks(SceneReport report) => report.WebhooksSent == 0
        ? "0"
        : $"{report.WebhooksSent}\n[grey]{report.WebhooksReceived} reached the app[/]";

    static string Recovery(IReadOnlyList<TimeSpan> sorted) => sorted.Count == 0
        ? "[grey]none[/]"
        : $"median {sorted[sorted.Count / 2].TotalSeconds:0.0} s\n[grey]slowest {sorted[^1].TotalSeconds:0.0} s[/]";
}

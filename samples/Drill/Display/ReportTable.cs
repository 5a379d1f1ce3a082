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
        if (line.Exits is { Count: > 0 } exits) return $"SIGTERM to exit {Seconds(Median(exits))}\n[grey]slowest {Seconds(exits[^1])}[/]";
        if (line.Recoveries is not { Count: > 0 } sorted) return "[grey]none[/]";
        var text = $"median {Seconds(Median(sorted))}\n[grey]slowest {Seconds(sorted[^1])}[/]";
        return line.RecoveriesFromAppUp is { Count: > 0 } fromUp
            ? $"{text}\nfrom {Markup.Escape(line.Since)} {Seconds(Median(fromUp))}\n[grey]slowest {Seconds(fromUp[^1])}[/]"
            : text;
    }

    static TimeSpan Median(IReadOnlyList<TimeSpan> sorted) => sorted[sorted.Count / 2];

    static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.0} s";
}

using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lifecycle.Samples.Drill.Display;

/// <summary>For terminals: every scene at once, with a bar that shows how many of its sessions are RUNNING.</summary>
sealed class LiveBoard(IAnsiConsole console, TimeProvider time) : IBoard
{
    const int BarWidth = 20;

    static readonly TimeSpan frame = TimeSpan.FromMilliseconds(100);

    readonly List<SceneRow> rows = [];
    readonly long start = time.GetTimestamp();

    public SceneRow Add(string title)
    {
        var row = new SceneRow(title, _ => { });
        rows.Add(row);
        return row;
    }

    public Task ShowAsync(Func<Task> work) => console.Live(Draw()).AutoClear(true).StartAsync(async live =>
    {
        var done = work();
        while (!done.IsCompleted)
        {
            live.UpdateTarget(Draw());
            await Task.WhenAny(done, Task.Delay(frame, time));
        }
        await done;
    });

    IRenderable Draw()
    {
        var grid = new Grid().AddColumns(
            new GridColumn().NoWrap().Width(1), new GridColumn().NoWrap(), new GridColumn().NoWrap(), new GridColumn().NoWrap().RightAligned(), new GridColumn().NoWrap());
        foreach (var row in rows)
        {
            var (running, all) = row.Count;
            grid.AddRow(Mark(row.Stage), $"[bold]{Markup.Escape(row.Title)}[/]", Bar(running, all), all == 0 ? "" : $"{running}/{all}", $"[grey]{Markup.Escape(row.Now)}[/]");
        }
        return new Rows(grid, new Markup($"[grey]  {time.GetElapsedTime(start).TotalSeconds:0.0} s[/]"));
    }

    string Mark(SceneStage stage) => stage switch
    {
        SceneStage.Good => "[green]✓[/]",
        SceneStage.Bad => "[red]✗[/]",
        SceneStage.Playing => $"[yellow]{"⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"[(int)(time.GetElapsedTime(start) / frame) % 10]}[/]",
        _ => "[grey]·[/]",
    };

    static string Bar(int running, int all)
    {
        if (all == 0) return "";
        var filled = running * BarWidth / all;
        return $"[green]{new string('━', filled)}[/][grey35]{new string('━', BarWidth - filled)}[/]";
    }
}

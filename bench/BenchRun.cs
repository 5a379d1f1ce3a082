using Lifecycle.Bench.Benches;
using Lifecycle.Bench.Results;
using Spectre.Console;

namespace Lifecycle.Bench;

/// <summary>Runs benches one after the other and prints their table.</summary>
static class BenchRun
{
    public static IReadOnlyList<IBench> All { get; } =
    [
        new SignalsBench(), new CyclesBench(), new AckBench(), new TimersBench(), new SessionsBench(), new SocketsBench(), new StartUpBench(),
        new CostsBench(),
    ];

    public static async Task RunAsync(BenchArguments arguments)
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumns("bench", "what", "measured", "baseline", "ratio", "aim");
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 300; // a file has no width to fold the table to
        }

        foreach (var bench in arguments.Benches)
        {
            foreach (var figure in await bench.RunAsync(arguments.Quick, step => Console.Error.WriteLine($"{bench.Name}: {step}")))
            {
                table.AddRow(new[] { bench.Name, figure.What, figure.Measured, figure.Baseline, figure.Ratio, figure.Aim }.Select(Markup.Escape).ToArray());
            }
        }

        AnsiConsole.Write(table);
    }
}

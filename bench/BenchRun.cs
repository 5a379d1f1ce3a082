using Lifecycle.Bench.Benches;
using Lifecycle.Bench.Results;
using Spectre.Console;

namespace Lifecycle.Bench;

/// <summary>Runs benches one after the other and prints their table.</summary>
static class BenchRun
{
    public static IReadOnlyList<IBench> All { get; } =
    [
        new SignalsBench(), new CyclesBench(), new AckBench(), new TimersBench(), new SessionsBench(), new SocketsBench(), new ReconnectsBench(), new CloudRestartBench(), new MoveBench(),
        new StartUpBench(), new FleetBench(), new SweepBench(),
        new CostsBench(), new StorageBench(), new CloudOutageBench(), new PriceBench(), new OutagesBench(), new PacesBench(),
    ];

    /// <summary>Runs the benches; false when one of them could not measure.</summary>
    public static async Task<bool> RunAsync(BenchArguments arguments)
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumns("bench", "what", "measured", "baseline", "ratio", "aim");
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 300; // a file has no width to fold the table to
        }

        var complete = true;
        foreach (var bench in arguments.Benches)
        {
            var figures = await TryAsync(bench, arguments.Quick);
            complete &= figures is not null;
            foreach (var figure in figures ?? [new Figure("could not be measured", "")])
            {
                table.AddRow(new[] { bench.Name, figure.What, figure.Measured, figure.Baseline, figure.Ratio, figure.Aim }.Select(Markup.Escape).ToArray());
            }
        }

        AnsiConsole.Write(table);
        return complete;
    }

    // Minutes of other measurements must not be lost with one that failed.
    static async Task<IReadOnlyList<Figure>?> TryAsync(IBench bench, bool quick)
    {
        try
        {
            return await bench.RunAsync(quick, step => Console.Error.WriteLine($"{bench.Name}: {step}"));
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"{bench.Name} failed: {e}");
            return null;
        }
    }
}

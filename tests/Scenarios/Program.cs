using System.Globalization;
using Lifecycle.Scenarios.Http;

namespace Lifecycle.Scenarios;

/// <summary>The command: a line per scenario, world and timing; exit code 1 if one fails.</summary>
static class Program
{
    const string Usage = "usage: [--on rules|embedded] [--timing exact|azure-storage|at-capacity] [--seed N] [--relay] [NAME...]";

    static async Task<int> Main(string[] args) => HttpArguments.AreMeant(args)
        ? await HttpProgram.RunAsync(args, [.. ScenarioRunner.Files.Select(Scenario.Load)])
        : OnVirtualTime(args);

    static int OnVirtualTime(string[] args)
    {
        if (!TryRead(args, out var worlds, out var timings, out var seed, out var relay, out var names))
        {
            Console.Error.WriteLine(Usage);
            Console.Error.WriteLine(HttpArguments.Usage);
            return 2;
        }

        var scenarios = ScenarioRunner.Files.Select(Scenario.Load).Where(s => names.Count == 0 || names.Contains(s.Name)).Select(s => s with { Seed = seed ?? s.Seed, Relay = relay }).ToList();
        if (names.Except(scenarios.Select(s => s.Name)).ToList() is { Count: > 0 } unknown)
        {
            Console.Error.WriteLine($"There is no scenario named {string.Join(", ", unknown)}. There are: {string.Join(", ", ScenarioRunner.Files.Select(Path.GetFileNameWithoutExtension))}");
            return 2;
        }

        var failed = 0;
        foreach (var scenario in scenarios)
        {
            foreach (var world in scenario is { Relay: true, ByAddress: not null } ? worlds.Take(1) : worlds)
            {
                foreach (var timing in scenario is { Relay: true, ByAddress: not null } ? timings.Take(1) : timings)
                {
                    failed += Run(scenario, world, timing) ? 0 : 1;
                }
            }
        }

        return failed == 0 ? 0 : 1;
    }

    static bool Run(Scenario scenario, WorldKind world, TimingKind timing)
    {
        if (scenario is { Relay: true, ByAddress: { } about })
        {
            Console.WriteLine($"note {scenario.Name,-22} is not played without an address: it is about {about}");
            return true;
        }

        var begun = TimeProvider.System.GetTimestamp();
        var report = ScenarioRunner.Run(scenario, world, timing);
        var took = TimeProvider.System.GetElapsedTime(begun);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.Passed ? "ok  " : "FAIL")} {scenario.Name,-22} {world.ToString().ToLowerInvariant(),-8} {EngineTiming.Of(timing, scenario),-15} {report.Numbers}  ({took.TotalSeconds:0.0} s)"));
        foreach (var failure in report.Failures)
        {
            Console.WriteLine($"       {failure}");
        }

        return report.Passed;
    }

    static bool TryRead(string[] args, out List<WorldKind> worlds, out List<TimingKind> timings, out int? seed, out bool relay, out List<string> names)
    {
        (worlds, timings, seed, relay, names) = ([WorldKind.Rules, WorldKind.Embedded], [.. Enum.GetValues<TimingKind>()], null, false, []);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--on" when i + 1 < args.Length && Enum.TryParse<WorldKind>(args[i + 1], ignoreCase: true, out var world) && !int.TryParse(args[i + 1], out _):
                    (worlds, i) = ([world], i + 1);
                    break;
                case "--timing" when i + 1 < args.Length && Enum.GetValues<TimingKind>().Any(kind => EngineTiming.NameOf(kind) == args[i + 1]):
                    (timings, i) = ([Enum.GetValues<TimingKind>().Single(kind => EngineTiming.NameOf(kind) == args[i + 1])], i + 1);
                    break;
                case "--seed" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var chosen):
                    (seed, i) = (chosen, i + 1);
                    break;
                case "--relay":
                    relay = true;
                    break;
                case var option when option.StartsWith('-'):
                    return false;
                default:
                    names.Add(args[i]);
                    break;
            }
        }

        return true;
    }
}

using Lifecycle.Local.Durable;

namespace Lifecycle.Scenarios;

/// <summary>Which world a scenario runs in.</summary>
public enum WorldKind
{
    /// <summary>The rules alone.</summary>
    Rules,

    /// <summary>The deployed app on the embedded runtime.</summary>
    Embedded,
}

/// <summary>Runs scenarios on virtual time.</summary>
static class ScenarioRunner
{
    static readonly DateTimeOffset start = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    /// <summary>The scenario files, by name.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Files"), "*.json").Order(StringComparer.Ordinal)];

    public static ScenarioReport Run(Scenario scenario, WorldKind kind, TimingKind timing)
    {
        var time = new VirtualTimeProvider(start);
        ScenarioReport? report = null;
        time.Run(async () =>
        {
            await using IWorld world = kind == WorldKind.Rules
                ? new RulesWorld(time, EngineTiming.Of(timing, scenario), scenario.Seed) { Remembers = timing == TimingKind.Exact }
                : new EmbeddedWorld(time, EngineTiming.Of(timing, scenario), scenario.Seed);
            report = await new ScenarioRun(scenario, world, timing).PlayAsync();
        });
        if (time.ForeignPosts > 0)
        {
            report!.Failures.Add($"{time.ForeignPosts} continuations escaped the simulation: it is not repeatable");
        }

        return report!;
    }
}

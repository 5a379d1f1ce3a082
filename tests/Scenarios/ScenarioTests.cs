namespace Lifecycle.Scenarios;

/// <summary>The scenario files as tests: the same files, the same runner as the command.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string, WorldKind, TimingKind> Everywhere()
    {
        var data = new TheoryData<string, WorldKind, TimingKind>();
        foreach (var file in ScenarioRunner.Files)
        {
            foreach (var world in Enum.GetValues<WorldKind>().Where(w => w == WorldKind.Rules || !Scenario.Load(file).Heavy))
            {
                foreach (var timing in Enum.GetValues<TimingKind>())
                {
                    data.Add(Path.GetFileNameWithoutExtension(file), world, timing);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Scenario_holds(string name, WorldKind world, TimingKind timing)
    {
        var scenario = Scenario.Load(ScenarioRunner.Files.Single(f => Path.GetFileNameWithoutExtension(f) == name));
        Assert.Equal(name, scenario.Name);
        var report = ScenarioRunner.Run(scenario, world, timing);
        Assert.True(report.Passed, $"{string.Join("; ", report.Failures)} [{report.Numbers}]");
    }

    [Fact]
    public void The_same_scenario_with_the_same_seed_is_the_same_run()
    {
        var scenario = Scenario.Load(ScenarioRunner.Files.Single(f => f.EndsWith("app-redeploy.json", StringComparison.Ordinal)));
        var (one, two) = (ScenarioRunner.Run(scenario, WorldKind.Embedded, TimingKind.AtCapacity), ScenarioRunner.Run(scenario, WorldKind.Embedded, TimingKind.AtCapacity));
        Assert.Equal(one.Recoveries, two.Recoveries);
        Assert.Equal(one.Numbers, two.Numbers);
    }

    [Fact]
    public void Verdicts_of_a_broken_expectation_say_what_was_seen()
    {
        var scenario = Scenario.Load(ScenarioRunner.Files.Single(f => f.EndsWith("socket-drop.json", StringComparison.Ordinal)));
        var wrong = scenario with { Expect = new Expectations { Reconnects = new RangeModel(Max: 0), Path = ["RUNNING"] } };
        var report = ScenarioRunner.Run(wrong, WorldKind.Rules, TimingKind.Exact);
        Assert.Contains(report.Failures, f => f.StartsWith("reconnects: expected", StringComparison.Ordinal));
        Assert.Contains(report.Failures, f => f.StartsWith("path of", StringComparison.Ordinal));
    }
}

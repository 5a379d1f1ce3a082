namespace Lifecycle.Scenarios;

/// <summary>What the verdicts of scenarios rest on.</summary>
public sealed class ScenarioTests
{
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

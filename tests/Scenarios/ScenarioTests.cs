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

    [Theory]
    [InlineData("socket-drop", 20, 20, 0, 0)]
    [InlineData("app-redeploy", 30, 0, 30, 0)]
    [InlineData("zombie", 10, 0, 10, 10)]
    public void Sweeps_of_the_embedded_host_count_what_happened(string name, int graces, int reconnects, int resurrections, int falseOnes)
    {
        var scenario = Scenario.Load(ScenarioRunner.Files.Single(f => Path.GetFileNameWithoutExtension(f) == name));
        Assert.Equal(new FleetSeen(graces, reconnects, resurrections, falseOnes), ScenarioRunner.Run(scenario, WorldKind.Embedded, TimingKind.Exact).Fleet);
    }

    [Fact]
    public void FleetVerdicts_OfSweepsThatMissedSomething_SayWhatWasCounted()
    {
        using var nothing = new CounterBook();
        Assert.Empty(FleetVerdicts.Check(new FleetSeen(0, 0, 0, 0), nothing));
        Assert.Equal(4, FleetVerdicts.Check(new FleetSeen(1, 1, 1, 1), nothing).Count());
    }

    [Fact]
    public void BlameVerdicts_OfAVerdictThatNoDisturbanceExplains_SayWhoWasBlamed()
    {
        var (id, lost) = (new AppSessionId("s1", "com.example.notes"), new DateTimeOffset(2026, 1, 1, 3, 0, 0, TimeSpan.Zero));
        var truth = new Disturbances();
        truth.Add(new StepModel { AtMs = 0, Do = StepKind.DropSockets }, lost, sessions: null);
        Assert.Empty(Of(Blame.Network).Concat(Of(Blame.Unknown)));
        Assert.Contains("fault of app (reconnect), and were of network", Assert.Single(Of(Blame.App)), StringComparison.Ordinal);

        IEnumerable<string> Of(Blame verdict) => BlameVerdicts.Check(BlameVerdicts.In(id, Lost(verdict), truth));

        SessionSnapshot Lost(Blame verdict) => new(
            AppState.Running,
            new SessionTally(),
            [
                new TrailStep(AppState.Running, lost.AddSeconds(-9), Reasons.Connect, Blame.Platform),
                new TrailStep(AppState.GracePeriod, lost, Reasons.SocketLost),
                new TrailStep(AppState.Running, lost.AddSeconds(1), Reasons.Reconnect, verdict),
            ],
            SubscriptionSet.Empty);
    }
}

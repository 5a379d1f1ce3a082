namespace Lifecycle.Scenarios;

/// <summary>
/// The scenario files as tests: the same files, the same runner as the command. A class for each timing, so that they are played side by side.
/// </summary>
public abstract class ScenarioFileTests
{
    protected static TheoryData<string, WorldKind> Everywhere() => In(Enum.GetValues<WorldKind>());

    protected static TheoryData<string, WorldKind> In(params WorldKind[] worlds)
    {
        var data = new TheoryData<string, WorldKind>();
        foreach (var file in ScenarioRunner.Files)
        {
            foreach (var world in worlds.Where(w => w == WorldKind.Rules || !Scenario.Load(file).Heavy))
            {
                data.Add(Path.GetFileNameWithoutExtension(file), world);
            }
        }

        return data;
    }

    private protected static void Play(string name, WorldKind world, TimingKind timing, bool relay = false)
    {
        var scenario = Scenario.Load(ScenarioRunner.Files.Single(f => Path.GetFileNameWithoutExtension(f) == name)) with { Relay = relay };
        Assert.Equal(name, scenario.Name);
        var report = ScenarioRunner.Run(scenario, world, timing);
        Assert.True(report.Passed, $"{string.Join("; ", report.Failures)} [{report.Numbers}]");
    }
}

public sealed class ExactScenarioTests : ScenarioFileTests
{
    public static TheoryData<string, WorldKind> Files() => Everywhere();

    [Theory]
    [MemberData(nameof(Files))]
    public void Scenario_holds_in_exact_timing(string name, WorldKind world) => Play(name, world, TimingKind.Exact);
}

/// <summary>On the rules: the embedded engine has the same timers and latencies at its capacity, too, and the command plays it in this timing.</summary>
public sealed class AzureStorageScenarioTests : ScenarioFileTests
{
    public static TheoryData<string, WorldKind> Files() => In(WorldKind.Rules);

    [Theory]
    [MemberData(nameof(Files))]
    public void Scenario_holds_in_the_timing_of_Azure_Storage(string name, WorldKind world) => Play(name, world, TimingKind.AzureStorage);
}

public sealed class AtCapacityScenarioTests : ScenarioFileTests
{
    public static TheoryData<string, WorldKind> Files() => Everywhere();

    [Theory]
    [MemberData(nameof(Files))]
    public void Scenario_holds_at_its_capacity(string name, WorldKind world) => Play(name, world, TimingKind.AtCapacity);
}

/// <summary>Some of the files with relayed webhooks; the command plays all of them so, with <c>--relay</c>.</summary>
public sealed class RelayedScenarioTests : ScenarioFileTests
{
    [Theory]
    [InlineData("node-rotation", WorldKind.Rules, TimingKind.Exact)]
    [InlineData("dead-endpoint", WorldKind.Rules, TimingKind.Exact)]
    [InlineData("rolling-deploy", WorldKind.Rules, TimingKind.Exact)]
    [InlineData("crash-loop", WorldKind.Rules, TimingKind.Exact)]
    [InlineData("two-minute-outage", WorldKind.Rules, TimingKind.AtCapacity)]
    [InlineData("cloud-outage-app-dies", WorldKind.Rules, TimingKind.AzureStorage)]
    [InlineData("node-rotation", WorldKind.Embedded, TimingKind.Exact)]
    [InlineData("host-kill", WorldKind.Embedded, TimingKind.Exact)]
    [InlineData("node-rotation", WorldKind.Embedded, TimingKind.AtCapacity)]
    [InlineData("rolling-deploy-host-kill", WorldKind.Embedded, TimingKind.AtCapacity)]
    public void Scenario_holds_with_relayed_webhooks(string name, WorldKind world, TimingKind timing) => Play(name, world, timing, relay: true);
}

using Lifecycle.Simulator.Searching;
using Lifecycle.Simulator.Tests.Planted;
using Lifecycle.Simulator.Worlds;
using Xunit.Abstractions;

namespace Lifecycle.Simulator.Tests.Searching;

/// <summary>All states of two sessions and their gate within some bounds, a million in all; docs/simulator.md has the figures of a larger search.</summary>
public sealed class SearchTests(ITestOutputHelper output)
{
    const int FewStates = 300_000;

    static SearchResult Run(IRules rules, string name, int faults, int troubles, int most = 2_000_000) =>
        Search.Run(rules, SearchSetting.Named(name)[0] with { Faults = faults, Troubles = troubles }, most);

    void HasNothingBroken(SearchResult result)
    {
        output.WriteLine($"{result.States:N0} states, depth {result.Depth}, {result.Rows} lines of the table");
        Assert.True(result.Broken is null, string.Join(Environment.NewLine, [result.Broken, .. result.Trace]));
    }

    [Theory]
    [InlineData("running", 1, 1, 200_000)]
    [InlineData("talking", 1, 1, 300_000)]
    [InlineData("no-evidence", 1, 1, 100_000)]
    [InlineData("no-resurrection", 0, 2, 50_000)]
    public void Run_OfAllThereIs_BreaksNothingAndComesToRest(string name, int faults, int troubles, int least)
    {
        var result = Run(new RealRules(), name, faults, troubles);

        HasNothingBroken(result);
        Assert.True(result.IsComplete);
        Assert.InRange(result.States, least, int.MaxValue);
    }

    [Theory]
    [InlineData("starting")]
    [InlineData("unsolicited")]
    public void Run_OfTheNearestStates_BreaksNothingAndComesToRest(string name)
    {
        var result = Run(new RealRules(), name, 1, 2, FewStates);

        HasNothingBroken(result);
        Assert.InRange(result.States, FewStates, int.MaxValue);
    }

    [Fact]
    public void Run_Again_FindsTheSameStates() =>
        Assert.Equal(Run(new RealRules(), "no-resurrection", 1, 1) with { Trace = [] }, Run(new RealRules(), "no-resurrection", 1, 1) with { Trace = [] });

    // Which rule each breaks; breadth first, so no shorter way shows it.
    [Theory]
    [InlineData(nameof(SendsWithoutALook), 1, 8)]
    [InlineData(nameof(ExpiresTwice), 2, 6)]
    [InlineData(nameof(BelievesStaleDisconnects), 3, 3)]
    [InlineData(nameof(ForgetsSubscriptions), 4, 7)]
    [InlineData(nameof(ForgetsClosedConnections), 5, 5)]
    [InlineData(nameof(AttachesWhatIsStopped), 7, 4)]
    [InlineData(nameof(TakesAnyVersion), 8, 4)]
    [InlineData(nameof(BlamesTheAppForTheHost), 10, 5)]
    public void Run_WithAPlantedFault_FindsTheShortestTrace(string name, int rule, int steps)
    {
        var fault = (PlantedFault)Activator.CreateInstance(typeof(PlantedFault).Assembly.GetTypes().Single(type => type.Name == name))!;

        var result = Run(fault, "running", 1, 2);

        output.WriteLine(string.Join(Environment.NewLine, [$"{result.States:N0} states: {result.Broken}", .. result.Trace]));
        Assert.StartsWith($"rule {rule}:", result.Broken, StringComparison.Ordinal);
        Assert.Equal(steps + 1, result.Trace.Count);
        Assert.Contains(result.Broken!, result.Trace[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithASessionThatNeverComesToRest_ShowsHowItGoesOn()
    {
        var result = Run(new HoldsForEver(), "running", 0, 1, most: 2_000);

        output.WriteLine(string.Join(Environment.NewLine, result.Trace));
        Assert.StartsWith("rule 6: not at rest", result.Broken, StringComparison.Ordinal);
        Assert.Contains("-- nothing goes wrong from here on", result.Trace);
    }

    /// <summary>A grace window begins anew whenever it runs out, and no limit is set to that.</summary>
    sealed class HoldsForEver : IRules
    {
        public Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) => @event is TimerFired timer
            ? Rules.Decide(id, session, timer with { Sight = new ServiceSight(false, now) }, now, policy with { AliveLimitMs = 86_400_000 })
            : Rules.Decide(id, session, @event, now, policy);

        public AppDecision Decide(string package, AppGate gate, AppEvent @event, DateTimeOffset now, Policy policy, bool hasHealthUrl) =>
            AppRules.Decide(package, gate, @event, now, policy, hasHealthUrl);
    }
}

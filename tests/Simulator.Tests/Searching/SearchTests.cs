using Lifecycle.Simulator.Searching;
using Lifecycle.Simulator.Tests.Planted;
using Lifecycle.Simulator.Worlds;
using Xunit.Abstractions;

namespace Lifecycle.Simulator.Tests.Searching;

/// <summary>All states of two sessions and their gate within some bounds; docs/simulator.md has the figures of a larger search.</summary>
public sealed class SearchTests(ITestOutputHelper output)
{
    const int States = 200_000;

    public static TheoryData<string> Settings => new(SearchSetting.All.Select(setting => setting.Name));

    // Which rule each breaks, and with how few steps it is shown.
    public static TheoryData<string, int> Found => new()
    {
        { nameof(SendsWithoutALook), 1 },
        { nameof(ExpiresTwice), 2 },
        { nameof(BelievesStaleDisconnects), 3 },
        { nameof(ForgetsSubscriptions), 4 },
        { nameof(ForgetsClosedConnections), 5 },
        { nameof(AttachesWhatIsStopped), 7 },
        { nameof(TakesAnyVersion), 8 },
        { nameof(BlamesTheAppForTheHost), 10 },
        { nameof(ForgetsWhoWasReplaced), 11 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Run_OfTheRealRules_BreaksNothingAndComesToRest(string name)
    {
        var result = Search.Run(new RealRules(), SearchSetting.Named(name)[0], States);

        output.WriteLine($"{result.States:N0} states, depth {result.Depth}");
        Assert.True(result.Broken is null, string.Join(Environment.NewLine, [result.Broken, .. result.Trace]));
        Assert.True(result.IsComplete || result.States >= States);
    }

    [Theory]
    [MemberData(nameof(Found))]
    public void Run_WithAPlantedFault_FindsItWithAShortTrace(string name, int rule)
    {
        var fault = (PlantedFault)Activator.CreateInstance(typeof(PlantedFault).Assembly.GetTypes().Single(type => type.Name == name))!;

        var result = Search.Run(fault, SearchSetting.Named("running")[0], 5 * States);

        output.WriteLine(string.Join(Environment.NewLine, [$"{result.States:N0} states: {result.Broken}", .. result.Trace]));
        Assert.StartsWith($"rule {rule}:", result.Broken, StringComparison.Ordinal);
        Assert.InRange(result.Trace.Count, 2, 30);
    }
}

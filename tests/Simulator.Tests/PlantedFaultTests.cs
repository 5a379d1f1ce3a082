using System.Diagnostics;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Reports;
using Lifecycle.Simulator.Shrinking;
using Lifecycle.Simulator.Tests.Planted;
using Lifecycle.Simulator.Watching;
using Lifecycle.Simulator.Worlds;
using Xunit.Abstractions;

namespace Lifecycle.Simulator.Tests;

/// <summary>The simulator fails on purpose: a broken rule, one for each of DESIGN section 2, is found soon and shrunk to a trace that can be read.</summary>
public sealed class PlantedFaultTests(ITestOutputHelper output)
{
    const int MostStrokes = 30;

    static readonly TimeSpan soon = TimeSpan.FromMinutes(1);

    static readonly IReadOnlyList<PlantedFault> all =
        [.. typeof(PlantedFault).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PlantedFault))).Select(type => (PlantedFault)Activator.CreateInstance(type)!)];

    /// <summary>Every planted fault, by its name.</summary>
    public static TheoryData<string> Faults => new(all.Select(fault => fault.GetType().Name).Order());

    [Theory]
    [MemberData(nameof(Faults))]
    public void Play_WithAPlantedFault_FindsItAndShrinksIt(string name)
    {
        var (fault, watch) = (all.Single(planted => planted.GetType().Name == name), Stopwatch.StartNew());

        var campaign = Campaign.Play(20_000, 1, threads: 1, fault);
        var found = watch.Elapsed;
        var (plan, violation) = campaign.Failure ?? throw new InvalidOperationException($"{fault} was not found in {campaign.Figures.SessionDays:N0} session-days, {found.TotalSeconds:F1} s.");
        var (small, how) = Shrinker.Shrink(plan, violation, fault);

        output.WriteLine($"{fault}: after {campaign.Figures.SessionDays:N0} session-days, {found.TotalSeconds:F1} s; {plan.Strokes.Length} strokes shrunk to {small.Strokes.Length} in {(watch.Elapsed - found).TotalSeconds:F1} s: {how}");
        Assert.True(found < soon);
        Assert.Equal(fault.Rule, violation.Rule);
        Assert.InRange(small.Strokes.Length, 1, MostStrokes);
        var again = Plan.FromJson(small.ToJson());
        Assert.Equal(how, World.Play(again, fault).Violation);
        Assert.Null(World.Play(again, new RealRules()).Violation);
    }

    [Fact]
    public void Faults_CoverEveryRule() =>
        Assert.Equal(Enumerable.Range(1, 13), all.Select(fault => fault.Rule).Where(rule => rule > 0).Distinct().Order());
}

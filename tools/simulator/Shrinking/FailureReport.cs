using System.Reflection;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Watching;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Shrinking;

/// <summary>What a failure leaves behind: the commit, the seed, and the shrunk plan as a file that plays it again.</summary>
static class FailureReport
{
    /// <summary>The commit that the simulator was built from, as far as it is known.</summary>
    public static string Commit =>
        typeof(FailureReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+').Last() ?? "unknown";

    public static string Write(Plan plan, Violation violation, IRules rules, string folder, TextWriter to)
    {
        to.WriteLine($"FAILED: {violation}");
        to.WriteLine($"commit {Commit}, seed {plan.Seed}; shrinking {plan.Strokes.Length} strokes ...");
        var (small, how) = Shrinker.Shrink(plan, violation, rules);
        var file = Path.Combine(folder, $"simulator-{plan.Seed}.json");
        File.WriteAllText(file, small.ToJson());
        to.WriteLine($"{small.Strokes.Length} strokes, {small.Sessions} sessions: {how}");
        foreach (var stroke in small.Strokes)
        {
            to.WriteLine($"  {stroke.AtMs / 1000.0,10:F3} s {stroke.Do} {(stroke.Session is { } s ? $"s{s} " : "")}{stroke.Ms} {stroke.OtherMs} {stroke.Status}");
        }

        to.WriteLine($"written to {file}; play it again: simulator replay {file}");
        return file;
    }
}

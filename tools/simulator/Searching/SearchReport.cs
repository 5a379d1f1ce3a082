using System.Diagnostics;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Searching;

/// <summary>Searches one setting after the other, and says what came of it.</summary>
static class SearchReport
{
    /// <summary>Searches until something is broken.</summary>
    /// <param name="settings">What is searched.</param>
    /// <param name="most">How many states of each setting at the most.</param>
    /// <param name="rules">Who decides.</param>
    /// <param name="to">Where it is said.</param>
    /// <returns>How many states there were; null when something is broken.</returns>
    public static long? Write(IReadOnlyList<SearchSetting> settings, int most, IRules rules, TextWriter to)
    {
        long states = 0;
        foreach (var setting in settings)
        {
            var watch = Stopwatch.StartNew();
            var result = Search.Run(rules, setting, most);
            to.WriteLine($"{setting.Name}: {result.States:N0} states, {result.Steps:N0} steps, depth {result.Depth}{(result.IsComplete ? ", all of them" : "")}; {result.Sessions:N0} sessions, {result.Gates:N0} gates, {result.Decisions:N0} decisions, {result.Rows} lines of the table; {watch.Elapsed.TotalSeconds:F1} s, {Process()}");
            states += result.States;
            if (result.Broken is not null)
            {
                to.WriteLine(result.Broken);
                result.Trace.ToList().ForEach(to.WriteLine);
                return null;
            }
        }

        to.WriteLine($"{states:N0} states. No rule is broken, and each comes to rest.");
        return states;
    }

    static string Process() => $"{System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 >> 20:N0} MiB at the most";
}

using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Prices;

/// <summary>What the Durable Task Scheduler charges for one step of a session's life: every message that it dispatches to the app.</summary>
/// <param name="Step">The step.</param>
/// <param name="Operations">Of entities.</param>
/// <param name="Episodes">Of orchestrations: their start, and each result that they go on with.</param>
/// <param name="Activities">Started.</param>
sealed record ActionCounts(string Step, double Operations, double Episodes, double Activities)
{
    /// <summary>What a cycle is called in the table.</summary>
    public const string Cycle = "reconnect cycle";

    /// <summary>All of them.</summary>
    public double Actions => Operations + Episodes + Activities;

    /// <summary>A cycle, and the steps of a run, as they were counted.</summary>
    public static IReadOnlyList<ActionCounts> Of(CycleCounts cycle, IReadOnlyList<(string Step, Counts Counts)> runs) =>
    [
        new(Cycle, cycle.Operations, 0, 0),
        .. runs.Where(run => run.Step is RunSteps.Start or RunSteps.Resurrection)
            .Select(run => new ActionCounts(run.Step, run.Counts.Operations, run.Counts.Episodes, run.Counts.Activities)),
    ];
}

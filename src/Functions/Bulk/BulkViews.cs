using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Bulk;

/// <summary>What a bulk action would do.</summary>
/// <param name="Action">The action.</param>
/// <param name="DryRun">Always true: nothing was asked of anybody.</param>
/// <param name="Matched">How many app sessions are meant; at least so many when it is not complete.</param>
/// <param name="Looked">How many stored rows were read to count them.</param>
/// <param name="Complete">Whether all were counted; counting ends after some seconds.</param>
/// <param name="Sample">Ten of them, as session:package.</param>
sealed record BulkForecast(BulkAction Action, bool DryRun, int Matched, int Looked, bool Complete, IReadOnlyList<string> Sample);

/// <summary>The answer to a bulk action that was accepted.</summary>
/// <param name="BulkId">Names it.</param>
sealed record BulkAccepted(string BulkId);

/// <summary>A bulk action as the API shows it.</summary>
/// <param name="BulkId">Names it.</param>
/// <param name="Action">The action.</param>
/// <param name="Filter">Which app sessions are meant; empty for all.</param>
/// <param name="State"><c>running</c>, <c>done</c>, <c>stopped</c> or <c>failed</c>.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="Looked">How many stored rows were read.</param>
/// <param name="Done">How many were told.</param>
/// <param name="Failed">How many were not, for nobody could be asked for them.</param>
/// <param name="Errors">Those; the first fifty, ten while it is running.</param>
sealed record BulkView(
    string BulkId,
    BulkAction? Action,
    string? Filter,
    string State,
    DateTimeOffset? AcceptedAt,
    int Looked,
    int Done,
    int Failed,
    IReadOnlyList<BulkError> Errors)
{
    public static BulkView Of(string bulkId, OrchestrationMetadata instance)
    {
        var job = instance.ReadInputAs<BulkJob>();
        var told = instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? instance.ReadOutputAs<BulkTally>() : instance.ReadCustomStatusAs<BulkTally>();
        var tally = told ?? job?.Tally ?? new BulkTally();
        var state = instance.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Completed => "done",
            OrchestrationRuntimeStatus.Terminated => "stopped",
            OrchestrationRuntimeStatus.Failed => "failed",
            _ => "running",
        };
        return new(
            bulkId, job?.Plan.Action, job?.Plan.Filter.ToString(), state, job?.Plan.AcceptedAt, tally.Looked, tally.Done, tally.Failed, tally.Errors);
    }
}

using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Lifecycle.Functions.Bulk;

/// <summary>The script of a bulk action: page by page of the stored sessions, with pauses in which the engine catches up.</summary>
public static class BulkRun
{
    /// <summary>The orchestrator's name.</summary>
    public const string OrchestratorName = "BulkRun";

    /// <summary>How many pages it tells before it begins anew with a short history.</summary>
    public const int PagesPerHistory = 25;

    // Some minutes: until then an outage of the storage is no end.
    static readonly TaskOptions again = TaskOptions.FromRetryPolicy(
        new RetryPolicy(8, TimeSpan.FromSeconds(2), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(1)));

    /// <summary>The orchestration's instance id.</summary>
    public static string InstanceIdOf(string bulkId) => $"{OrchestratorName}-{bulkId}";

    /// <summary>The orchestrator. It is stopped by ending it: what was told stays told.</summary>
    [Function(OrchestratorName)]
    public static async Task<BulkTally> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var job = context.GetInput<BulkJob>() ?? throw new InvalidOperationException("The bulk action has no plan.");
        context.SetCustomStatus(job.Tally.Brief());
        for (var pages = 0; pages < PagesPerHistory; pages++)
        {
            var step = new BulkStep(job.Plan, job.From, new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero));
            var page = await context.CallActivityAsync<BulkPage>(BulkPages.ActivityName, step, again);
            job = job with { Tally = job.Tally.With(page.Tally), From = page.Next };
            if (page.Next is null)
            {
                return job.Tally;
            }

            context.SetCustomStatus(job.Tally.Brief()); // before the pause, which may take a minute
            if (page.ResumeAt is { } at)
            {
                await context.CreateTimer(at.UtcDateTime, CancellationToken.None);
            }
        }

        context.ContinueAsNew(job);
        return job.Tally;
    }
}

/// <summary>How far a bulk action has come.</summary>
/// <param name="Plan">What is asked.</param>
/// <param name="From">Where the next page begins; null for the first one.</param>
/// <param name="Tally">What was counted so far.</param>
public sealed record BulkJob(BulkPlan Plan, string? From, BulkTally Tally);

/// <summary>One page of a bulk action.</summary>
/// <param name="Plan">What is asked.</param>
/// <param name="From">Where the page begins; null for the first one.</param>
/// <param name="AskedAt">When it was asked for, UTC: the same each time that it is done.</param>
public sealed record BulkStep(BulkPlan Plan, string? From, DateTimeOffset AskedAt);

/// <summary>What came of one page.</summary>
/// <param name="Tally">What was counted.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
/// <param name="ResumeAt">When to go on, UTC; null for at once.</param>
public sealed record BulkPage(BulkTally Tally, string? Next, DateTimeOffset? ResumeAt);

using Lifecycle.Functions.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Maintenance;

/// <summary>Forgets orchestrations that ended longer ago than <see cref="LifecycleSettings.KeepRunsHours"/>. Entities stay.</summary>
public sealed partial class PurgeFinishedRuns(LifecycleSettings settings, TimeProvider time, ILogger<PurgeFinishedRuns> logger)
{
    static readonly OrchestrationRuntimeStatus[] ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>Every hour. What is left when the host stops is found an hour later.</summary>
    [Function(nameof(PurgeFinishedRuns))]
    public async Task Run(
        [TimerTrigger("0 0 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var before = time.GetUtcNow().AddHours(-settings.KeepRunsHours);
        var purged = 0;
        // A purge by filter goes by when an instance was made: one that ran for days and ended just now would go with the others.
        await foreach (var run in client.GetAllInstancesAsync(new OrchestrationQuery { CreatedTo = before, Statuses = ended }))
        {
            cancellation.ThrowIfCancellationRequested();
            // Some backends list entities among the instances; those are never over.
            if (run.LastUpdatedAt < before && run.InstanceId[0] != '@')
            {
                purged += (await client.PurgeInstanceAsync(run.InstanceId, cancellation: cancellation)).PurgedInstanceCount;
            }
        }

        if (purged > 0)
        {
            Purged(purged, settings.KeepRunsHours);
        }
    }

    [LoggerMessage(4001, LogLevel.Information, "{Count} orchestrations that ended more than {Hours} h ago were purged")]
    partial void Purged(int count, int hours);
}

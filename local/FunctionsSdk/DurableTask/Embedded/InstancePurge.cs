using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>Forgets orchestrations that have ended, page by page: each page is one transaction.</summary>
sealed class InstancePurge(DurableEngine engine, TimeProvider time)
{
    const int MostAtOnce = 100;

    public async Task<PurgeResult> RunAsync(PurgeInstancesFilter filter, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var purged = 0;
        string? after = null;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            engine.Statistics.Read();
            var page = engine.Store.ReadOrchestrations("", after, MostAtOnce);
            after = page.Count == MostAtOnce ? page[^1].InstanceId : null;
            purged += await PurgeAsync([.. page.Where(record => Matches(record, filter)).Select(record => record.InstanceId)]);
            if (after is not null && time.GetElapsedTime(begun) > filter.Timeout)
            {
                return new PurgeResult(purged, isComplete: false);
            }
        }
        while (after is not null);
        return new PurgeResult(purged, isComplete: true);
    }

    /// <summary>Forgets these, if they have ended, and gives how many they were.</summary>
    public async Task<int> PurgeAsync(IReadOnlyList<string> instanceIds)
    {
        if (instanceIds.Count == 0)
        {
            return 0;
        }

        var transaction = new DurableTransaction();
        foreach (var id in instanceIds)
        {
            transaction.Purge(id);
        }

        await engine.CommitAsync(transaction);
        return transaction.PurgedCount;
    }

    static bool Matches(OrchestrationRecord record, PurgeInstancesFilter filter) =>
        record.IsOver && InstanceView.Matches(record, filter.Statuses, filter.CreatedFrom, filter.CreatedTo);
}

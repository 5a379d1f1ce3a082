using Lifecycle.Entities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Maintenance;

/// <summary>Counts apps by the state of their breaker. Nobody but a sweep can: each breaker lives in an entity of its own.</summary>
public sealed class CountBreakers(StoredEntities stored, LifecycleMetrics metrics)
{
    const int PageSize = 500;

    /// <summary>Every thirty seconds.</summary>
    [Function(nameof(CountBreakers))]
    public async Task Run([TimerTrigger("*/30 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var found = new Dictionary<BreakerCondition, int>();
        await foreach (var app in stored.AppsAsync(client, PageSize).WithCancellation(cancellation))
        {
            if (app is { Registration: not null, Gate.Breaker.Condition: var condition })
            {
                found[condition] = found.GetValueOrDefault(condition) + 1;
            }
        }

        metrics.BreakersSwept(found);
    }
}

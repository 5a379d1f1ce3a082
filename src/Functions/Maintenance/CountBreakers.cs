using Lifecycle.Entities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace Lifecycle.Functions.Maintenance;

/// <summary>Counts apps by the state of their breaker. Nobody but a sweep can: each breaker lives in an entity of its own.</summary>
public sealed class CountBreakers(LifecycleMetrics metrics)
{
    const int PageSize = 500;

    /// <summary>Every thirty seconds.</summary>
    [Function(nameof(CountBreakers))]
    public async Task Run([TimerTrigger("*/30 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var found = new Dictionary<BreakerCondition, int>();
        var query = new EntityQuery { InstanceIdStartsWith = $"@{AppEntity.Name.ToLowerInvariant()}@", IncludeState = true, PageSize = PageSize };
        await foreach (var entity in client.Entities.GetAllEntitiesAsync<AppDocument>(query).WithCancellation(cancellation))
        {
            if (entity.State is { Registration: not null, Gate.Breaker.Condition: var condition })
            {
                found[condition] = found.GetValueOrDefault(condition) + 1;
            }
        }

        metrics.BreakersSwept(found);
    }
}

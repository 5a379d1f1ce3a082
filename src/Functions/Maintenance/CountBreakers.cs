using Lifecycle.Entities;
using Lifecycle.Functions.Fleet;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Maintenance;

/// <summary>
/// Counts apps by the state of their breaker, and finds the incidents that are open. Nobody but a sweep can: each app is an entity of its own.
/// </summary>
public sealed class CountBreakers(StoredEntities stored, FleetBook book, LifecycleMetrics metrics)
{
    const int PageSize = 500;

    /// <summary>Every thirty seconds.</summary>
    [Function(nameof(CountBreakers))]
    public async Task Run([TimerTrigger("*/30 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var found = new Dictionary<BreakerCondition, int>();
        var open = new List<FleetIncident>();
        await foreach (var (packageName, app) in stored.AppsAsync(client, PageSize, cancellation))
        {
            if (app is not { Registration: not null, Gate: var gate })
            {
                continue;
            }

            found[gate.Breaker.Condition] = found.GetValueOrDefault(gate.Breaker.Condition) + 1;
            if (gate.Incident is { IsOpen: true } incident)
            {
                open.Add(new FleetIncident(packageName, incident));
            }
        }

        metrics.BreakersSwept(found);
        var incidents = FleetIncidents.Of(open);
        if (!(await book.TryReadAsync(client, cancellation)).Knows(incidents))
        {
            await book.TellAsync(client, incidents, cancellation);
        }
    }
}

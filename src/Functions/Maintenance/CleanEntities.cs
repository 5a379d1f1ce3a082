using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Maintenance;

/// <summary>
/// Removes what app sessions leave behind on the Azure Storage backend when they delete themselves: a row and a history each, which
/// every query of entities, and so every sweep, reads past (Azure/durabletask, EntityTrackingStoreQueries). Other backends leave nothing.
/// </summary>
public sealed partial class CleanEntities(DurableBackend backend, ILogger<CleanEntities> logger)
{
    /// <summary>Every hour. The provider leaves alone what was empty for less than half an hour, and no entity here is ever locked.</summary>
    [Function(nameof(CleanEntities))]
    public async Task Run(
        [TimerTrigger("0 30 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        if (backend != DurableBackend.AzureStorage)
        {
            return;
        }

        var request = new CleanEntityStorageRequest { RemoveEmptyEntities = true };
        var cleaned = await client.Entities.CleanEntityStorageAsync(request, continueUntilComplete: true, cancellation);
        if (cleaned.EmptyEntitiesRemoved > 0)
        {
            Cleaned(cleaned.EmptyEntitiesRemoved);
        }
    }

    [LoggerMessage(4002, LogLevel.Information, "What {Count} deleted entities had left behind was removed")]
    partial void Cleaned(int count);
}

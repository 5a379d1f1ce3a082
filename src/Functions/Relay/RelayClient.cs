using Lifecycle.Entities;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Relay;

/// <summary>Reaches the roster of an app's processes.</summary>
static class RelayClient
{
    /// <summary>The roster as it is stored now.</summary>
    public static async Task<RelayRoster> ReadRosterAsync(this DurableTaskClient client, string packageName, CancellationToken cancellation = default) =>
        (await client.Entities.GetEntityAsync<RelayRoster>(RelayEntity.IdOf(packageName), cancellation))?.State ?? RelayRoster.Empty;

    /// <summary>Tells it something.</summary>
    public static Task TellRosterAsync(this DurableTaskClient client, string packageName, RelayEvent told) =>
        client.Entities.SignalEntityAsync(RelayEntity.IdOf(packageName), RelayEntity.OperationOf(told), told);
}

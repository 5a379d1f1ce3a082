using Lifecycle.Entities;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Fleet;

/// <summary>Reads and writes what is known of the whole fleet. Sweeps write it, and none of them fails because it cannot be written.</summary>
public sealed partial class FleetBook(ILogger<FleetBook> logger)
{
    /// <summary>What is known.</summary>
    public async Task<FleetState> ReadAsync(DurableTaskClient client, CancellationToken cancellation) =>
        (await client.Entities.GetEntityAsync<FleetState>(FleetEntity.Id, cancellation))?.State ?? FleetState.Unknown;

    /// <summary>What is known, for a sweep: nothing where it cannot be read.</summary>
    public async Task<FleetState> TryReadAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(client, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogUnread(e);
            return FleetState.Unknown;
        }
    }

    /// <summary>A sweep of app sessions ended.</summary>
    public Task TellAsync(DurableTaskClient client, FleetSample sample, CancellationToken cancellation) =>
        TryTellAsync(client, nameof(FleetEntity.Swept), sample, cancellation);

    /// <summary>A sweep of apps found other incidents than are known.</summary>
    public Task TellAsync(DurableTaskClient client, FleetIncidents open, CancellationToken cancellation) =>
        TryTellAsync(client, nameof(FleetEntity.Seen), open, cancellation);

    async Task TryTellAsync(DurableTaskClient client, string operation, object told, CancellationToken cancellation)
    {
        try
        {
            await client.Entities.SignalEntityAsync(FleetEntity.Id, operation, told, cancellation: cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogUntold(e);
        }
    }

    [LoggerMessage(4108, LogLevel.Warning, "What a sweep found could not be written down; GET /api/fleet shows the one before")]
    partial void LogUntold(Exception exception);

    [LoggerMessage(4109, LogLevel.Warning, "What is known of the fleet could not be read; the sweep counts from half a minute ago")]
    partial void LogUnread(Exception exception);
}

using Lifecycle.Entities;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace Lifecycle.Functions;

/// <summary>Reaches app sessions from functions.</summary>
static class AppSessionClient
{
    /// <summary>Tells an app session something, with the trace that it happens in.</summary>
    /// <param name="client">Reaches it.</param>
    /// <param name="id">The app session.</param>
    /// <param name="operation">The operation of <see cref="AppSessionEntity"/> that handles it.</param>
    /// <param name="told">What it is told.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task TellAsync(
        this DurableTaskClient client, AppSessionId id, string operation, SessionEvent told, CancellationToken cancellation = default)
    {
        using var span = LifecycleTracing.Telling(id, operation);
        await client.Entities.SignalEntityAsync(
            AppSessionEntity.IdOf(id), operation, told with { Trace = LifecycleTracing.Here }, cancellation: cancellation);
    }

    /// <summary>Every app session of which something is stored, or those of one user session.</summary>
    /// <param name="client">Reaches them.</param>
    /// <param name="pageSize">How many are read at once.</param>
    /// <param name="sessionId">The user session; null for all.</param>
    public static async IAsyncEnumerable<(AppSessionId Id, AppSession Session)> AppSessionsAsync(
        this DurableTaskClient client, int pageSize, string? sessionId = null)
    {
        // The runtime lower-cases entity names; the key part of an instance id is matched as it is.
        var prefix = $"@{AppSessionEntity.Name.ToLowerInvariant()}@" + (sessionId is null ? "" : $"{sessionId}:");
        var query = new EntityQuery { InstanceIdStartsWith = prefix, IncludeState = true, PageSize = pageSize };
        await foreach (var entity in client.Entities.GetAllEntitiesAsync<AppSessionDocument>(query))
        {
            if (entity.State?.Existing is { } session)
            {
                yield return (AppSessionId.Parse(entity.Id.Key), session);
            }
        }
    }
}

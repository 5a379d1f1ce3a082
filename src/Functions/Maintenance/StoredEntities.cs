using System.Runtime.CompilerServices;
using System.Text.Json;
using Lifecycle.Entities;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Maintenance;

/// <summary>
/// Reads all entities of a kind. One whose state cannot be read (a newer version wrote it, and was rolled back) is logged and passed over:
/// it must not keep the others from being found.
/// </summary>
public sealed partial class StoredEntities(ILogger<StoredEntities> logger)
{
    /// <summary>Every app session of which something is stored, or those of one user session.</summary>
    /// <param name="client">Reaches them.</param>
    /// <param name="pageSize">How many are read at once.</param>
    /// <param name="sessionId">The user session; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<(AppSessionId Id, AppSession Session)> AppSessionsAsync(
        DurableTaskClient client, int pageSize, string? sessionId = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var keysFrom = sessionId is null ? "" : $"{sessionId}:";
        await foreach (var (id, document) in ReadAsync<AppSessionDocument>(client, AppSessionEntity.Name, keysFrom, pageSize, cancellation))
        {
            if (document.Existing is { } session)
            {
                yield return (AppSessionId.Parse(id.Key), session);
            }
        }
    }

    /// <summary>Everything that is stored of app sessions, also of those that are forgotten and have something left to tell.</summary>
    /// <param name="client">Reaches them.</param>
    /// <param name="pageSize">How many are read at once.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<(AppSessionId Id, AppSessionDocument Document)> DocumentsAsync(
        DurableTaskClient client, int pageSize, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (id, document) in ReadAsync<AppSessionDocument>(client, AppSessionEntity.Name, "", pageSize, cancellation))
        {
            yield return (AppSessionId.Parse(id.Key), document);
        }
    }

    /// <summary>Every app of which something is stored.</summary>
    /// <param name="client">Reaches them.</param>
    /// <param name="pageSize">How many are read at once.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<AppDocument> AppsAsync(
        DurableTaskClient client, int pageSize, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (_, app) in ReadAsync<AppDocument>(client, AppEntity.Name, "", pageSize, cancellation))
        {
            yield return app;
        }
    }

    async IAsyncEnumerable<(EntityInstanceId Id, T State)> ReadAsync<T>(
        DurableTaskClient client, string name, string keysFrom, int pageSize, [EnumeratorCancellation] CancellationToken cancellation)
        where T : class
    {
        // The runtime lower-cases entity names; the key part of an instance id is matched as it is.
        var query = new EntityQuery { InstanceIdStartsWith = $"@{name.ToLowerInvariant()}@{keysFrom}", IncludeState = true, PageSize = pageSize };
        await foreach (var entity in client.Entities.GetAllEntitiesAsync(query).WithCancellation(cancellation))
        {
            if (entity.IncludesState && entity.State is { } stored && Read<T>(entity.Id, stored) is { } state)
            {
                yield return (entity.Id, state);
            }
        }
    }

    T? Read<T>(EntityInstanceId id, SerializedData stored)
        where T : class
    {
        try
        {
            return stored.ReadAs<T>();
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            LogUnreadable(id, e.Message);
            return null;
        }
    }

    [LoggerMessage(4104, LogLevel.Error, "{Entity}: its stored state cannot be read, it is passed over: {Error}")]
    partial void LogUnreadable(EntityInstanceId entity, string error);
}

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
    public async IAsyncEnumerable<(string PackageName, AppDocument App)> AppsAsync(
        DurableTaskClient client, int pageSize, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (id, app) in ReadAsync<AppDocument>(client, AppEntity.Name, "", pageSize, cancellation))
        {
            yield return (id.Key, app);
        }
    }

    /// <summary>One page of all entities of a kind of which something is stored.</summary>
    /// <param name="client">Reaches them.</param>
    /// <param name="name">The kind.</param>
    /// <param name="pageSize">How many are read at most.</param>
    /// <param name="from">Where the page begins, as the page before it says; null for the first one.</param>
    /// <returns>What is stored, and where the next page begins; null when this is the last one. A page can be empty and not the last.</returns>
    public async Task<(IReadOnlyList<StoredEntity<T>> Found, string? Next)> PageAsync<T>(DurableTaskClient client, string name, int pageSize, string? from)
        where T : class
    {
        var (rows, next) = await RowsAsync(client, name, "", pageSize, from);
        return ([.. rows.Select(row => Read<T>(row.Id, row.State) is { } state ? new StoredEntity<T>(row.Id.Key, state) : null).OfType<StoredEntity<T>>()], next);
    }

    /// <summary>One page of all entities of a kind of which something is stored, as it is stored: for whoever needs little of it.</summary>
    /// <param name="client">Reaches them.</param>
    /// <param name="name">The kind.</param>
    /// <param name="keysFrom">What their keys begin with; empty for all.</param>
    /// <param name="pageSize">How many are read at most.</param>
    /// <param name="from">Where the page begins, as the page before it says; null for the first one.</param>
    /// <returns>What is stored, and where the next page begins; null when this is the last one. A page can be empty and not the last.</returns>
    public async Task<(IReadOnlyList<StoredRow> Rows, string? Next)> RowsAsync(DurableTaskClient client, string name, string keysFrom, int pageSize, string? from)
    {
        await foreach (var page in client.Entities.GetAllEntitiesAsync(QueryOf(name, keysFrom, pageSize)).AsPages(from, pageSize))
        {
            var rows = page.Values.Select(entity => entity is { IncludesState: true, State: { } state } ? new StoredRow(entity.Id, state) : null);
            return ([.. rows.OfType<StoredRow>()], string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
        }

        return ([], null);
    }

    // The runtime lower-cases entity names; the key part of an instance id is matched as it is.
    static EntityQuery QueryOf(string name, string keysFrom, int pageSize) =>
        new() { InstanceIdStartsWith = $"@{name.ToLowerInvariant()}@{keysFrom}", IncludeState = true, PageSize = pageSize };

    async IAsyncEnumerable<(EntityInstanceId Id, T State)> ReadAsync<T>(
        DurableTaskClient client, string name, string keysFrom, int pageSize, [EnumeratorCancellation] CancellationToken cancellation)
        where T : class
    {
        await foreach (var entity in client.Entities.GetAllEntitiesAsync(QueryOf(name, keysFrom, pageSize)).WithCancellation(cancellation))
        {
            if (entity.IncludesState && entity.State is { } stored && Read<T>(entity.Id, stored) is { } state)
            {
                yield return (entity.Id, state);
            }
        }
    }

    /// <summary>What is stored of an entity; null when it cannot be read, which is logged.</summary>
    public T? Read<T>(EntityInstanceId id, SerializedData stored)
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

/// <summary>What is stored of one entity.</summary>
/// <param name="Key">Its key.</param>
/// <param name="State">Its state.</param>
public sealed record StoredEntity<T>(string Key, T State);

/// <summary>What is stored of one entity, as it is stored.</summary>
/// <param name="Id">The entity.</param>
/// <param name="State">Its state.</param>
public sealed record StoredRow(EntityInstanceId Id, SerializedData State);

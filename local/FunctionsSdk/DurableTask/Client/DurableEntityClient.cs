using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>Entities as clients reach them.</summary>
public abstract class DurableEntityClient
{
    /// <summary>Names the client.</summary>
    protected DurableEntityClient(string name) => Name = name;

    /// <summary>The client's name.</summary>
    public string Name { get; }

    /// <summary>Signals an entity; complete when the signal is stored.</summary>
    public abstract Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Signals an entity without an input.</summary>
    public virtual Task SignalEntityAsync(EntityInstanceId id, string operationName, CancellationToken cancellation) =>
        SignalEntityAsync(id, operationName, null, null, cancellation);

    /// <summary>Signals an entity without an input.</summary>
    public virtual Task SignalEntityAsync(
        EntityInstanceId id, string operationName, SignalEntityOptions options, CancellationToken cancellation = default) =>
        SignalEntityAsync(id, operationName, null, options, cancellation);

    /// <summary>Reads one with its state; null when there is none.</summary>
    public virtual Task<EntityMetadata<T>?> GetEntityAsync<T>(EntityInstanceId id, CancellationToken cancellation) =>
        GetEntityAsync<T>(id, includeState: true, cancellation);

    /// <summary>Reads one with its state; null when there is none.</summary>
    public virtual Task<EntityMetadata?> GetEntityAsync(EntityInstanceId id, CancellationToken cancellation) =>
        GetEntityAsync(id, includeState: true, cancellation);

    /// <summary>Reads one; null when there is none.</summary>
    public abstract Task<EntityMetadata<T>?> GetEntityAsync<T>(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default);

    /// <summary>Reads one; null when there is none.</summary>
    public abstract Task<EntityMetadata?> GetEntityAsync(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default);

    /// <summary>Lists them.</summary>
    public abstract AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null);

    /// <summary>Lists them.</summary>
    public abstract AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null);

    /// <summary>Forgets what entities without state left behind.</summary>
    public abstract Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default);
}

/// <summary>What to clean.</summary>
public readonly record struct CleanEntityStorageRequest
{
    /// <summary>Everything that is safe to clean at any time.</summary>
    public static CleanEntityStorageRequest Default => new() { RemoveEmptyEntities = true, ReleaseOrphanedLocks = true };

    /// <summary>Whether entities without state, lock and waiting operations go.</summary>
    public bool RemoveEmptyEntities { get; init; }

    /// <summary>Whether locks of orchestrations that no longer run go.</summary>
    public bool ReleaseOrphanedLocks { get; init; }

    /// <summary>Where to go on; null for the beginning.</summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>What was cleaned.</summary>
public readonly record struct CleanEntityStorageResult
{
    /// <summary>How many entities went.</summary>
    public int EmptyEntitiesRemoved { get; init; }

    /// <summary>How many locks went.</summary>
    public int OrphanedLocksReleased { get; init; }

    /// <summary>Where to go on; null when all is clean.</summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>Which entities to list.</summary>
public record EntityQuery
{
    /// <summary>How many come on a page.</summary>
    public const int DefaultPageSize = 100;

    readonly string? prefix;

    /// <summary>The beginning of the instance id, <c>@name@key…</c>; the name part is matched without case.</summary>
    public string? InstanceIdStartsWith
    {
        get => prefix;
        init => prefix = Normalize(value);
    }

    /// <summary>Changed at this time or later.</summary>
    public DateTimeOffset? LastModifiedFrom { get; init; }

    /// <summary>Changed at this time or earlier.</summary>
    public DateTimeOffset? LastModifiedTo { get; init; }

    /// <summary>Whether states come along.</summary>
    public bool IncludeState { get; init; } = true;

    /// <summary>How many come on a page.</summary>
    public int? PageSize { get; init; }

    /// <summary>Where to go on.</summary>
    public string? ContinuationToken { get; init; }

    static string? Normalize(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var id = value.StartsWith('@') ? value : "@" + value;
        var key = id.IndexOf('@', 1);
        return key < 0 ? id.ToLowerInvariant() : id[..key].ToLowerInvariant() + id[key..];
    }
}

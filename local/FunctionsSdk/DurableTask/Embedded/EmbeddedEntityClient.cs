using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>Entities as the client reaches them.</summary>
sealed class EmbeddedEntityClient(Func<DurableEngine> engine, TimeProvider time) : DurableEntityClient("embedded")
{
    public override Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null, CancellationToken cancellation = default)
    {
        var dueAt = options?.SignalTime;
        var transaction = new DurableTransaction();
        transaction.Send(new DurableMessage
        {
            Target = id.ToString(),
            Kind = MessageKind.Signal,
            Name = operationName,
            Payload = EmbeddedJson.Write(input),
            DueAt = dueAt > time.GetUtcNow() ? dueAt : null,
        });
        return engine().CommitAsync(transaction);
    }

    public override Task<EntityMetadata<T>?> GetEntityAsync<T>(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        Task.FromResult(Read(id) is { } record ? ViewOf<T>(record, includeState) : null);

    public override Task<EntityMetadata?> GetEntityAsync(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        Task.FromResult(Read(id) is { } record ? ViewOf(record, includeState) : null);

    EntityRecord? Read(EntityInstanceId id)
    {
        engine().Statistics.Read();
        return engine().Store.ReadEntity(id.ToString());
    }

    public override AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null) =>
        new EntityPages<EntityMetadata<T>>(engine, filter ?? new EntityQuery(), ViewOf<T>);

    public override AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null) =>
        new EntityPages<EntityMetadata>(engine, filter ?? new EntityQuery(), ViewOf);

    public override Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default) =>
        Task.FromResult(default(CleanEntityStorageResult)); // entities without state leave nothing behind here

    static EntityMetadata<T> ViewOf<T>(EntityRecord record, bool includeState)
    {
        var id = EntityInstanceId.FromString(record.Id);
        return includeState
            ? new EntityMetadata<T>(id, EmbeddedJson.Read<T>(record.State)) { LastModifiedTime = record.ModifiedAt }
            : new EntityMetadata<T>(id) { LastModifiedTime = record.ModifiedAt };
    }

    static EntityMetadata ViewOf(EntityRecord record, bool includeState) =>
        new(EntityInstanceId.FromString(record.Id), includeState ? new SerializedData(record.State, EmbeddedJson.Converter) : null)
        {
            LastModifiedTime = record.ModifiedAt,
        };
}

/// <summary>Pages over stored entities.</summary>
sealed class EntityPages<T>(Func<DurableEngine> engine, EntityQuery query, Func<EntityRecord, bool, T> view) : AsyncPageable<T>
    where T : notnull
{
    public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        var size = PageSize.Of(pageSizeHint ?? query.PageSize);
        var after = continuationToken ?? query.ContinuationToken;
        do
        {
            engine().Statistics.Read();
            var records = engine().Store.ReadEntities(query.InstanceIdStartsWith ?? "@", after, size);
            after = records.Count == size ? records[^1].Id : null;
            yield return new Page<T>([.. records.Where(Matches).Select(r => view(r, query.IncludeState))], after);
            await Task.CompletedTask;
        }
        while (after is not null);
    }

    bool Matches(EntityRecord record) =>
        (query.LastModifiedFrom is not { } from || record.ModifiedAt >= from)
        && (query.LastModifiedTo is not { } to || record.ModifiedAt <= to);
}

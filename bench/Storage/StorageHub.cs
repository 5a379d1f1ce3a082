using DurableTask.AzureStorage;
using DurableTask.Core;
using DurableTask.Core.Entities;
using Lifecycle.Bench.Measuring;

namespace Lifecycle.Bench.Storage;

/// <summary>The Azure Storage backend of Durable Task in this process, with one kind of entity.</summary>
sealed class StorageHub : IAsyncDisposable
{
    const string EntityName = "session";

    // Partitions are taken one after the other, at the pace of their leases.
    static readonly TimeSpan settle = TimeSpan.FromSeconds(15);

    readonly AzureStorageOrchestrationService service;
    readonly TaskHubWorker worker;

    StorageHub(AzureStorageOrchestrationService service, TaskHubWorker worker) => (this.service, this.worker) = (service, worker);

    /// <summary>Makes the hub and works for it, until it owns all partitions.</summary>
    public static async Task<StorageHub> StartAsync(AzureStorageOrchestrationServiceSettings settings, TaskEntity entity)
    {
        var service = new AzureStorageOrchestrationService(settings);
        await service.CreateIfNotExistsAsync();
        var worker = new TaskHubWorker(service);
        worker.AddTaskEntities(new NameValueObjectCreator<TaskEntity>(EntityName, "", entity));
        await worker.StartAsync();
        await Clock.Wait(settle);
        return new(service, worker);
    }

    /// <summary>Sends a signal, as the extension does for a client.</summary>
    public Task SignalAsync(int session, string operation)
    {
        var signal = ClientEntityHelpers.EmitOperationSignal(
            new OrchestrationInstance { InstanceId = Id(session).ToString() }, Guid.NewGuid(), operation, input: null, scheduledTimeUtc: null);
        return service.SendTaskOrchestrationMessageAsync(signal.AsTaskMessage());
    }

    /// <summary>Reads a session's state, as the extension does for a client; false when it has none.</summary>
    public async Task<bool> ReadAsync(int session)
    {
        var queries = ((IEntityOrchestrationService)service).EntityBackendQueries!;
        return (await queries.GetEntityAsync(Id(session), includeState: true)) is { SerializedState: not null };
    }

    public async ValueTask DisposeAsync()
    {
        await worker.StopAsync(isForced: true);
        worker.Dispose();
    }

    static EntityId Id(int session) => new(EntityName, $"s{session}");
}

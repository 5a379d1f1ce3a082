using System.Globalization;
using System.Text.Json;
using DurableTask.AzureStorage;

namespace Lifecycle.Bench.Storage;

/// <summary>The durable backend's settings as the Durable extension makes them of host.json for an app in a worker process of its own.</summary>
static class HubSettings
{
    /// <summary>Those of the repository's host.json, on a hub of its own.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="hub">The hub's name.</param>
    /// <param name="clients">Clients of the storage account.</param>
    public static AzureStorageOrchestrationServiceSettings Read(string root, string hub, StorageAccountClientProvider clients)
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, "host.json")));
        var durable = host.RootElement.GetProperty("extensions").GetProperty("durableTask");
        var storage = durable.GetProperty("storageProvider");
        return new()
        {
            StorageAccountClientProvider = clients,
            TaskHubName = hub,
            WorkerId = hub,
            PartitionCount = Number(storage, "partitionCount"),
            MaxQueuePollingInterval = Time(storage, "maxQueuePollingInterval"),
            ControlQueueBatchSize = Number(storage, "controlQueueBatchSize"),
            ControlQueueBufferThreshold = Number(storage, "controlQueueBufferThreshold"),
            ControlQueueVisibilityTimeout = Time(storage, "controlQueueVisibilityTimeout"),
            WorkItemQueueVisibilityTimeout = Time(storage, "workItemQueueVisibilityTimeout"),
            MaxConcurrentTaskEntityWorkItems = Number(durable, "maxConcurrentEntityFunctions"),
            MaxConcurrentTaskActivityWorkItems = Number(durable, "maxConcurrentActivityFunctions"),
            MaxConcurrentTaskOrchestrationWorkItems = Number(durable, "maxConcurrentOrchestratorFunctions"),
            MaxEntityOperationBatchSize = Number(durable, "maxEntityOperationBatchSize"),
            UseSeparateQueueForEntityWorkItems = true,
            ThrowExceptionOnInvalidDedupeStatus = true,
        };
    }

    static int Number(JsonElement settings, string name) => settings.GetProperty(name).GetInt32();

    static TimeSpan Time(JsonElement settings, string name) => TimeSpan.Parse(settings.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}

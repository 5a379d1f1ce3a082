using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using DurableTask.AzureStorage;

namespace Lifecycle.Bench.Storage;

/// <summary>Clients of a storage account whose requests are counted.</summary>
static class CountedClients
{
    /// <summary>Those that the durable backend makes for itself.</summary>
    public static StorageAccountClientProvider Of(string connectionString, RequestLog log) => new(
        new Counted<BlobServiceClient, BlobClientOptions>(StorageServiceClientProvider.ForBlob(connectionString), StorageService.Blob, log),
        new Counted<QueueServiceClient, QueueClientOptions>(StorageServiceClientProvider.ForQueue(connectionString), StorageService.Queue, log),
        new Counted<TableServiceClient, TableClientOptions>(StorageServiceClientProvider.ForTable(connectionString), StorageService.Table, log));

    /// <summary>One for a queue of the app's own.</summary>
    public static QueueClient Queue(string connectionString, string name, RequestLog log)
    {
        var options = new QueueClientOptions();
        options.AddPolicy(new CountingPolicy(StorageService.Queue, log), HttpPipelinePosition.PerRetry);
        return new(connectionString, name, options);
    }

    sealed class Counted<TClient, TOptions>(IStorageServiceClientProvider<TClient, TOptions> inner, StorageService service, RequestLog log)
        : IStorageServiceClientProvider<TClient, TOptions>
        where TOptions : ClientOptions
    {
        public TOptions CreateOptions()
        {
            var options = inner.CreateOptions();
            options.AddPolicy(new CountingPolicy(service, log), HttpPipelinePosition.PerRetry);
            return options;
        }

        public TClient CreateClient(TOptions options) => inner.CreateClient(options);
    }
}

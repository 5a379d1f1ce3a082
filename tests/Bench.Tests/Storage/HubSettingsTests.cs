using DurableTask.AzureStorage;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Storage;

namespace Lifecycle.Bench.Tests.Storage;

public sealed class HubSettingsTests
{
    // Measured with other settings than the deployed ones, the page for operators would be about another installation.
    [Fact]
    public void Read_TakesThemFromHostJson()
    {
        var clients = CountedClients.Of("UseDevelopmentStorage=true", new RequestLog());
        var settings = HubSettings.Read(MarkedText.Root(AppContext.BaseDirectory), "Bench", clients);
        Assert.Equal((8, TimeSpan.FromSeconds(1), 32, 100), (settings.PartitionCount, settings.MaxQueuePollingInterval, settings.ControlQueueBatchSize, settings.MaxConcurrentTaskEntityWorkItems));
        Assert.Equal((true, false), (settings.UseSeparateQueueForEntityWorkItems, settings.ExtendedSessionsEnabled));
        Assert.IsType<AzureStorageOrchestrationService>(new AzureStorageOrchestrationService(settings));
    }
}

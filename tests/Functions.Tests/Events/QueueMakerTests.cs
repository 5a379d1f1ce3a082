using Azure.Storage.Queues;
using Lifecycle.Azurite;
using Lifecycle.Functions.Events;
using Lifecycle.Functions.Tests.Commands;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>The queues that the app makes at its start.</summary>
[Collection(AzuriteCollection.Name)]
public sealed class QueueMakerTests(AzuriteFixture azurite)
{
    // Nobody made lifecycle-commands: on the official host its trigger logged nine lines every two seconds until the first command was sent.
    [Fact]
    public async Task Start_WithAStorageAccount_MakesEveryQueue()
    {
        await DeleteAllAsync();
        await using var app = await StorageApp.StartAsync(azurite);

        await Eventually.HoldsAsync("every queue is there", AllAreThereAsync);

        Assert.DoesNotContain("There is no queue", app.Log);
        Assert.DoesNotContain("cannot be made", app.Log);
    }

    [Fact]
    public async Task Start_WhileTheServiceIsAway_TellsOnceForEachQueueAndMakesItLater()
    {
        await DeleteAllAsync();
        var (time, log) = (new FakeTimeProvider(), new FakeLogger<QueueMaker>());
        var service = new QueueServiceClient(azurite.ConnectionString, new QueueClientOptions { Retry = { MaxRetries = 0 } });
        using var maker = new QueueMaker(service, time, log);
        await azurite.StopAsync();
        try
        {
            await maker.StartAsync(CancellationToken.None);
            await Eventually.HoldsAsync("each failure is logged", () => log.Collector.Count == QueueMaker.Queues.Count);
            time.Advance(TimeSpan.FromHours(1));
        }
        finally
        {
            await azurite.StartAsync();
        }

        await Eventually.HoldsAsync("every queue is made", () =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return maker.ExecuteTask!.IsCompletedSuccessfully;
        });
        Assert.True(await AllAreThereAsync());
        Assert.Equal(
            QueueMaker.Queues.Select(queue => $"The queue {queue} cannot be made (it cannot be reached); it is tried again until it is there").Order(),
            log.Collector.GetSnapshot().Select(record => record.Message).Order());
    }

    [Fact]
    public async Task Stop_WhileTheServiceIsAway_EndsTheTries()
    {
        var service = new QueueServiceClient("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=aa==;QueueEndpoint=http://127.0.0.1:1/a;", new QueueClientOptions { Retry = { MaxRetries = 0 } });
        using var maker = new QueueMaker(service, new FakeTimeProvider(), new FakeLogger<QueueMaker>());
        await maker.StartAsync(CancellationToken.None);

        await maker.StopAsync(CancellationToken.None);

        Assert.True(maker.ExecuteTask!.IsCanceled);
    }

    async Task DeleteAllAsync()
    {
        foreach (var queue in Queues())
        {
            await queue.DeleteIfExistsAsync();
        }
    }

    async Task<bool> AllAreThereAsync()
    {
        var there = await Task.WhenAll(Queues().Select(async queue => (await queue.ExistsAsync()).Value));
        return there.All(isThere => isThere);
    }

    IEnumerable<QueueClient> Queues() => QueueMaker.Queues.Select(queue => new QueueClient(azurite.ConnectionString, queue));
}

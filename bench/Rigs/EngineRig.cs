using Lifecycle.Bench.Measuring;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Bench.Rigs;

/// <summary>The embedded engine in real mode on a file, with one counting entity, reached through the SDK's client.</summary>
sealed class EngineRig : IAsyncDisposable
{
    const string EntityName = "counter";

    readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();
    readonly EmbeddedDurableBackend backend;
    int executed;

    EngineRig(string folder)
    {
        backend = new(() => DurableStore.InFolder(folder), new(), TimeProvider.System, services, NullLoggerFactory.Instance);
        backend.AddEntity(EntityName, (dispatcher, _) => dispatcher.DispatchAsync(new Counter(this)));
    }

    /// <summary>What sends signals.</summary>
    public DurableEntityClient Entities => backend.Client.Entities;

    /// <summary>Starts on a database in the folder.</summary>
    public static async Task<EngineRig> StartAsync(string folder)
    {
        var rig = new EngineRig(folder);
        await rig.backend.StartAsync(CancellationToken.None);
        return rig;
    }

    /// <summary>One of the entities.</summary>
    public static EntityInstanceId Id(int number) => new(EntityName, $"e{number}");

    /// <summary>Waits until so many operations have run in all and are stored.</summary>
    public Task WhenStoredAsync(int operations) => Clock.UntilAsync(
        "all signals executed and stored",
        () => Task.FromResult(Volatile.Read(ref executed) >= operations && backend.Engine.Store.ReadMessages().Count == 0));

    public async ValueTask DisposeAsync()
    {
        await backend.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
    }

    sealed class Counter(EngineRig rig) : TaskEntity<int>
    {
        public void Add(int by)
        {
            State += by;
            Interlocked.Increment(ref rig.executed);
        }
    }
}

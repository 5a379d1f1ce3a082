using DurableTask.AzureStorage;
using Lifecycle.Azurite;
using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Results;

namespace Lifecycle.Bench.Storage;

/// <summary>A hub with the settings of host.json in an account of its own, and the requests that it makes.</summary>
sealed class StorageRig : IAsyncDisposable
{
    readonly AzuriteAccount account;

    StorageRig(AzuriteAccount account, StorageHub hub, SessionShape shape, RequestLog log) =>
        (this.account, Hub, Shape, Log) = (account, hub, shape, log);

    /// <summary>What takes signals.</summary>
    public StorageHub Hub { get; }

    /// <summary>What they do.</summary>
    public SessionShape Shape { get; }

    /// <summary>What was asked of storage so far.</summary>
    public RequestLog Log { get; }

    /// <summary>Starts on nothing.</summary>
    /// <param name="stateBytes">How large a session's state is.</param>
    /// <param name="grace">Its grace window.</param>
    /// <param name="publishes">Whether it puts its events into a queue.</param>
    /// <param name="change">What differs from host.json.</param>
    public static async Task<StorageRig> StartAsync(int stateBytes, TimeSpan grace, bool publishes, Action<AzureStorageOrchestrationServiceSettings>? change = null)
    {
        var (log, account) = (new RequestLog(), await AzuriteAccount.StartAsync());
        try
        {
            var events = CountedClients.Queue(account.ConnectionString, "lifecycle-events", log);
            await events.CreateIfNotExistsAsync();
            var shape = new SessionShape(stateBytes, grace, publishes ? events : null);
            var settings = HubSettings.Read(MarkedText.Root(), "Bench", CountedClients.Of(account.ConnectionString, log));
            change?.Invoke(settings);
            return new(account, await StorageHub.StartAsync(settings, shape), shape, log);
        }
        catch
        {
            await account.DisposeAsync();
            throw;
        }
    }

    /// <summary>What an idle hub asks, each second.</summary>
    public async Task<RequestCounts> IdleAsync(TimeSpan time)
    {
        var before = Log.Counts;
        await Clock.Wait(time);
        return Log.Counts.Since(before).Per(time.TotalSeconds);
    }

    /// <summary>What is asked while something is done and until its operations have run and are stored.</summary>
    /// <param name="operation">Which operations.</param>
    /// <param name="times">How many of them are to run.</param>
    /// <param name="act">What makes them run.</param>
    /// <param name="settle">How long they take to be stored once they have run.</param>
    /// <param name="ranBefore">How many of them had run before the first of these could; now, when it is null.</param>
    public async Task<RequestCounts> DuringAsync(string operation, int times, Func<Task> act, TimeSpan settle, int? ranBefore = null)
    {
        var (before, ran) = (Log.Counts, ranBefore ?? Shape.Ran(operation));
        await act();
        await Clock.UntilAsync($"{times} x {operation}", () => Task.FromResult(Shape.Ran(operation) >= ran + times), TimeSpan.FromMinutes(2));
        await Clock.Wait(settle);
        return Log.Counts.Since(before);
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await account.DisposeAsync();
    }
}

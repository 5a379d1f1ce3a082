using System.Collections.Concurrent;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.DurableRuntime.Tests.Storage;

public sealed class StartUpOrderTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("lifecycle-order-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Work on the first stored messages began while the rest was still being read: what it sent, and what clients sent meanwhile,
    // overtook what was stored, and what was told before the start was done twice.
    [Fact]
    public async Task Start_WithAClientThatDoesNotWaitForIt_DeliversEachMessageOnceAndInOrder()
    {
        Store([.. Enumerable.Range(0, 2_000).Select(n => Signal("@sink@s", $"{n}"))]);
        var seen = new ConcurrentQueue<string>();
        using var store = DurableStore.InFolder(folder);
        var handlers = App(TimeProvider.System, new(), seen).Build();
        await using var engine = new DurableEngine(store, new(), TimeProvider.System, handlers, NullLogger.Instance);
        await CommitAsync(engine, Signal("@sink@s", "2000"));
        var starting = Task.Run(engine.Start);
        for (var n = 2_001; n < 2_500; n++)
        {
            await CommitAsync(engine, Signal("@sink@s", $"{n}"));
        }

        await starting;
        await CommitAsync(engine, Signal("@sink@s", "2500"));
        await UntilAsync(() => seen.Contains("2500"), "the last was seen");
        Assert.Equal(Enumerable.Range(0, 2_501).Select(n => $"{n}"), seen);
    }

    // As the official sorter does it: what entities and orchestrations send waits for its predecessors, what clients send does not.
    [Fact]
    public void Start_OnAzureStorage_KeepsTheOrderOfEachSender()
    {
        Store([Signal("@sink@s", "stored", sender: "@relay@r"), Signal("@sink@s", "from a client")]);
        var seen = new ConcurrentQueue<string>();
        var time = new VirtualTimeProvider(DurableApp.Begin);
        time.Run(async () =>
        {
            var app = await App(time, new() { Timing = DurableTiming.AzureStorage, TurnsRedoneAfter = TimeSpan.FromSeconds(30) }, seen).StartAsync();
            await app.Signal("relay", "r", "new");
            await app.Signal("sink", "s", "client's new");
            await app.Wait(20_000);
            Assert.Equal(["client's new"], seen);
            await app.Wait(20_000);
            Assert.Equal(["client's new", "stored", "from a client", "new"], seen);
            await app.Signal("relay", "r", "later");
            await app.Wait(1);
            Assert.Equal("later", seen.Last());
            await app.StopAsync();
        });
    }

    static DurableMessage Signal(string target, string operation, string? sender = null) =>
        new() { Target = target, Kind = MessageKind.Signal, Name = operation, Caller = sender };

    static Task CommitAsync(DurableEngine engine, DurableMessage message)
    {
        var transaction = new DurableTransaction();
        transaction.Send(message);
        return engine.CommitAsync(transaction);
    }

    void Store(IReadOnlyList<DurableMessage> messages)
    {
        using var store = DurableStore.InFolder(folder);
        var transaction = new DurableTransaction();
        foreach (var message in messages)
        {
            transaction.Send(message);
        }

        store.Commit([transaction]);
    }

    DurableApp App(TimeProvider time, DurableOptions options, ConcurrentQueue<string> seen) => new DurableApp(time, options, () => DurableStore.InFolder(folder))
        .Entity("relay", operation =>
        {
            operation.Context.SignalEntity(new EntityInstanceId("sink", "s"), operation.Name);
            return ValueTask.FromResult<object?>(null);
        })
        .Entity("sink", operation =>
        {
            seen.Enqueue(operation.Name);
            return ValueTask.FromResult<object?>(null);
        });

    static async Task UntilAsync(Func<bool> isSo, string what)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), $"Waited in vain until {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}

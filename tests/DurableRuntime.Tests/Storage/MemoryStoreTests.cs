using Lifecycle.Local.Durable;

namespace Lifecycle.DurableRuntime.Tests.Storage;

public sealed class MemoryStoreTests
{
    // The best of three: what stalls does so each time, and a machine that stands still for a moment hardly does.
    [Fact]
    public async Task InMemory_OnRealTime_ReadsAndWritesDoNotStallEachOther()
    {
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < 3 && best >= TimeSpan.FromSeconds(5); round++)
        {
            var took = await ReadAndWriteAsync();
            if (took < best) best = took;
        }
        Assert.True(best < TimeSpan.FromSeconds(5), $"1,000 signals and reads took {best.TotalSeconds:0.0} s");
    }

    static async Task<TimeSpan> ReadAndWriteAsync()
    {
        var app = await new DurableApp(TimeProvider.System, new(), DurableStore.InMemory).Entity<Entities.EntityTests.Counter>().StartAsync();
        var begun = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(sender => Task.Run(async () =>
        {
            for (var n = 0; n < 250; n++)
            {
                await app.Signal("counter", $"c{sender}", "add", 1);
                await app.State<int>("counter", $"c{(sender + 1) % 4}");
            }
        })));
        var took = TimeProvider.System.GetElapsedTime(begun);
        await app.StopAsync();
        return took;
    }
}

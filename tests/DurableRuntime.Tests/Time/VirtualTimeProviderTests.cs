using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.DurableRuntime.Tests.Time;

public sealed class VirtualTimeProviderTests
{
    static readonly DateTimeOffset begin = DurableApp.Begin;

    [Fact]
    public void Run_JumpsOverWaits()
    {
        var time = new VirtualTimeProvider(begin);
        time.Run(() => Task.Delay(TimeSpan.FromDays(30), time));
        Assert.Equal(begin.AddDays(30), time.GetUtcNow());
    }

    [Fact]
    public void Timers_FireInTheOrderOfTheirTimes_AndEqualOnesAsTheyWereArmed()
    {
        var time = new VirtualTimeProvider(begin);
        var seen = new List<string>();
        time.Run(async () =>
        {
            foreach (var (name, ms) in new[] { ("c", 30), ("a", 10), ("b1", 20), ("b2", 20) })
            {
                _ = After(name, ms);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time);
            async Task After(string name, int ms)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(ms), time);
                seen.Add(name);
            }
        });
        Assert.Equal(["a", "b1", "b2", "c"], seen);
    }

    [Fact]
    public void Timer_PeriodicChangedAndDisposed_Obeys()
    {
        var time = new VirtualTimeProvider(begin);
        var ticks = new List<double>();
        time.Run(async () =>
        {
            var timer = time.CreateTimer(_ => ticks.Add((time.GetUtcNow() - begin).TotalSeconds), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
            await Task.Delay(TimeSpan.FromSeconds(6), time);
            timer.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
            await Task.Delay(TimeSpan.FromSeconds(20), time);
            timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            timer.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(20), time);
        });
        Assert.Equal([1, 3, 5, 16], ticks);
    }

    [Fact]
    public void Run_OfATaskThatThrows_Throws() => Assert.Throws<FormatException>(() =>
        new VirtualTimeProvider(begin).Run(async () =>
        {
            await Task.Yield();
            throw new FormatException();
        }));

    [Fact]
    public void Timer_ThatIsDisposed_CannotBeArmedAgain()
    {
        var time = new VirtualTimeProvider(begin);
        var fired = 0;
        time.Run(async () =>
        {
            var timer = time.CreateTimer(_ => fired++, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            timer.Dispose();
            Assert.False(timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
            await Task.Delay(TimeSpan.FromSeconds(2), time);
        });
        Assert.Equal(0, fired);
    }

    [Fact]
    public void Run_CountsWhatEscaped()
    {
        var time = new VirtualTimeProvider(begin);
        using var awaited = new ManualResetEventSlim();
        time.Run(async () =>
        {
            var elsewhere = Task.Run(awaited.Wait);
            SynchronizationContext.Current!.Post(_ => awaited.Set(), null); // runs once the await below has begun
            await elsewhere;
        });
        Assert.Equal(1, time.ForeignPosts);
    }

    public sealed class Ticker : TaskEntity<int>
    {
        public void Tick()
        {
            State++;
            Context.SignalEntity(
                Context.Id, nameof(Tick), null, new SignalEntityOptions { SignalTime = DurableApp.Begin.AddSeconds(6 * State) });
        }
    }

    [Fact]
    public void AThousandTickingEntities_AreRepeatable()
    {
        var traces = new List<(long Messages, long Rows)>();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            DurableApp.Run(async app =>
            {
                await app.Entity<Ticker>().StartAsync();
                await Task.WhenAll(Enumerable.Range(0, 1_000).Select(n => app.Signal(nameof(Ticker), $"t{n}", "tick")));
                await app.Wait(TimeSpan.FromMinutes(6).TotalMilliseconds - 1);
                Assert.Equal(60, await app.State<int>(nameof(Ticker), "t999"));
                traces.Add((app.Statistics.MessagesWritten, app.Statistics.RowsWritten));
            });
        }

        Assert.Equal(61_000, traces[0].Messages);
        Assert.Equal(traces[0], traces[1]);
    }
}

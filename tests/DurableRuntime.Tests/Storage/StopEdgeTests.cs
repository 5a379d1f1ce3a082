using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.DurableRuntime.Tests.Storage;

/// <summary>Stops at odd moments.</summary>
public sealed class StopEdgeTests : IDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    readonly string folder = Directory.CreateTempSubdirectory("lifecycle-stops-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Stop_WithoutStart_Ends()
    {
        var backend = App(TimeProvider.System, _ => Task.FromResult<object?>(1)).Build();
        await backend.StopAsync(CancellationToken.None).WaitAsync(patience);
        backend.Abort();
    }

    [Fact]
    public async Task Dispose_OfAnEngineThatWasNotStarted_KeepsWhatItWasTold()
    {
        using (var store = DurableStore.InFolder(folder))
        {
            var engine = new DurableEngine(store, new(), TimeProvider.System, App(TimeProvider.System, _ => Task.FromResult<object?>(1)).Build(), NullLogger.Instance);
            var told = new DurableTransaction();
            told.Send(new DurableMessage { Target = "@counter@c", Kind = MessageKind.Signal, Name = "add", Payload = "1" });
            await engine.CommitAsync(told);
            await engine.DisposeAsync().AsTask().WaitAsync(patience);
            Assert.Single(store.ReadMessages());
        }
    }

    [Fact]
    public async Task Start_OfWhatHasBeenStopped_IsRefused()
    {
        var backend = App(TimeProvider.System, _ => Task.FromResult<object?>(1)).Build();
        await backend.StopAsync(CancellationToken.None);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => backend.StartAsync(CancellationToken.None));
        Assert.False(File.Exists(Path.Combine(folder, "durable.db")));
    }

    [Fact]
    public async Task Start_ThatIsCancelled_OpensNothing()
    {
        var backend = App(TimeProvider.System, _ => Task.FromResult<object?>(1)).Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => backend.StartAsync(new CancellationToken(canceled: true)));
        await backend.StopAsync(CancellationToken.None);
        Assert.False(File.Exists(Path.Combine(folder, "durable.db")));
    }

    // The stop found nothing to stop, and the start went on behind it.
    [Fact]
    public async Task Stop_DuringStart_LeavesNothingRunning()
    {
        using var opening = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var backend = new DurableApp(TimeProvider.System, new(), () =>
        {
            opening.Set();
            Assert.True(goOn.Wait(patience));
            return DurableStore.InFolder(folder);
        }).Build();
        var start = Task.Run(() => backend.StartAsync(CancellationToken.None));
        Assert.True(opening.Wait(patience));
        var stop = Task.Run(() => backend.StopAsync(CancellationToken.None));
        goOn.Set();
        await stop.WaitAsync(patience);
        await start.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(patience);
        // The file can be had alone: no connection is left on it.
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => backend.Client.RaiseEventAsync("one", "n"));
        var next = await App(TimeProvider.System, _ => Task.FromResult<object?>(1)).StartAsync();
        await next.StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_TwiceOneAfterTheOther_Ends(bool killed)
    {
        var app = await App(TimeProvider.System, _ => Task.FromResult<object?>(1)).StartAsync();
        if (killed)
        {
            app.Backend.Abort();
        }

        await app.StopAsync().WaitAsync(patience);
        await app.StopAsync().WaitAsync(patience);
        app.Backend.Abort();
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => app.Client.RaiseEventAsync("one", "n"));
    }

    [Fact]
    public async Task Stop_TwiceAtTheSameTime_EndsBothWhenTheWorkHasEnded()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var result = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var app = await App(TimeProvider.System, _ =>
        {
            begun.TrySetResult();
            return result.Task;
        }).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("calls", null, new StartOrchestrationOptions("one"));
        await begun.Task.WaitAsync(patience);
        var first = app.StopAsync();
        var second = app.StopAsync();
        Assert.False(first.IsCompleted || second.IsCompleted);
        result.SetResult(5);
        await Task.WhenAll(first, second).WaitAsync(patience);
    }

    [Theory]
    [InlineData(DurableTiming.Exact, false)]
    [InlineData(DurableTiming.Exact, true)]
    [InlineData(DurableTiming.AzureStorage, false)]
    [InlineData(DurableTiming.AzureStorage, true)]
    public void Stop_WithWorkThatWaits_LeavesItToTheNextStart_AsAKillDoes(DurableTiming timing, bool kill)
    {
        var time = new VirtualTimeProvider(DurableApp.Begin);
        time.Run(async () =>
        {
            var options = new DurableOptions { Timing = timing, MaxConcurrentTurns = 1, MaxConcurrentActivities = 1, DoubleActivityOneIn = 0 };
            var order = new List<string>();
            DurableApp Make() => App(time, async n =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time);
                order.Add($"activity {n}");
                return n;
            }, options).Entity("slow", async operation =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time);
                order.Add(operation.Name);
                return null;
            });

            var first = await Make().StartAsync();
            for (var n = 0; n < 3; n++)
            {
                await first.Client.ScheduleNewOrchestrationInstanceAsync("calls", n, new StartOrchestrationOptions($"{n}"));
            }

            await first.Wait(1);
            for (var n = 0; n < 3; n++)
            {
                await first.Signal("slow", "s", $"signal {n}");
                await first.Wait(1);
            }

            if (kill)
            {
                first.Backend.Abort();
                await first.Wait(5_000); // what ran runs to its end, and is not stored
                order.Clear();
            }
            else
            {
                await first.StopAsync();
                Assert.Equal(2, order.Count); // what ran was awaited; what waited was not begun
            }

            var second = await Make().StartAsync();
            await second.Wait(90_000);
            Assert.Equal(
                ["activity 0", "activity 1", "activity 2", "signal 0", "signal 1", "signal 2"], order.Order());
            Assert.Equal(["signal 0", "signal 1", "signal 2"], order.Where(o => o[0] == 's'));
            for (var n = 0; n < 3; n++)
            {
                Assert.Equal(n, (await second.Client.GetInstanceAsync($"{n}", true))!.ReadOutputAs<int>());
            }

            await second.StopAsync();
        });
    }

    // What is cancelled because the host stops has not failed: it is done again, as after a kill.
    [Fact]
    public void Stop_WithAnActivityThatWaitsForAnInstance_LetsItWaitAgain()
    {
        var time = new VirtualTimeProvider(DurableApp.Begin);
        time.Run(async () =>
        {
            DurableApp Make()
            {
                var app = new DurableApp(time, new(), () => DurableStore.InFolder(folder));
                return app.Activity<string>("watch", async id => (await app.Client.WaitForInstanceCompletionAsync(id, true)).ReadOutputAs<string>())
                    .Orchestrator("watcher", async context => await context.CallActivityAsync<string>("watch", "watched"))
                    .Orchestrator("watched", async context => await context.WaitForExternalEvent<string>("end"));
            }

            var first = await Make().StartAsync();
            await first.Client.ScheduleNewOrchestrationInstanceAsync("watched", null, new StartOrchestrationOptions("watched"));
            await first.Client.ScheduleNewOrchestrationInstanceAsync("watcher", null, new StartOrchestrationOptions("watcher"));
            await first.Wait(1);
            await first.StopAsync();

            var second = await Make().StartAsync();
            await second.Wait(1);
            Assert.True((await second.Client.GetInstanceAsync("watcher"))!.IsRunning);
            await second.Client.RaiseEventAsync("watched", "end", "well");
            Assert.Equal("well", (await second.Client.WaitForInstanceCompletionAsync("watcher", true)).ReadOutputAs<string>());
            await second.StopAsync();
        });
    }

    [Fact]
    public void Stop_WithAnOperationThatIsCancelled_LosesNoneOfItsBatch()
    {
        var time = new VirtualTimeProvider(DurableApp.Begin);
        time.Run(async () =>
        {
            var done = new List<string>();
            DurableApp Make() => new DurableApp(time, new(), () => DurableStore.InFolder(folder)).Entity("slow", async operation =>
            {
                if (operation.Name == "gives up" && !done.Contains("stopped"))
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), time);
                    throw new OperationCanceledException();
                }

                operation.State.SetState(operation.State.GetState<string>() + operation.Name + ";");
                return null;
            });

            var first = await Make().StartAsync();
            await Task.WhenAll(first.Signal("slow", "s", "before"), first.Signal("slow", "s", "gives up"), first.Signal("slow", "s", "after"));
            await first.Wait(1);
            await first.StopAsync();
            done.Add("stopped");
            var second = await Make().StartAsync();
            await second.Wait(1);
            Assert.Equal("before;gives up;after;", await second.State<string>("slow", "s"));
            await second.StopAsync();
        });
    }

    DurableApp App(TimeProvider time, Func<int, Task<object?>> activity, DurableOptions? options = null) =>
        new DurableApp(time, options ?? new(), () => DurableStore.InFolder(folder))
            .Entity<Entities.EntityTests.Counter>()
            .Activity("work", activity)
            .Orchestrator("calls", async context => await context.CallActivityAsync<int>("work", context.GetInput<int>()));
}

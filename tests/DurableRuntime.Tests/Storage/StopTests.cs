using Lifecycle.Local.Durable;
using Microsoft.DurableTask;

namespace Lifecycle.DurableRuntime.Tests.Storage;

public sealed class StopTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("lifecycle-stop-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Stop_WithAnActivityThatHangs_EndsWhenItsTimeIsUp_AndItIsRunAgain()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var app = await App(_ =>
        {
            begun.TrySetResult();
            return never.Task;
        }).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("calls", null, new StartOrchestrationOptions("one"));
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        using var drain = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var stop = app.Backend.StopAsync(drain.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop.WaitAsync(TimeSpan.FromSeconds(10)));
        never.SetResult(0); // too late: nothing of it may be stored

        var next = await App(_ => Task.FromResult<object?>(5)).StartAsync();
        var end = await next.Client.WaitForInstanceCompletionAsync("one", true).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(5, end.ReadOutputAs<int>());
        await next.StopAsync();
    }

    [Fact]
    public async Task Commit_ThatCannotBeStored_TakesNoNeighbourWithIt()
    {
        var app = await App(_ => Task.FromResult<object?>(0)).Entity<Entities.EntityTests.Counter>().StartAsync();
        var line = new HistoryEvent { Kind = HistoryKind.Turn };
        var work = Enumerable.Range(0, 400).Select(n => n % 20 == 0 ? Broken() : app.Signal("counter", "c", "add", 1)).ToList();
        Assert.Equal(20, (await Task.WhenAll(work.Select(Failed))).Count(failed => failed));
        await app.StopAsync();

        Task Broken()
        {
            var transaction = new DurableTransaction();
            transaction.Append("x", 0, line);
            transaction.Append("x", 0, line); // the same place twice
            return app.Backend.Engine.CommitAsync(transaction);
        }

        static async Task<bool> Failed(Task task)
        {
            await task.ContinueWith(_ => { }, TaskScheduler.Default);
            return task.IsFaulted;
        }
    }

    DurableApp App(Func<int, Task<object?>> activity) => new DurableApp(TimeProvider.System, new(), () => DurableStore.InFolder(folder))
        .Activity("hang", activity)
        .Orchestrator("calls", async context => await context.CallActivityAsync<int>("hang", 1));
}

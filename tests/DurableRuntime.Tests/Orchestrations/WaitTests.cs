using Lifecycle.Local.Durable;
using Microsoft.DurableTask;

namespace Lifecycle.DurableRuntime.Tests.Orchestrations;

public sealed class WaitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_WhenTheHostStops_EndsAsCancelled(bool kill)
    {
        var app = await App(TimeProvider.System).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("never", null, new StartOrchestrationOptions("one"));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("never", null, new StartOrchestrationOptions("later", app.Time.GetUtcNow().AddDays(1)));
        var end = app.Client.WaitForInstanceCompletionAsync("one");
        var begin = app.Client.WaitForInstanceStartAsync("later");
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.False(end.IsCompleted || begin.IsCompleted);
        if (kill)
        {
            app.Backend.Abort();
        }
        else
        {
            await app.StopAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => end.WaitAsync(TimeSpan.FromSeconds(10)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => begin.WaitAsync(TimeSpan.FromSeconds(10)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.Client.WaitForInstanceStartAsync("later").WaitAsync(TimeSpan.FromSeconds(10)));
    }

    // The stop waits for what runs: an activity that waits for an orchestration would hold it up for ever.
    [Fact]
    public void Stop_WithAnActivityThatWaitsForAnInstance_Ends() => DurableApp.Run(async app =>
    {
        var ended = new List<Type>();
        await App(app).Activity<string>("watch", async id =>
        {
            try
            {
                return await app.Client.WaitForInstanceCompletionAsync(id);
            }
            catch (OperationCanceledException e)
            {
                ended.Add(e.GetType());
                throw;
            }
        }).Orchestrator("watcher", async context => await context.CallActivityAsync<int>("watch", "one")).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("never", null, new StartOrchestrationOptions("one"));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("watcher");
        await app.Wait(10);
        await app.StopAsync();
        Assert.Single(ended);
    });

    [Fact]
    public void Wait_ThatIsCancelled_EndsAndLeavesOthersWaiting() => DurableApp.Run(async app =>
    {
        await App(app).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("never", null, new StartOrchestrationOptions("one"));
        using var cancel = new CancellationTokenSource();
        var given = app.Client.WaitForInstanceCompletionAsync("one", cancel.Token);
        var kept = app.Client.WaitForInstanceCompletionAsync("one");
        await app.Wait(1);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await app.Client.RaiseEventAsync("one", "end");
        await kept;
    });

    static DurableApp App(TimeProvider time) => App(new DurableApp(time, new(), DurableStore.InMemory));

    static DurableApp App(DurableApp app) => app.Orchestrator("never", async context => await context.WaitForExternalEvent<string>("end"));
}

using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Lifecycle.DurableRuntime.Tests.Orchestrations;

public sealed class PurgeTests
{
    static readonly OrchestrationRuntimeStatus[] ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    [Fact]
    public void PurgeInstance_ForgetsWhatHasEndedAlone() => Run(async app =>
    {
        await StartAsync(app, "runs", "wait");
        await StartAsync(app, "later", "good", inHours: 5);
        await StartAsync(app, "done", "good");
        await app.Wait(10);
        Assert.Equal(0, (await app.Client.PurgeInstanceAsync("runs")).PurgedInstanceCount);
        Assert.Equal(0, (await app.Client.PurgeInstanceAsync("later")).PurgedInstanceCount);
        Assert.Equal(0, (await app.Client.PurgeInstanceAsync("unknown")).PurgedInstanceCount);
        Assert.Equal(1, (await app.Client.PurgeInstanceAsync("done")).PurgedInstanceCount);
        Assert.Equal(0, (await app.Client.PurgeInstanceAsync("done")).PurgedInstanceCount);
        Assert.Null(await app.Client.GetInstanceAsync("done"));
        Assert.Empty(app.Backend.Engine.Store.ReadHistory("done"));
        Assert.Equal(["later", "runs"], await IdsAsync(app));
        await app.Client.RaiseEventAsync("runs", "end");
        Assert.True((await app.Client.WaitForInstanceCompletionAsync("runs")).IsCompleted);
        Assert.True((await app.Client.WaitForInstanceCompletionAsync("later")).IsCompleted);
    });

    [Fact]
    public void PurgeAll_ForgetsByStatusAndAge() => Run(async app =>
    {
        await StartAsync(app, "old good", "good");
        await StartAsync(app, "old bad", "bad");
        await StartAsync(app, "old ended", "wait");
        await StartAsync(app, "old runs", "wait");
        await app.Wait(10);
        await app.Client.TerminateInstanceAsync("old ended");
        await app.Wait(3_600_000);
        var middle = app.Time.GetUtcNow();
        await app.Wait(3_600_000);
        await StartAsync(app, "new good", "good");
        await app.Wait(10);

        Assert.Equal(1, (await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Failed]))).PurgedInstanceCount);
        Assert.Equal(0, (await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Running]))).PurgedInstanceCount);
        var result = await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedTo: middle, Statuses: ended), CancellationToken.None);
        Assert.Equal((2, true), (result.PurgedInstanceCount, result.IsComplete));
        Assert.Equal(["new good", "old runs"], await IdsAsync(app));
        Assert.Equal(1, (await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedFrom: middle))).PurgedInstanceCount);
        Assert.Equal(["old runs"], await IdsAsync(app));
    });

    [Fact]
    public void PurgeAll_OfMoreThanOnePage_ForgetsAll_AndNoEntity() => Run(async app =>
    {
        for (var n = 0; n < 250; n++)
        {
            await StartAsync(app, $"{n}", n % 10 == 0 ? "wait" : "good");
        }

        await app.Signal("counter", "c", "add", 1);
        await app.Wait(1_000);
        var result = await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter());
        Assert.Equal((225, true), (result.PurgedInstanceCount, result.IsComplete));
        Assert.Equal(25, (await IdsAsync(app)).Count);
        Assert.Equal(1, await app.State<int>("counter", "c"));
    });

    static void Run(Func<DurableApp, Task> test) => DurableApp.Run(async app =>
    {
        await app.Entity<Entities.EntityTests.Counter>()
            .Orchestrator("good", _ => Task.FromResult<object?>(1))
            .Orchestrator("bad", _ => throw new FormatException("no"))
            .Orchestrator("wait", async context => await context.WaitForExternalEvent<string>("end")).StartAsync();
        await test(app);
    });

    static Task StartAsync(DurableApp app, string id, string orchestrator, int? inHours = null) => app.Client.ScheduleNewOrchestrationInstanceAsync(
        orchestrator, null, new StartOrchestrationOptions(id, inHours is { } hours ? app.Time.GetUtcNow().AddHours(hours) : null));

    static async Task<List<string>> IdsAsync(DurableApp app)
    {
        var ids = new List<string>();
        await foreach (var instance in app.Client.GetAllInstancesAsync())
        {
            ids.Add(instance.InstanceId);
        }

        return ids;
    }
}

using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.DurableRuntime.Tests.Orchestrations;

/// <summary>Starts with the id of an instance that is there.</summary>
public sealed class TakenIdTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SubOrchestration_WithTheIdOfOneThatIsUnderWay_FailsInItsParent(bool pending) => DurableApp.Run(async app =>
    {
        await WithRunner(app).Orchestrator("parent", async context =>
        {
            try
            {
                return await context.CallSubOrchestratorAsync<string>("runner");
            }
            catch (TaskFailedException e)
            {
                return $"{e.FailureDetails.ErrorType}: {e.FailureDetails.ErrorMessage}";
            }
        }).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync(
            "runner", null, new StartOrchestrationOptions("taken", pending ? app.Time.GetUtcNow().AddHours(1) : null));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("parent", null, new StartOrchestrationOptions("q"));
        await app.Wait(1);
        // As if the parent had asked for this id: the context itself makes ids that nobody else has.
        var parent = app.Backend.Engine.Store.ReadOrchestration("q")!;
        var asked = app.Backend.Engine.Store.ReadHistory("q").Single(line => line.Action == ActionKind.SubOrchestration);
        var start = new DurableTransaction();
        start.Send(new DurableMessage { Target = "taken", Kind = MessageKind.Start, Name = "runner", Caller = "q", Execution = parent.Execution, TaskId = asked.TaskId });
        await app.Backend.Engine.CommitAsync(start);
        await app.Wait(1);
        var end = (await app.Client.GetInstanceAsync("q", true))!;
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Contains("'taken' exists already", end.ReadOutputAs<string>());
        Assert.False((await app.Client.GetInstanceAsync("taken"))!.IsCompleted);
    });

    [Fact]
    public void Start_WithTheIdOfOneThatRuns_FailsAsTheOfficialClientDoes() => DurableApp.Run(async app =>
    {
        await WithRunner(app).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("runner", "first", new StartOrchestrationOptions("one"));
        await app.Wait(1);
        var e = await Assert.ThrowsAnyAsync<Exception>(() => app.Client.ScheduleNewOrchestrationInstanceAsync("runner", "second", new StartOrchestrationOptions("one")));
        Assert.Equal("DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException", e.GetType().FullName);
        Assert.Contains("'one'", e.Message);
        Assert.Equal("first", (await app.Client.GetInstanceAsync("one", true))!.ReadInputAs<string>());

        await app.Client.RaiseEventAsync("one", "end", "x");
        await app.Client.WaitForInstanceCompletionAsync("one");
        await app.Client.ScheduleNewOrchestrationInstanceAsync("runner", "third", new StartOrchestrationOptions("one"));
        Assert.Equal("third", (await app.Client.GetInstanceAsync("one", true))!.ReadInputAs<string>());
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Start_FromAnEntity_WithTheIdOfOneThatIsUnderWay_IsDropped(bool pending) => DurableApp.Run(async app =>
    {
        await WithRunner(app).Entity<Starter>().StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync(
            "runner", "first", new StartOrchestrationOptions("one", pending ? app.Time.GetUtcNow().AddSeconds(10) : null));
        await app.Wait(1);
        await app.Signal("starter", "s", "begin", "second");
        await app.Signal("starter", "s", "begin", "third");
        await app.Wait(5_000);
        Assert.Equal(2, await app.State<int>("starter", "s"));
        Assert.Equal(
            pending ? OrchestrationRuntimeStatus.Pending : OrchestrationRuntimeStatus.Running, (await app.Client.GetInstanceAsync("one"))!.RuntimeStatus);
        await app.Wait(10_000);
        Assert.Equal("first", (await app.Client.GetInstanceAsync("one", true))!.ReadInputAs<string>());

        await app.Client.RaiseEventAsync("one", "end", "x");
        await app.Client.WaitForInstanceCompletionAsync("one");
        await app.Signal("starter", "s", "begin", "fourth");
        await app.Wait(1);
        var again = (await app.Client.GetInstanceAsync("one", true))!;
        Assert.Equal(OrchestrationRuntimeStatus.Running, again.RuntimeStatus);
        Assert.Equal("fourth", again.ReadInputAs<string>());
    });

    public sealed class Starter : TaskEntity<int>
    {
        public void Begin(string input)
        {
            State++;
            Context.ScheduleNewOrchestration("runner", input, new StartOrchestrationOptions("one"));
        }
    }

    static DurableApp WithRunner(DurableApp app) =>
        app.Orchestrator("runner", async context => await context.WaitForExternalEvent<string>("end"));
}

using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.DurableRuntime.Tests.Orchestrations;

/// <summary>How orchestrations fail, and what is left of them.</summary>
public sealed class FailureTests
{
    static readonly EntityInstanceId counter = new("counter", "c");

    // An orchestrator that told an entity of its failure and threw was never heard.
    [Fact]
    public void WhatWasAskedForBeforeTheThrow_IsSent() => DurableApp.Run(async app =>
    {
        var ran = new List<string>();
        await app.Entity<Entities.EntityTests.Counter>()
            .Activity<string>("note", name =>
            {
                ran.Add(name);
                return Task.FromResult<object?>(null);
            })
            .Orchestrator("child", _ =>
            {
                ran.Add("child");
                return Task.FromResult<object?>(null);
            })
            .Orchestrator("run", async context =>
            {
                await context.Entities.SignalEntityAsync(counter, "add", 1);
                _ = context.CallActivityAsync<string>("note", "activity");
                _ = context.CallSubOrchestratorAsync<string>("child");
                throw new FormatException("no");
            }).StartAsync();
        var end = await app.RunToEnd("run");
        await app.Wait(10);
        Assert.Equal((OrchestrationRuntimeStatus.Failed, "no"), (end.RuntimeStatus, end.FailureDetails!.ErrorMessage));
        Assert.Equal(1, await app.State<int>("counter", "c"));
        Assert.Equal(["activity", "child"], ran.Order());
    });

    [Fact]
    public void ActivityResult_ThatIsNoJson_FailsTheActivity() => DurableApp.Run(async app =>
    {
        var runs = 0;
        await app.Activity<int>("type", _ =>
        {
            runs++;
            return Task.FromResult<object?>(typeof(string));
        }).Orchestrator("run", async context =>
        {
            try
            {
                return await context.CallActivityAsync<string>("type", 1);
            }
            catch (TaskFailedException e)
            {
                return e.FailureDetails.ErrorType;
            }
        }).StartAsync();
        Assert.Equal(typeof(NotSupportedException).FullName, (await app.RunToEnd("run")).ReadOutputAs<string>());
        Assert.Equal(1, runs);
    });

    // It was tried again every second for ever, and stayed Pending.
    [Fact]
    public void OrchestratorResult_ThatIsNoJson_FailsIt() => DurableApp.Run(async app =>
    {
        await app.Orchestrator("run", _ => Task.FromResult<object?>(typeof(string))).StartAsync();
        await IsFailedAsync(app, typeof(NotSupportedException).FullName!, "not supported");
    });

    [Fact]
    public void NextInput_ThatIsNoJson_FailsIt() => DurableApp.Run(async app =>
    {
        await app.Orchestrator("run", context =>
        {
            context.ContinueAsNew(typeof(string));
            return Task.FromResult<object?>(null);
        }).StartAsync();
        await IsFailedAsync(app, typeof(NotSupportedException).FullName!, "not supported");
    });

    [Fact]
    public void EntityResult_ThatIsNoJson_FailsTheCallAndIsRolledBack() => DurableApp.Run(async app =>
    {
        await app.Entity("odd", operation =>
        {
            operation.State.SetState(7);
            return ValueTask.FromResult<object?>(typeof(string));
        }).Orchestrator("run", async context => await context.Entities.CallEntityAsync<string>(new EntityInstanceId("odd", "o"), "get")).StartAsync();
        await IsFailedAsync(app, typeof(EntityOperationFailedException).FullName!, "'get' of entity '@odd@o' failed");
        Assert.Equal(0, await app.State<int>("odd", "o"));
    });

    // A catch around an activity took the report for a failed activity and went on, differently.
    [Fact]
    public void ADifferenceThatTheOrchestratorCatches_FailsIt() => DurableApp.Run(async app =>
    {
        var runs = 0;
        var sent = 0;
        await app.Activity<string>("a", _ => Task.FromResult<object?>("")).Activity<string>("b", _ => Task.FromResult<object?>(""))
            .Entity("witness", _ =>
            {
                sent++;
                return ValueTask.FromResult<object?>(null);
            })
            .Orchestrator("run", async context =>
            {
                try
                {
                    await context.CallActivityAsync<string>(runs++ == 0 ? "a" : "b", "");
                }
                catch (Exception)
                {
                    await context.Entities.SignalEntityAsync(new EntityInstanceId("witness", "w"), "went on");
                }

                return "hidden";
            }).StartAsync();
        await IsFailedAsync(app, "NonDeterministicOrchestrationException", "task 0 was Activity 'a' and is now Activity 'b'");
        await app.Wait(10);
        Assert.Equal(0, sent); // what it asked for on the wrong way is not done
    });

    [Fact]
    public void ADifferenceInATaskThatNobodyAwaits_FailsIt() => DurableApp.Run(async app =>
    {
        var runs = 0;
        await app.Activity<string>("a", _ => Task.FromResult<object?>("")).Activity<string>("b", _ => Task.FromResult<object?>(""))
            .Orchestrator("run", async context =>
            {
                _ = context.CallActivityAsync<string>(runs++ == 0 ? "a" : "b", "");
                await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
                return "hidden";
            }).StartAsync();
        await IsFailedAsync(app, "NonDeterministicOrchestrationException", "task 0 was");
    });

    static async Task IsFailedAsync(DurableApp app, string type, string message)
    {
        await app.Client.ScheduleNewOrchestrationInstanceAsync("run", null, new StartOrchestrationOptions("one"));
        await app.Wait(5_000);
        var end = (await app.Client.GetInstanceAsync("one"))!;
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.EndsWith(type, end.FailureDetails!.ErrorType);
        Assert.Contains(message, end.FailureDetails.ErrorMessage);
    }
}

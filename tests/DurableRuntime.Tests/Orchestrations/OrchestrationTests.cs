using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.DurableRuntime.Tests.Orchestrations;

public sealed class OrchestrationTests
{
    static void Run(string name, Func<TaskOrchestrationContext, Task<object?>> orchestrator, Func<DurableApp, Task> test) => DurableApp.Run(async app =>
    {
        await app.Orchestrator(name, orchestrator)
            .Activity<int>("double", n => Task.FromResult<object?>(n * 2))
            .Activity<int>("fail", n => throw new InvalidOperationException($"activity {n}"))
            .StartAsync();
        await test(app);
    });

    [Fact]
    public void Activities_RunInOrderAndGiveTheirResults() => Run(
        "sum",
        async context => await context.CallActivityAsync<int>("double", context.GetInput<int>()) + await context.CallActivityAsync<int>("DOUBLE", 10),
        async app => Assert.Equal(26, (await app.RunToEnd("sum", 3)).ReadOutputAs<int>()));

    [Fact]
    public void FanOut_AwaitsAll() => Run(
        "fan",
        async context => (await Task.WhenAll(Enumerable.Range(0, 20).Select(n => context.CallActivityAsync<int>("double", n)))).Sum(),
        async app => Assert.Equal(380, (await app.RunToEnd("fan")).ReadOutputAs<int>()));

    [Fact]
    public void Activity_ThatThrows_FailsWithDetails() => Run(
        "try",
        async context =>
        {
            try
            {
                return await context.CallActivityAsync<int>("fail", 7);
            }
            catch (TaskFailedException e)
            {
                return $"{e.TaskName}: {e.FailureDetails.ErrorType}: {e.FailureDetails.ErrorMessage}";
            }
        },
        async app => Assert.Equal("fail: System.InvalidOperationException: activity 7", (await app.RunToEnd("try")).ReadOutputAs<string>()));

    [Fact]
    public void Orchestrator_ThatThrows_Fails() => Run(
        "throw",
        _ => throw new FormatException("no"),
        async app =>
        {
            var end = await app.RunToEnd("throw");
            Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
            Assert.Equal("no", end.FailureDetails!.ErrorMessage);
        });

    [Fact]
    public void Orchestrator_ThatNobodyKnows_IsAcceptedAndFails() => DurableApp.Run(async app =>
    {
        await app.StartAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await app.RunToEnd("unknown")).RuntimeStatus);
    });

    [Fact]
    public void Timers_FireWhenDue_SubSecondToo() => Run(
        "wait",
        async context =>
        {
            var begun = context.CurrentUtcDateTime;
            await context.CreateTimer(TimeSpan.FromMilliseconds(250), CancellationToken.None);
            var middle = context.CurrentUtcDateTime;
            await context.CreateTimer(begun.AddMinutes(10), CancellationToken.None);
            return $"{(middle - begun).TotalMilliseconds} {(context.CurrentUtcDateTime - begun).TotalMinutes}";
        },
        async app => Assert.Equal("250 10", (await app.RunToEnd("wait")).ReadOutputAs<string>()));

    [Fact]
    public void Timer_ThatIsCancelled_HoldsNothingUp() => Run(
        "race",
        async context =>
        {
            using var cancel = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
            var raised = context.WaitForExternalEvent<string>("go");
            var first = await Task.WhenAny(timer, raised);
            cancel.Cancel();
            return first == raised ? await raised : "timer";
        },
        async app =>
        {
            var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("race");
            await app.Wait(5_000);
            await app.Client.RaiseEventAsync(id, "GO", "now");
            var end = await app.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
            Assert.Equal("now", end.ReadOutputAs<string>());
            Assert.Equal(5_000, app.NowMs);
        });

    [Fact]
    public void ExternalEvents_AreKeptUntilSomebodyAwaitsThem() => Run(
        "events",
        async context =>
        {
            await context.CreateTimer(TimeSpan.FromSeconds(10), CancellationToken.None);
            var b = await context.WaitForExternalEvent<int>("b");
            var first = await context.WaitForExternalEvent<int>("a");
            var second = await context.WaitForExternalEvent<int>("a");
            return $"{b} {first} {second}";
        },
        async app =>
        {
            var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("events");
            await app.Client.RaiseEventAsync(id, "a", 1);
            await app.Client.RaiseEventAsync(id, "a", 2);
            await app.Client.RaiseEventAsync(id, "b", 3);
            Assert.Equal("3 1 2", (await app.Client.WaitForInstanceCompletionAsync(id, true)).ReadOutputAs<string>());
        });

    [Fact]
    public void ContinueAsNew_BeginsAnewAndKeepsUnreadEvents() => Run(
        "loop",
        async context =>
        {
            var sum = context.GetInput<int>();
            sum += await context.WaitForExternalEvent<int>("n");
            if (sum >= 6)
            {
                return sum;
            }

            context.ContinueAsNew(sum);
            return -1;
        },
        async app =>
        {
            var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("loop", 0);
            foreach (var n in new[] { 1, 2, 3 })
            {
                await app.Client.RaiseEventAsync(id, "n", n); // all at once: the unread ones go over
            }

            Assert.Equal(6, (await app.Client.WaitForInstanceCompletionAsync(id, true)).ReadOutputAs<int>());
        });

    [Fact]
    public void Replay_ThatAsksForSomethingElse_IsReported()
    {
        var runs = 0;
        Run(
            "fickle",
            async context =>
            {
                runs++;
                await context.CallActivityAsync<int>(runs == 1 ? "double" : "other", 1);
                return null;
            },
            async app =>
            {
                var end = await app.RunToEnd("fickle");
                Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
                Assert.Contains("Non-deterministic", end.FailureDetails!.ErrorMessage);
                Assert.Contains("'double'", end.FailureDetails.ErrorMessage);
                Assert.Contains("'other'", end.FailureDetails.ErrorMessage);
            });
    }

    [Fact]
    public void Replay_ThatDoesNotAskAnyMore_IsReported()
    {
        var runs = 0;
        Run(
            "forgetful",
            async context => ++runs == 1 ? await context.CallActivityAsync<int>("double", 1) : 0,
            async app => Assert.Contains("not asked for any more", (await app.RunToEnd("forgetful")).FailureDetails!.ErrorMessage));
    }

    [Fact]
    public void InstanceId_OfARunningInstance_IsTaken_AndOfAFinishedOneReplaced() => Run(
        "twice",
        async context => await context.WaitForExternalEvent<string>("end"),
        async app =>
        {
            await app.Client.ScheduleNewOrchestrationInstanceAsync("twice", null, new StartOrchestrationOptions("one"));
            await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() =>
                app.Client.ScheduleNewOrchestrationInstanceAsync("twice", null, new StartOrchestrationOptions("one")));
            await app.Client.RaiseEventAsync("one", "end", "first");
            Assert.Equal("first", (await app.Client.WaitForInstanceCompletionAsync("one", true)).ReadOutputAs<string>());

            await app.Client.ScheduleNewOrchestrationInstanceAsync("twice", null, new StartOrchestrationOptions("one"));
            await app.Client.RaiseEventAsync("one", "end", "second");
            Assert.Equal("second", (await app.Client.WaitForInstanceCompletionAsync("one", true)).ReadOutputAs<string>());
        });

    [Fact]
    public void Terminate_EndsIt_AndPurgeForgetsIt() => Run(
        "long",
        async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
            return null;
        },
        async app =>
        {
            var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("long");
            await app.Wait(10);
            Assert.Equal(0, (await app.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
            await app.Client.TerminateInstanceAsync(id);
            Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await app.Client.WaitForInstanceCompletionAsync(id)).RuntimeStatus);
            Assert.Equal(1, (await app.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
            Assert.Null(await app.Client.GetInstanceAsync(id));
        });

    [Fact]
    public void SubOrchestrations_AreAwaited_AndTheirFailuresToo() => DurableApp.Run(async app =>
    {
        await app
            .Orchestrator("child", context => context.GetInput<int>() < 0 ? throw new FormatException("negative") : Task.FromResult<object?>(context.GetInput<int>() + 1))
            .Orchestrator("parent", async context =>
            {
                var good = await context.CallSubOrchestratorAsync<int>("child", 1);
                try
                {
                    return await context.CallSubOrchestratorAsync<int>("child", -1);
                }
                catch (TaskFailedException e)
                {
                    return $"{good} {e.FailureDetails.ErrorMessage}";
                }
            }).StartAsync();
        Assert.Equal("2 negative", (await app.RunToEnd("parent")).ReadOutputAs<string>());
    });

    [Fact]
    public void CustomStatus_CanBeReadWhileItRuns_AndInstancesListed() => Run(
        "status",
        async context =>
        {
            context.SetCustomStatus(new { Step = 1 });
            await context.WaitForExternalEvent<int>("go");
            return null;
        },
        async app =>
        {
            foreach (var n in Enumerable.Range(0, 5))
            {
                await app.Client.ScheduleNewOrchestrationInstanceAsync("status", null, new StartOrchestrationOptions($"run-{n}"));
            }

            await app.Wait(1);
            Assert.Equal("{\"Step\":1}", (await app.Client.GetInstanceAsync("run-3"))!.SerializedCustomStatus);
            var ids = new List<string>();
            await foreach (var instance in app.Client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: "run-", PageSize: 2)))
            {
                ids.Add(instance.InstanceId);
            }

            Assert.Equal(["run-0", "run-1", "run-2", "run-3", "run-4"], ids);
        });

    [Fact]
    public void NewGuid_AndTime_AreTheSameOnReplay() => Run(
        "ids",
        async context =>
        {
            var (one, at) = (context.NewGuid(), context.CurrentUtcDateTime);
            await context.CallActivityAsync<int>("double", 1);
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            return $"{one} {at:O} {context.NewGuid() != one}";
        },
        async app =>
        {
            var end = (await app.RunToEnd("ids", id: "fixed")).ReadOutputAs<string>()!;
            Assert.EndsWith("True", end);
            Assert.StartsWith("2026-01-01T00:00:00", end.Split(' ')[1]);
        });

    [Fact]
    public void Orchestration_CanSignalEntitiesNowAndLater() => DurableApp.Run(async app =>
    {
        await app.Entity<Entities.EntityTests.Counter>().Orchestrator("signal", async context =>
        {
            await context.Entities.SignalEntityAsync(new EntityInstanceId("Counter", "c"), "add", 1);
            await context.Entities.SignalEntityAsync(
                new EntityInstanceId("Counter", "c"), "add", 10, new SignalEntityOptions { SignalTime = context.CurrentUtcDateTime.AddSeconds(2) });
            return null;
        }).StartAsync();
        await app.RunToEnd("signal");
        await app.Wait(1_900);
        Assert.Equal(1, await app.State<int>("Counter", "c"));
        await app.Wait(200);
        Assert.Equal(11, await app.State<int>("Counter", "c"));
    });
}

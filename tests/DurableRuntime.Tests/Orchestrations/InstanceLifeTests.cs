using DurableTask.Core.Exceptions;
using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Lifecycle.DurableRuntime.Tests.Orchestrations;

/// <summary>Starting, ending and starting again under one instance id, with everything that can come in between.</summary>
public sealed class InstanceLifeTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("lifecycle-instances-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Terminate_BeforeItsStartTime_KeepsItFromStarting() => DurableApp.Run(async app =>
    {
        var ran = false;
        await app.Orchestrator("late", _ =>
        {
            ran = true;
            return Task.FromResult<object?>(1);
        }).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("late", null, new StartOrchestrationOptions("one", app.Time.GetUtcNow().AddSeconds(10)));
        await app.Client.TerminateInstanceAsync("one");
        await app.Wait(60_000);
        Assert.False(ran);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await app.Client.GetInstanceAsync("one"))!.RuntimeStatus);
    });

    [Fact]
    public void Start_AfterATerminatedLaterStart_RunsOnce() => DurableApp.Run(async app =>
    {
        var runs = 0;
        await app.Orchestrator("late", _ => Task.FromResult<object?>(++runs)).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("late", null, new StartOrchestrationOptions("one", app.Time.GetUtcNow().AddSeconds(10)));
        await app.Client.TerminateInstanceAsync("one");
        await app.Wait(1);
        await app.RunToEnd("late", id: "one");
        await app.Wait(60_000);
        Assert.Equal(1, runs);
    });

    [Fact]
    public void Events_ToAnInstanceThatStartsLater_AreKeptInOrder() => DurableApp.Run(async app =>
    {
        await app.Orchestrator("reader", ReadThree).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("reader", null, new StartOrchestrationOptions("one", app.Time.GetUtcNow().AddMilliseconds(2_500)));
        await app.Client.RaiseEventAsync("one", "n", 1);
        await app.Wait(2_499);
        await app.Client.RaiseEventAsync("one", "n", 2);
        await app.Wait(2);
        await app.Client.RaiseEventAsync("one", "n", 3);
        var end = await app.Client.WaitForInstanceCompletionAsync("one", true);
        Assert.Equal("1 2 3", end.ReadOutputAs<string>());
        Assert.InRange(app.NowMs, 2_500, 2_600);
    });

    [Fact]
    public void StartAfterTerminate_InTheSameTurn_BeginsWithAFreshHistory() => DurableApp.Run(async app =>
    {
        await app.Orchestrator("reader", ReadThree).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("reader", null, new StartOrchestrationOptions("one"));
        await app.Client.RaiseEventAsync("one", "n", 7);
        await app.Wait(10);
        // Not awaited in between: all of it waits for the instance's next turn.
        var told = app.Client.RaiseEventAsync("one", "n", 8);
        var ended = app.Client.TerminateInstanceAsync("one");
        var again = new DurableTransaction();
        again.Send(new DurableMessage { Target = "one", Kind = MessageKind.Start, Name = "reader" });
        await Task.WhenAll(told, ended, app.Backend.Engine.CommitAsync(again));
        await app.Wait(10);
        foreach (var n in new[] { 1, 2, 3 })
        {
            await app.Client.RaiseEventAsync("one", "n", n);
        }

        Assert.Equal("1 2 3", (await app.Client.WaitForInstanceCompletionAsync("one", true)).ReadOutputAs<string>());
    });

    [Fact]
    public async Task Starts_OfOneIdAtTheSameTime_StartItOnce()
    {
        var app = await InFolder().Orchestrator("reader", ReadThree).StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var id = $"one{round}";
            var starts = Enumerable.Range(0, 16).Select(_ => Task.Run(() => TryStart(app, id))).ToList();
            Assert.Single(await Task.WhenAll(starts), started => started);
        }

        await app.StopAsync();
    }

    // Users saw an orchestration wait for ever: what was carried over beyond one turn's messages was taken for stale.
    [Fact]
    public void ContinueAsNew_WithMoreUnreadEventsThanOneTurnTakes_LosesNone() => DurableApp.Run(async app =>
    {
        await app.Orchestrator("eternal", Eternal).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("eternal", null, new StartOrchestrationOptions("one", app.Time.GetUtcNow().AddSeconds(1)));
        for (var n = 0; n < Events; n++)
        {
            await app.Client.RaiseEventAsync("one", "n", n);
        }

        var end = await app.Client.WaitForInstanceCompletionAsync("one", true);
        Assert.Equal(Enumerable.Range(0, Events), end.ReadOutputAs<List<int>>());
    });

    [Fact]
    public void ContinueAsNew_ThenAKill_KeepsUnreadEventsInOrder()
    {
        var time = new VirtualTimeProvider(DurableApp.Begin);
        time.Run(async () =>
        {
            DurableApp App() => new DurableApp(time, new(), () => DurableStore.InFolder(folder)).Orchestrator("eternal", Eternal);
            var first = await App().StartAsync();
            await first.Client.ScheduleNewOrchestrationInstanceAsync("eternal", null, new StartOrchestrationOptions("one"));
            for (var n = 0; n < Events; n++)
            {
                await first.Client.RaiseEventAsync("one", "n", n);
            }

            for (var turn = 0; turn < 5; turn++)
            {
                await Task.Yield();
            }

            first.Backend.Abort();
            var second = await App().StartAsync();
            var end = await second.Client.WaitForInstanceCompletionAsync("one", true);
            Assert.Equal(Enumerable.Range(0, Events), end.ReadOutputAs<List<int>>());
            await second.StopAsync();
        });
    }

    [Fact]
    public async Task Events_ToAnEternalOrchestration_ArriveInOrderAndSoon()
    {
        var app = await InFolder().Orchestrator("eternal", Eternal).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("eternal", null, new StartOrchestrationOptions("one"));
        for (var n = 0; n < Events; n++)
        {
            await app.Client.RaiseEventAsync("one", "n", n);
        }

        var end = await app.Client.WaitForInstanceCompletionAsync("one", true).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Enumerable.Range(0, Events), end.ReadOutputAs<List<int>>());
        await app.StopAsync();
    }

    [Fact]
    public void NewGuid_OfTwoRunsUnderOneId_Differs_AcrossRestartsToo()
    {
        var time = new VirtualTimeProvider(DurableApp.Begin);
        time.Run(async () =>
        {
            var ids = new List<Guid>();
            for (var n = 0; n < 3; n++)
            {
                var app = await new DurableApp(time, new(), () => DurableStore.InFolder(folder))
                    .Orchestrator("name", context => Task.FromResult<object?>(context.NewGuid())).StartAsync();
                ids.Add((await app.RunToEnd("name", id: "one")).ReadOutputAs<Guid>());
                await app.StopAsync();
                await Task.Delay(TimeSpan.FromSeconds(1), time);
            }

            Assert.Equal(3, ids.Distinct().Count());
        });
    }

    [Fact]
    public void ExternalEvent_WithAnAbandonedWaiter_GoesToTheLatest() => DurableApp.Run(async app =>
    {
        await app.Orchestrator("loop", async context =>
        {
            for (var round = 0; round < 5; round++)
            {
                var arrived = context.WaitForExternalEvent<int>("n");
                if (await Task.WhenAny(arrived, context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None)) == arrived)
                {
                    return await arrived;
                }
            }

            return -1;
        }).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("loop", null, new StartOrchestrationOptions("one"));
        await app.Wait(2_500);
        await app.Client.RaiseEventAsync("one", "n", 5);
        Assert.Equal(5, (await app.Client.WaitForInstanceCompletionAsync("one", true)).ReadOutputAs<int>());
    });

    [Fact]
    public void Orchestrator_ThatAwaitsSomethingForeign_FailsInsteadOfHanging() => DurableApp.Run(async app =>
    {
        await app.Orchestrator("foreign", async _ =>
        {
            await new TaskCompletionSource().Task;
            return 1;
        }).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("foreign", null, new StartOrchestrationOptions("one"));
        await app.Wait(1_000);
        var end = (await app.Client.GetInstanceAsync("one"))!;
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("not a task of its context", end.FailureDetails!.ErrorMessage);
    });

    const int Events = 200;

    // Takes one event, and begins anew with what it has seen.
    static async Task<object?> Eternal(TaskOrchestrationContext context)
    {
        var seen = context.GetInput<List<int>>() ?? [];
        seen.Add(await context.WaitForExternalEvent<int>("n"));
        if (seen.Count == Events)
        {
            return seen;
        }

        context.ContinueAsNew(seen);
        return null;
    }

    static async Task<object?> ReadThree(TaskOrchestrationContext context)
    {
        var seen = new List<int>();
        while (seen.Count < 3)
        {
            seen.Add(await context.WaitForExternalEvent<int>("n"));
        }

        return string.Join(' ', seen);
    }

    static async Task<bool> TryStart(DurableApp app, string id)
    {
        try
        {
            await app.Client.ScheduleNewOrchestrationInstanceAsync("reader", null, new StartOrchestrationOptions(id));
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return false;
        }
    }

    DurableApp InFolder() => new(TimeProvider.System, new(), () => DurableStore.InFolder(folder));
}

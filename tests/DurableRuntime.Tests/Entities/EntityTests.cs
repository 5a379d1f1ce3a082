using System.Reflection;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.DurableRuntime.Tests.Entities;

public sealed class EntityTests
{
    public sealed class Counter : TaskEntity<int>
    {
        public void Add(int amount) => State += amount;

        public int Get() => State;

        public void AddOne(int amount = 1) => State += amount;

        public void Fail(int amount)
        {
            State += amount;
            Context.SignalEntity(new EntityInstanceId(nameof(Counter), "other"), nameof(Add), 1);
            Context.ScheduleNewOrchestration("nothing", null, new StartOrchestrationOptions("started"));
            throw new InvalidOperationException("on purpose");
        }

        public async Task<int> AddLater(int amount)
        {
            await Task.Yield();
            State += amount;
            return State;
        }

        public void Both(int amount)
        {
        }

        public void Both(string text)
        {
        }

        public void Tell(int amount, TaskEntityContext context) =>
            context.SignalEntity(new EntityInstanceId(nameof(Counter), "told"), nameof(Add), amount);

        public void Later(int amount) => Context.SignalEntity(
            Context.Id, nameof(Add), amount, new SignalEntityOptions { SignalTime = DurableApp.Begin.AddMilliseconds(1_500) });
    }

    public sealed class Note : TaskEntity<string?>
    {
        public void Write(string text) => State = text;

        public void Clear() => State = null;

        protected override string? InitializeState(TaskEntityOperation entityOperation) => null;
    }

    public sealed class Journal(List<string> lines) : TaskEntity<int>
    {
        public async Task Step(string name)
        {
            lines.Add("begin " + name);
            await Task.Yield();
            lines.Add("end " + name);
            State++;
        }
    }

    sealed record CallInput(string Entity, string Operation, int Amount);

    static void Run(Func<DurableApp, Task> test) => DurableApp.Run(async app =>
    {
        await app.Entity<Counter>().Entity<Note>().Orchestrator("call", Call).StartAsync();
        await test(app);
    });

    static async Task<object?> Call(TaskOrchestrationContext context)
    {
        var (entity, operation, amount) = context.GetInput<CallInput>()!;
        return await context.Entities.CallEntityAsync<int>(new EntityInstanceId(entity, "c"), operation, amount);
    }

    [Fact]
    public void Signals_FromOneSender_ArriveInOrderAndOneAtATime() => DurableApp.Run(async app =>
    {
        var lines = new List<string>();
        var journal = new DurableApp(app.Time, new(), Lifecycle.Local.Durable.DurableStore.InMemory)
        {
            Services = new ServiceCollection().AddSingleton(lines).BuildServiceProvider(),
        };
        await journal.Entity<Journal>().StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(n => journal.Signal(nameof(Journal), "j", "step", $"{n}")));
        await journal.Wait(10);
        Assert.Equal(Enumerable.Range(0, 200).SelectMany(n => new[] { $"begin {n}", $"end {n}" }), lines);
        await journal.StopAsync();
    });

    [Fact]
    public void Signal_IsStoredWithTheState() => Run(async app =>
    {
        await app.Signal("counter", "c", "add", 5);
        await app.Signal("COUNTER", "c", "ADD", 2);
        await app.Wait(1);
        Assert.Equal(7, await app.State<int>("Counter", "c"));
        Assert.Equal(0, await app.State<int>("Counter", "C")); // keys keep their case
    });

    [Fact]
    public void Operation_ThatThrows_LeavesNoTrace() => Run(async app =>
    {
        await app.Signal("counter", "c", "add", 5);
        await app.Signal("counter", "c", "fail", 100);
        await app.Signal("counter", "c", "add", 1);
        await app.Wait(1);
        Assert.Equal(6, await app.State<int>("Counter", "c"));
        Assert.Null(await app.Entities.GetEntityAsync(new EntityInstanceId("Counter", "other")));
        Assert.Null(await app.Client.GetInstanceAsync("started"));
    });

    [Fact]
    public void Operation_ThatThrowsOnAFreshEntity_LeavesItAbsent() => Run(async app =>
    {
        await app.Signal("counter", "c", "fail", 1);
        await app.Signal("counter", "d", "noSuchOperation");
        await app.Wait(1);
        Assert.Null(await app.Entities.GetEntityAsync(new EntityInstanceId("Counter", "c")));
        Assert.Null(await app.Entities.GetEntityAsync(new EntityInstanceId("Counter", "d")));
    });

    [Fact]
    public void Call_ThatThrows_GivesTheCallerTheError() => DurableApp.Run(async app =>
    {
        Exception? seen = null;
        await app.Entity<Counter>().Orchestrator("try", async context =>
        {
            try
            {
                return await context.Entities.CallEntityAsync<int>(new EntityInstanceId("Counter", "c"), "fail", 1);
            }
            catch (EntityOperationFailedException e)
            {
                seen = e;
                return e.FailureDetails.ErrorMessage;
            }
        }).StartAsync();
        var end = await app.RunToEnd("try");
        Assert.Equal("on purpose", end.ReadOutputAs<string>());
        var failed = Assert.IsType<EntityOperationFailedException>(seen);
        Assert.Equal(("fail", typeof(InvalidOperationException).FullName), (failed.OperationName, failed.FailureDetails.ErrorType));
        Assert.True(failed.FailureDetails.IsCausedBy<InvalidOperationException>());
    });

    [Theory]
    [InlineData("get", 0, 0)]
    [InlineData("addLater", 4, 4)]
    public void Call_GivesTheResult(string operation, int input, int expected) => Run(async app =>
        Assert.Equal(expected, (await app.RunToEnd("call", new CallInput("Counter", operation, input))).ReadOutputAs<int>()));

    // The Functions worker's serializer, which the Durable extension uses for everything: a tuple, which has fields only, arrives empty.
    [Fact]
    public void Payload_HasPropertiesWithoutCaseAndNoFields() => DurableApp.Run(async app =>
    {
        object?[] seen = [];
        await app.Orchestrator("read", context =>
        {
            seen = [context.GetInput<(string, int)>(), context.GetInput<CallInput>()];
            return Task.FromResult<object?>(null);
        }).StartAsync();
        await app.RunToEnd("read", new { ENTITY = "e", operation = "o", Amount = 1, Item1 = "x", Item2 = 2 });
        Assert.Equal([default((string, int)), new CallInput("e", "o", 1)], seen);
    });

    [Fact]
    public void StateNull_DeletesTheEntity() => Run(async app =>
    {
        await app.Signal("note", "n", "write", "hello");
        await app.Wait(1);
        Assert.Equal("hello", await app.State<string>("note", "n"));
        await app.Signal("note", "n", "clear");
        await app.Wait(1);
        Assert.Null(await app.Entities.GetEntityAsync(new EntityInstanceId("note", "n")));
    });

    [Fact]
    public void Delete_IsThereByItself() => Run(async app =>
    {
        await app.Signal("counter", "c", "add", 5);
        await app.Signal("counter", "c", "delete");
        await app.Wait(1);
        Assert.Null(await app.Entities.GetEntityAsync(new EntityInstanceId("Counter", "c")));
    });

    [Theory]
    [InlineData("both", typeof(AmbiguousMatchException))]
    [InlineData("add", typeof(InvalidOperationException))] // its input is missing
    [InlineData("nothing", typeof(NotSupportedException))]
    public void Operation_ThatCannotBeCalled_FailsTheCall(string operation, Type error) => DurableApp.Run(async app =>
    {
        await app.Entity<Counter>().Orchestrator("call", async context =>
            await context.Entities.CallEntityAsync<int>(new EntityInstanceId("Counter", "c"), operation)).StartAsync();
        var end = await app.RunToEnd("call");
        Assert.Equal(Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains(error.Name == nameof(AmbiguousMatchException) ? "mbiguous" : operation, end.FailureDetails!.ErrorMessage, StringComparison.OrdinalIgnoreCase);
    });

    [Fact]
    public void Input_ThatIsMissing_TakesTheDefault() => Run(async app =>
    {
        await app.Signal("counter", "c", "addOne");
        await app.Wait(1);
        Assert.Equal(1, await app.State<int>("Counter", "c"));
    });

    [Fact]
    public void Entity_CanSignalAnother() => Run(async app =>
    {
        await app.Signal("counter", "c", "tell", 3);
        await app.Wait(1);
        Assert.Equal(3, await app.State<int>("Counter", "told"));
    });

    [Fact]
    public void ScheduledSignals_FromEntityAndClient_RunWhenDue() => Run(async app =>
    {
        await app.Signal("counter", "c", "later", 1);
        await app.Signal("counter", "c", "add", 10, inMs: 750);
        await app.Wait(749);
        Assert.Equal(0, await app.State<int>("Counter", "c"));
        await app.Wait(2);
        Assert.Equal(10, await app.State<int>("Counter", "c"));
        await app.Wait(748);
        Assert.Equal(10, await app.State<int>("Counter", "c"));
        await app.Wait(2);
        Assert.Equal(11, await app.State<int>("Counter", "c"));
    });

    [Fact]
    public void Query_ByPrefix_PagesAndKeepsKeysApart() => Run(async app =>
    {
        foreach (var key in new[] { "s1:a", "s1:b", "s1:c@x", "s11:a", "s2:a", "S1:z" })
        {
            await app.Signal("Counter", key, "add", 1);
        }

        await app.Wait(1);
        var query = new EntityQuery { InstanceIdStartsWith = "@Counter@s1:", PageSize = 2, IncludeState = true };
        var pages = new List<int>();
        var keys = new List<string>();
        await foreach (var page in app.Entities.GetAllEntitiesAsync<int>(query).AsPages())
        {
            pages.Add(page.Values.Count);
            keys.AddRange(page.Values.Select(e => e.Id.Key));
            Assert.All(page.Values, e => Assert.Equal(1, e.State));
        }

        Assert.Equal(["s1:a", "s1:b", "s1:c@x"], keys);
        Assert.Equal([2, 1], pages);
    });

    public sealed class Optional : TaskEntity<int?>
    {
        public void Touch()
        {
        }
    }

    [Fact]
    public void NullableState_BeginsAsTheDefaultOfItsType() => DurableApp.Run(async app =>
    {
        await app.Entity<Optional>().StartAsync();
        await app.Signal("optional", "o", "touch");
        await app.Wait(1);
        Assert.Equal(0, await app.State<int?>("optional", "o"));
    });

    [Fact]
    public void Function_ThatDispatchesNothing_FailsTheCall() => DurableApp.Run(async app =>
    {
        app.Function("lazy", _ => Task.CompletedTask).Orchestrator("calls", async context =>
        {
            await context.Entities.CallEntityAsync(new EntityInstanceId("lazy", "l"), "do");
            return null;
        });
        await app.StartAsync();
        Assert.Contains("without dispatching", (await app.RunToEnd("calls")).FailureDetails!.ErrorMessage);
    });

    [Fact]
    public void EntityInstanceId_ReadsBackWhatItWrites()
    {
        var id = new EntityInstanceId("Counter", "a@b:c");
        Assert.Equal("@counter@a@b:c", id.ToString());
        Assert.Equal(id, EntityInstanceId.FromString("@COUNTER@a@b:c"));
        Assert.Throws<ArgumentException>(() => new EntityInstanceId("a@b", "c"));
        Assert.Throws<ArgumentException>(() => EntityInstanceId.FromString("counter@c"));
    }
}

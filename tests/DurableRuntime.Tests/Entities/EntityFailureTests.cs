using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.DurableRuntime.Tests.Entities;

/// <summary>Operations that throw, as the official worker has them (tests/Conformance).</summary>
public sealed class EntityFailureTests
{
    const string Id = "@counter@c";

    public sealed class Counter : TaskEntity<int>
    {
        public void Add(int amount) => State += amount;
    }

    [Theory]
    [InlineData("add")]
    [InlineData("delete")]
    public void State_ThatCannotBeRead_FailsEveryOperation(string operation) => DurableApp.Run(async app =>
    {
        await app.Entity<Counter>().StartAsync();
        var transaction = new DurableTransaction();
        transaction.SaveEntity(Id, "\"text\"", app.Time.GetUtcNow());
        await app.Backend.Engine.CommitAsync(transaction);
        await app.Signal("counter", "c", operation, 1);
        await app.Wait(1);
        Assert.Equal("\"text\"", app.Backend.Engine.Store.ReadEntity(Id)?.State);
    });

    [Theory]
    [InlineData("subtract", "No suitable method found for entity operation 'counter/subtract'.")]
    [InlineData("add", "Error dispatching counter/add to 'Void Add(Int32)'.")]
    public void Operation_ThatCannotBeCalled_IsLoggedForItsClass(string operation, string text)
    {
        var logs = new FakeLoggerProvider();
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(logs)).BuildServiceProvider();
        var time = new VirtualTimeProvider(DurableApp.Begin);
        time.Run(async () =>
        {
            var app = await new DurableApp(time, new(), DurableStore.InMemory) { Services = services }.Entity<Counter>().StartAsync();
            await app.Signal("counter", "c", operation);
            await app.Wait(1);
            await app.StopAsync();
        });
        var line = Assert.Single(logs.Collector.GetSnapshot());
        Assert.Equal((LogLevel.Error, "OperationError"), (line.Level, line.Id.Name));
        Assert.Equal("Lifecycle.DurableRuntime.Tests.Entities.EntityFailureTests.Counter", line.Category);
        Assert.Equal($"Unhandled exception in entity operation {Id}/{operation}.", line.Message);
        Assert.StartsWith(text, line.Exception!.Message);
    }
}

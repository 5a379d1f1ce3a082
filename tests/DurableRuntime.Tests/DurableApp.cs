using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.DurableRuntime.Tests;

/// <summary>A durable app of a few functions on the embedded engine.</summary>
sealed class DurableApp(TimeProvider time, DurableOptions options, Func<DurableStore> open)
{
    readonly List<Action<EmbeddedDurableBackend>> registrations = [];
    EmbeddedDurableBackend? backend;

    public static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public IServiceProvider Services { get; init; } = new ServiceCollection().BuildServiceProvider();

    public TimeProvider Time => time;

    public DurableTaskClient Client => Backend.Client;

    public DurableEntityClient Entities => Client.Entities;

    public EmbeddedDurableBackend Backend => backend!;

    public EngineStatistics Statistics => Backend.Engine.Statistics;

    /// <summary>Runs a test on virtual time, in memory.</summary>
    public static void Run(Func<DurableApp, Task> test, DurableOptions? options = null)
    {
        var time = new VirtualTimeProvider(Begin);
        time.Run(async () =>
        {
            var app = new DurableApp(time, options ?? new(), DurableStore.InMemory);
            await test(app);
            await app.StopAsync();
        });
        Assert.Equal(0, time.ForeignPosts);
    }

    public DurableApp Entity<T>(string? name = null)
    {
        registrations.Add(b => b.AddEntity(name ?? typeof(T).Name, (dispatcher, _) => dispatcher.DispatchAsync<T>()));
        return this;
    }

    public DurableApp Entity(string name, Func<TaskEntityOperation, ValueTask<object?>> handler)
    {
        registrations.Add(b => b.AddEntity(name, (dispatcher, _) => dispatcher.DispatchAsync(handler)));
        return this;
    }

    public DurableApp Function(string name, Func<TaskEntityDispatcher, Task> run)
    {
        registrations.Add(b => b.AddEntity(name, (dispatcher, _) => run(dispatcher)));
        return this;
    }

    public DurableApp Orchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> run)
    {
        registrations.Add(b => b.AddOrchestrator(name, run));
        return this;
    }

    public DurableApp Activity<T>(string name, Func<T, Task<object?>> run)
    {
        registrations.Add(b => b.AddActivity(name, typeof(T), (input, _) => run((T)input!)));
        return this;
    }

    public async Task<DurableApp> StartAsync()
    {
        await Build().StartAsync(CancellationToken.None);
        return this;
    }

    /// <summary>Makes the backend, and does not start it.</summary>
    public EmbeddedDurableBackend Build()
    {
        backend = new EmbeddedDurableBackend(open, options, time, Services, NullLoggerFactory.Instance);
        registrations.ForEach(register => register(backend));
        return backend;
    }

    public Task StopAsync() => backend?.StopAsync(CancellationToken.None) ?? Task.CompletedTask;

    public Task Wait(double milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time);

    public Task Signal(string name, string key, string operation, object? input = null, double? inMs = null) => Entities.SignalEntityAsync(
        new EntityInstanceId(name, key), operation, input, inMs is { } ms ? new SignalEntityOptions { SignalTime = time.GetUtcNow().AddMilliseconds(ms) } : null);

    public async Task<T?> State<T>(string name, string key)
    {
        var entity = await Entities.GetEntityAsync<T>(new EntityInstanceId(name, key));
        return entity is null ? default : entity.State;
    }

    public async Task<OrchestrationMetadata> RunToEnd(string orchestrator, object? input = null, string? id = null)
    {
        var instance = await Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(id));
        return await Client.WaitForInstanceCompletionAsync(instance, getInputsAndOutputs: true);
    }

    public double NowMs => (time.GetUtcNow() - Begin).TotalMilliseconds;
}

using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>Joins the SDK's functions to the embedded engine.</summary>
sealed class EmbeddedDurableBackend : IDurableBackend, IDurableHandlers
{
    readonly Dictionary<string, Func<TaskEntityDispatcher, IServiceProvider, Task>> entities = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> orchestrators = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, (Type? Input, Func<object?, IServiceProvider, Task<object?>> Run)> activities = new(StringComparer.OrdinalIgnoreCase);
    readonly Func<DurableStore> open;
    readonly DurableOptions options;
    readonly IServiceProvider services;
    readonly ILoggerFactory loggers;
    readonly TimeProvider time;
    readonly Lock gate = new();
    DurableEngine? engine;
    DurableStore? store;
    bool stopped;

    public EmbeddedDurableBackend(
        Func<DurableStore> open, DurableOptions options, TimeProvider time, IServiceProvider services, ILoggerFactory loggers)
    {
        (this.open, this.options, this.time, this.services, this.loggers) = (open, options, time, services, loggers);
        Client = new EmbeddedDurableClient(() => Engine, time);
    }

    public DurableTaskClient Client { get; }

    /// <summary>The engine that runs.</summary>
    public DurableEngine Engine => engine ?? throw new InvalidOperationException("The durable engine has not been started.");

    public void AddEntity(string name, Func<TaskEntityDispatcher, IServiceProvider, Task> run) => entities.Add(name, run);

    public void AddOrchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> run) => orchestrators.Add(name, run);

    public void AddActivity(string name, Type? inputType, Func<object?, IServiceProvider, Task<object?>> run) =>
        activities.Add(name, (inputType, run));

    /// <exception cref="ObjectDisposedException">It has been stopped; make another.</exception>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public Task StartAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopped, this);
            if (store is not null)
            {
                throw new InvalidOperationException("The durable engine has been started already.");
            }

            store = open();
            engine = new DurableEngine(store, options, time, this, loggers.CreateLogger("Lifecycle.Local.Durable"));
            engine.Start();
        }

        return Task.CompletedTask;
    }

    /// <summary>Stops it, if it was started; a start that is under way is waited for. May be called again.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        Close();
        try
        {
            if (engine is not null)
            {
                await engine.DisposeAsync().AsTask().WaitAsync(cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            engine!.Abort(); // what still runs is done again at the next start, as after a kill
            throw;
        }
        finally
        {
            store?.Dispose();
        }
    }

    /// <summary>Ends as a killed process would; the store is closed and what runs is lost.</summary>
    public void Abort()
    {
        Close();
        engine?.Abort();
        store?.Dispose();
    }

    void Close()
    {
        lock (gate)
        {
            stopped = true;
        }
    }

    public async Task RunEntityAsync(EntityBatch batch)
    {
        var name = EntityInstanceId.FromString(batch.EntityId).Name;
        if (!entities.TryGetValue(name, out var run))
        {
            throw new InvalidOperationException($"There is no entity function named '{name}'.");
        }

        await using var scope = services.CreateAsyncScope();
        var dispatcher = new TaskEntityDispatcher(scope.ServiceProvider, handler => batch.RunAsync(async turn =>
            EmbeddedJson.Write(await handler(new EntityOperationAdapter(turn)))));
        await run(dispatcher, scope.ServiceProvider);
    }

    public OrchestrationResult RunOrchestration(OrchestrationTurn turn)
    {
        if (!orchestrators.TryGetValue(turn.Instance.Name, out var orchestrator))
        {
            var missing = new InvalidOperationException($"There is no orchestrator function named '{turn.Instance.Name}'.");
            return new OrchestrationResult { State = OrchestrationState.Failed, Failure = FailureInfo.Of(missing) };
        }

        return new OrchestrationReplay(turn, orchestrator, loggers).Run();
    }

    public async Task<string?> RunActivityAsync(ActivityCall call)
    {
        if (!activities.TryGetValue(call.Name, out var activity))
        {
            throw new InvalidOperationException($"There is no activity function named '{call.Name}'.");
        }

        var input = activity.Input is null ? null : EmbeddedJson.Read(call.Input, activity.Input);
        await using var scope = services.CreateAsyncScope();
        return EmbeddedJson.Write(await activity.Run(input, scope.ServiceProvider));
    }
}

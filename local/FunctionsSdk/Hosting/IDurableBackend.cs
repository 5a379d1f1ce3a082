using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>What the host needs from the embedded durable engine. Functions are registered before <see cref="StartAsync"/>.</summary>
interface IDurableBackend
{
    /// <summary>The client that <c>[DurableClient]</c> parameters receive.</summary>
    DurableTaskClient Client { get; }

    /// <summary>Registers an entity function; the name is matched without case.</summary>
    void AddEntity(string name, Func<TaskEntityDispatcher, IServiceProvider, Task> run);

    /// <summary>Registers an orchestrator function. The result is serialized as the orchestration's output.</summary>
    void AddOrchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> run);

    /// <summary>Registers an activity function with the type its input is deserialized to (null: no input).</summary>
    void AddActivity(string name, Type? inputType, Func<object?, IServiceProvider, Task<object?>> run);

    /// <summary>Opens the database and begins to dispatch work.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>Stops taking work, waits for what runs, and closes the database.</summary>
    Task StopAsync(CancellationToken cancellation);
}

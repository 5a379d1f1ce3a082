using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Hands the operations of an entity function to the entity.</summary>
public sealed class TaskEntityDispatcher
{
    readonly IServiceProvider services;
    readonly Func<Func<TaskEntityOperation, ValueTask<object?>>, Task> run;

    internal TaskEntityDispatcher(IServiceProvider services, Func<Func<TaskEntityOperation, ValueTask<object?>>, Task> run) =>
        (this.services, this.run) = (services, run);

    /// <summary>Gives every operation to the entity.</summary>
    public Task DispatchAsync(ITaskEntity entity) => RunAsync(entity.GetType(), entity.RunAsync);

    /// <summary>Gives every operation to an entity of the type, made with the app's services.</summary>
    public Task DispatchAsync<T>() => DispatchAsync<T>([]);

    /// <summary>Gives every operation to an entity of the type, made with the arguments and the app's services.</summary>
    public Task DispatchAsync<T>(params object[] additionalArgs) => RunAsync(typeof(T), operation =>
    {
        var entity = ActivatorUtilities.CreateInstance<T>(services, additionalArgs);
        return entity is ITaskEntity known
            ? known.RunAsync(operation)
            : throw new InvalidOperationException($"{typeof(T)} is not an entity: derive it from TaskEntity<TState>.");
    });

    /// <summary>Gives every operation to the handler.</summary>
    public Task DispatchAsync(Func<TaskEntityOperation, ValueTask<object?>> handler) => RunAsync(typeof(TaskEntityDispatcher), handler);

    // As officially, what an operation throws is in the log of the entity's class, whatever becomes of it after that.
    Task RunAsync(Type category, Func<TaskEntityOperation, ValueTask<object?>> handler) => run(async operation =>
    {
        try
        {
            return await handler(operation);
        }
        catch (Exception e)
        {
            if (services.GetService<ILoggerFactory>() is { } loggers)
            {
                EntityLog.OperationError(loggers.CreateLogger(category), operation.Context.Id, operation.Name, e);
            }

            throw;
        }
    });
}

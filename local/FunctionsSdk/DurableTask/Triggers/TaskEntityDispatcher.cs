using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Hands the operations of an entity function to the entity.</summary>
public sealed class TaskEntityDispatcher
{
    readonly IServiceProvider services;
    readonly Func<Func<TaskEntityOperation, ValueTask<object?>>, Task> run;

    internal TaskEntityDispatcher(IServiceProvider services, Func<Func<TaskEntityOperation, ValueTask<object?>>, Task> run) =>
        (this.services, this.run) = (services, run);

    /// <summary>Gives every operation to the entity.</summary>
    public Task DispatchAsync(ITaskEntity entity) => run(entity.RunAsync);

    /// <summary>Gives every operation to an entity of the type, made with the app's services.</summary>
    public Task DispatchAsync<T>() => DispatchAsync<T>([]);

    /// <summary>Gives every operation to an entity of the type, made with the arguments and the app's services.</summary>
    public Task DispatchAsync<T>(params object[] additionalArgs) => run(operation =>
    {
        var entity = ActivatorUtilities.CreateInstance<T>(services, additionalArgs);
        return entity is ITaskEntity known
            ? known.RunAsync(operation)
            : throw new InvalidOperationException($"{typeof(T)} is not an entity: derive it from TaskEntity<TState>.");
    });

    /// <summary>Gives every operation to the handler.</summary>
    public Task DispatchAsync(Func<TaskEntityOperation, ValueTask<object?>> handler) => run(handler);
}

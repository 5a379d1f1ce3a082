namespace Microsoft.DurableTask.Entities;

/// <summary>An entity: something that runs operations.</summary>
public interface ITaskEntity
{
    /// <summary>Runs one operation and gives its result.</summary>
    ValueTask<object?> RunAsync(TaskEntityOperation operation);
}

/// <summary>One operation on an entity.</summary>
public abstract class TaskEntityOperation
{
    /// <summary>The operation's name.</summary>
    public abstract string Name { get; }

    /// <summary>What the entity can reach.</summary>
    public abstract TaskEntityContext Context { get; }

    /// <summary>The entity's state.</summary>
    public abstract TaskEntityState State { get; }

    /// <summary>Whether it has an input.</summary>
    public abstract bool HasInput { get; }

    /// <summary>The input as the type.</summary>
    public abstract object? GetInput(Type inputType);

    /// <summary>The input as the type; its default when there is none.</summary>
    public virtual T? GetInput<T>() => GetInput(typeof(T)) is { } input ? (T)input : default;

    /// <summary>The entity's name and the operation's.</summary>
    public override string ToString() => $"{Context.Id.Name}/{Name}";
}

/// <summary>The state of an entity during an operation.</summary>
public abstract class TaskEntityState
{
    /// <summary>Whether there is a state.</summary>
    public abstract bool HasState { get; }

    /// <summary>The state as the type.</summary>
    public abstract object? GetState(Type type);

    /// <summary>The state as the type; the given default when there is none.</summary>
    public virtual T? GetState<T>(T? defaultValue = default) => GetState(typeof(T)) is { } state ? (T)state : defaultValue;

    /// <summary>Replaces the state; null deletes the entity.</summary>
    public abstract void SetState(object? state);
}

/// <summary>What an entity can reach during an operation.</summary>
public abstract class TaskEntityContext
{
    /// <summary>The entity.</summary>
    public abstract EntityInstanceId Id { get; }

    /// <summary>Signals an entity when the operation is stored.</summary>
    public abstract void SignalEntity(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null);

    /// <summary>Signals an entity without an input when the operation is stored.</summary>
    public virtual void SignalEntity(EntityInstanceId id, string operationName, SignalEntityOptions options) =>
        SignalEntity(id, operationName, null, options);

    /// <summary>Starts an orchestration without an input when the operation is stored.</summary>
    public virtual string ScheduleNewOrchestration(TaskName name, StartOrchestrationOptions options) => ScheduleNewOrchestration(name, null, options);

    /// <summary>Starts an orchestration when the operation is stored.</summary>
    public abstract string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null);
}

using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Microsoft.DurableTask.Entities;

/// <summary>An entity whose operations are its public instance methods, and whose state is loaded before and saved after each.</summary>
/// <typeparam name="TState">The state; null means that the entity does not exist.</typeparam>
public abstract class TaskEntity<TState> : ITaskEntity
{
    TaskEntityContext? context;

    /// <summary>
    /// The state; null deletes the entity, so that an entity that does it says so in its type: <c>TaskEntity&lt;MyState?&gt;</c>. Not annotated, as
    /// officially: what only compiles with a question mark here would not compile there.
    /// </summary>
    protected TState State { get; set; } = default!;

    /// <summary>What the entity can reach.</summary>
    protected TaskEntityContext Context => context ?? throw new InvalidOperationException("The context is there only during an operation.");

    /// <summary>Whether the state's public methods are operations too, after the entity's own. What a method of a struct changes is lost.</summary>
    protected virtual bool AllowStateDispatch => false;

    /// <inheritdoc/>
    public async ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        context = operation.Context;
        // First of all, and so a state that cannot be read fails every operation, the deletion too.
        var stored = operation.State.GetState(typeof(TState));
        State = stored is null ? InitializeState(operation) : (TState)stored;
        var result = await EntityMethods.InvokeAsync(this, operation);
        if (!result.Found && AllowStateDispatch)
        {
            var state = State ?? throw new InvalidOperationException($"The state is null and cannot run operation '{operation.Name}'.");
            result = await EntityMethods.InvokeAsync(state, operation);
        }

        if (result.Found)
        {
            operation.State.SetState(State);
            return result.Value;
        }

        if (string.Equals(operation.Name, "delete", StringComparison.OrdinalIgnoreCase))
        {
            operation.State.SetState(null);
            return null;
        }

        throw new NotSupportedException($"No suitable method found for entity operation '{operation}'.");
    }

    /// <summary>The state of an entity that has none. By default a new object, or the default of a value type, nullable or not.</summary>
    protected virtual TState InitializeState(TaskEntityOperation entityOperation) =>
        (TState)Activator.CreateInstance(Nullable.GetUnderlyingType(typeof(TState)) ?? typeof(TState))!;
}

/// <summary>Finds and calls the method of an entity that an operation names.</summary>
static class EntityMethods
{
    const BindingFlags Public = BindingFlags.Instance | BindingFlags.Public | BindingFlags.IgnoreCase;

    public static async ValueTask<(bool Found, object? Value)> InvokeAsync(object entity, TaskEntityOperation operation)
    {
        // More than one method of the name throws AmbiguousMatchException, as officially.
        var method = entity.GetType().GetMethod(operation.Name, Public);
        if (method is null)
        {
            return (false, null);
        }

        var returned = Call(entity, method, Arguments(method, operation));
        return (true, await Unwrap(returned, method.ReturnType));
    }

    static object?[] Arguments(MethodInfo method, TaskEntityOperation operation)
    {
        var parameters = method.GetParameters();
        var inputs = parameters.Where(p => p.ParameterType != typeof(TaskEntityContext) && p.ParameterType != typeof(TaskEntityOperation)).ToList();
        ThrowIfTwice(method, typeof(TaskEntityContext));
        ThrowIfTwice(method, typeof(TaskEntityOperation));
        if (inputs.Count > 1)
        {
            throw new InvalidOperationException($"Entity operation '{method.Name}' has {inputs.Count} input parameters; at most one is allowed.");
        }

        return [.. parameters.Select(p => Argument(method, p, operation))];
    }

    static void ThrowIfTwice(MethodInfo method, Type bound)
    {
        if (method.GetParameters().Count(p => p.ParameterType == bound) > 1)
        {
            throw new InvalidOperationException($"Entity operation '{method.Name}' has more than one parameter of {bound}.");
        }
    }

    static object? Argument(MethodInfo method, ParameterInfo parameter, TaskEntityOperation operation)
    {
        if (parameter.ParameterType == typeof(TaskEntityContext))
        {
            return operation.Context;
        }

        if (parameter.ParameterType == typeof(TaskEntityOperation))
        {
            return operation;
        }

        if (operation.HasInput)
        {
            return operation.GetInput(parameter.ParameterType);
        }

        return parameter.HasDefaultValue
            ? parameter.DefaultValue
            : throw new InvalidOperationException(
                $"Error dispatching {operation} to '{method}'.\nIts parameter '{parameter}' needs an input, and the operation came without one.");
    }

    static object? Call(object entity, MethodInfo method, object?[] arguments)
    {
        try
        {
            return method.Invoke(entity, arguments);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    static async ValueTask<object?> Unwrap(object? returned, Type declared)
    {
        switch (returned)
        {
            case Task task:
                await task;
                return declared.IsGenericType ? ResultOf(task, declared) : null;
            case ValueTask task:
                await task;
                return null;
            case not null when declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(ValueTask<>):
                var asTask = (Task)declared.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(returned, null)!;
                await asTask;
                return asTask.GetType().GetProperty(nameof(Task<int>.Result))!.GetValue(asTask);
            default:
                return returned;
        }
    }

    static object? ResultOf(Task task, Type declared) => declared.GetProperty(nameof(Task<int>.Result))!.GetValue(task);
}

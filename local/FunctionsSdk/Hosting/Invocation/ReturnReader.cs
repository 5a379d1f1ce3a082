namespace Lifecycle.Local.FunctionsSdk.Hosting.Invocation;

/// <summary>Awaits what a function method returned and takes the result out of it.</summary>
abstract class ReturnReader
{
    /// <summary>The type of the result inside its task; <c>void</c> for none.</summary>
    public abstract Type ResultType { get; }

    public abstract ValueTask<object?> ReadAsync(object? returned);

    public static ReturnReader For(Type type)
    {
        if (type == typeof(Task) || type == typeof(ValueTask))
            return new NoResult();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            return (ReturnReader)Activator.CreateInstance(typeof(FromTask<>).MakeGenericType(type.GetGenericArguments()))!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            return (ReturnReader)Activator.CreateInstance(typeof(FromValueTask<>).MakeGenericType(type.GetGenericArguments()))!;
        return new Direct(type);
    }

    sealed class Direct(Type type) : ReturnReader
    {
        public override Type ResultType => type;

        public override ValueTask<object?> ReadAsync(object? returned) => new(returned);
    }

    sealed class NoResult : ReturnReader
    {
        public override Type ResultType => typeof(void);

        public override async ValueTask<object?> ReadAsync(object? returned)
        {
            if (returned is Task task)
                await task;
            else if (returned is ValueTask valueTask)
                await valueTask;
            return null;
        }
    }

    sealed class FromTask<T> : ReturnReader
    {
        public override Type ResultType => typeof(T);

        public override async ValueTask<object?> ReadAsync(object? returned) => await (Task<T>)returned!;
    }

    sealed class FromValueTask<T> : ReturnReader
    {
        public override Type ResultType => typeof(T);

        public override async ValueTask<object?> ReadAsync(object? returned) => await (ValueTask<T>)returned!;
    }
}

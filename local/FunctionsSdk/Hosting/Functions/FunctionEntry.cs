using System.Reflection;
using System.Runtime.ExceptionServices;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Functions;

/// <summary>One function of the app, ready to be invoked.</summary>
sealed class FunctionEntry
{
    readonly MethodInvoker _invoker;
    readonly Lazy<ObjectFactory>? _factory;
    readonly ReturnReader _reader;

    public FunctionEntry(
        string name, MethodInfo method, TriggerKind kind, TriggerBindingAttribute trigger, ParameterInfo triggerParameter, ParameterBinder[] binders)
    {
        Name = name;
        Method = method;
        Kind = kind;
        Trigger = trigger;
        TriggerParameter = triggerParameter;
        Binders = binders;
        Definition = new EntryDefinition(this);
        _invoker = MethodInvoker.Create(method);
        _reader = ReturnReader.For(method.ReturnType);
        // Made at the first call: start-up stays quick, and a missing service names the function that needs it.
        _factory = method.IsStatic ? null : new(() => ActivatorUtilities.CreateFactory(method.DeclaringType!, Type.EmptyTypes));
    }

    public string Name { get; }

    public MethodInfo Method { get; }

    public TriggerKind Kind { get; }

    public TriggerBindingAttribute Trigger { get; }

    public ParameterInfo TriggerParameter { get; }

    public ParameterBinder[] Binders { get; }

    public EntryDefinition Definition { get; }

    /// <summary>The type of the result inside its task; <c>void</c> for none.</summary>
    public Type ResultType => _reader.ResultType;

    /// <summary>Makes the function's class, calls the method with bound arguments and awaits its result.</summary>
    public async ValueTask<object?> CallAsync(HostFunctionContext context)
    {
        var arguments = new object?[Binders.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = Binders[i](context);
        if (_factory is null)
            return await _reader.ReadAsync(Invoke(null, arguments));
        var instance = _factory.Value(context.InstanceServices, null);
        try
        {
            return await _reader.ReadAsync(Invoke(instance, arguments));
        }
        finally
        {
            if (instance is IAsyncDisposable later)
                await later.DisposeAsync();
            else if (instance is IDisposable now)
                now.Dispose();
        }
    }

    object? Invoke(object? instance, object?[] arguments)
    {
        try
        {
            return _invoker.Invoke(instance, arguments.AsSpan());
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            // What a function throws before its first await comes wrapped by reflection; callers see its own exception.
            ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }
}

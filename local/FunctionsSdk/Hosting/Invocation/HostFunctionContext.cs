using System.Globalization;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Invocation;

/// <summary>One invocation in the embedded host.</summary>
sealed class HostFunctionContext(FunctionEntry entry, object? trigger, IServiceProvider services, CancellationToken cancellation)
    : FunctionContext
{
    /// <summary>Where <see cref="FunctionContext.Items"/> holds the HTTP context.</summary>
    public const string HttpContextKey = "HttpRequestContext";

    static long s_invocations;

    readonly long _number = Interlocked.Increment(ref s_invocations);
    IDictionary<object, object>? _items;

    /// <summary>The function that is invoked.</summary>
    public FunctionEntry Entry => entry;

    /// <summary>What the trigger delivered; its type depends on the kind of trigger.</summary>
    public object? Trigger => trigger;

    /// <summary>The function's result, once it has run.</summary>
    public HostInvocationResult Result { get; } = new();

    // A running number in the form of a GUID: unique in this process, and the same in every run on virtual time.
    public override string InvocationId => _number.ToString("x32", CultureInfo.InvariantCulture);

    public override string FunctionId => entry.Definition.Id;

    public override FunctionDefinition FunctionDefinition => entry.Definition;

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override IDictionary<object, object> Items
    {
        get => _items ??= NewItems();
        set => _items = value;
    }

    public override CancellationToken CancellationToken => cancellation;

    public static HostFunctionContext Of(FunctionContext context) => context as HostFunctionContext
        ?? throw new ArgumentException("The context was not made by this host.", nameof(context));

    Dictionary<object, object> NewItems() =>
        trigger is HttpContext http ? new() { [HttpContextKey] = http } : [];
}

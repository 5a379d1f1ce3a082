namespace Microsoft.Azure.Functions.Worker;

/// <summary>One invocation of a function, as middleware and functions see it.</summary>
public abstract class FunctionContext
{
    /// <summary>Identifies the invocation.</summary>
    public abstract string InvocationId { get; }

    /// <summary>Identifies the function; the same at every start of the app.</summary>
    public abstract string FunctionId { get; }

    /// <summary>What is invoked.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>The services of this invocation's scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>Data that middleware shares within the invocation.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Cancelled when the caller goes away.</summary>
    public virtual CancellationToken CancellationToken { get; }
}

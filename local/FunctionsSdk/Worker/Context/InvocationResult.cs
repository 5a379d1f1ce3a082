namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a function returned; middleware may replace it.</summary>
public abstract class InvocationResult<T>
{
    /// <summary>The returned value; null until the function has run, and for functions without a result.</summary>
    public abstract T? Value { get; set; }
}

/// <summary>What a function returned, of any type.</summary>
public abstract class InvocationResult : InvocationResult<object>
{
}

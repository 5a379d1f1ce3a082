namespace Microsoft.Azure.Functions.Worker;

/// <summary>The way data of a binding takes.</summary>
public enum BindingDirection
{
    /// <summary>Into the function.</summary>
    In = 0,

    /// <summary>Out of the function.</summary>
    Out = 1,
}

namespace Microsoft.Azure.Functions.Worker;

/// <summary>A trigger or input of a function.</summary>
public abstract class BindingMetadata
{
    /// <summary>The parameter it is bound to.</summary>
    public abstract string Name { get; }

    /// <summary>The binding's type name, for example <c>httpTrigger</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Whether data comes in or goes out.</summary>
    public abstract BindingDirection Direction { get; }
}

namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Marks what the host binds.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class BindingAttribute : Attribute
{
    /// <summary>Without settings.</summary>
    public BindingAttribute()
    {
    }
}

/// <summary>Marks the parameter that triggers a function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class TriggerBindingAttribute : BindingAttribute
{
    /// <summary>Without settings.</summary>
    public TriggerBindingAttribute()
    {
    }
}

/// <summary>Marks a parameter that the host fills in.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class InputBindingAttribute : BindingAttribute
{
    /// <summary>Without settings.</summary>
    public InputBindingAttribute()
    {
    }
}

/// <summary>Marks a return value or a property that the host sends on.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public abstract class OutputBindingAttribute : BindingAttribute
{
    /// <summary>Without settings.</summary>
    public OutputBindingAttribute()
    {
    }
}

namespace Microsoft.DurableTask.Entities;

/// <summary>How a signal is sent.</summary>
public record SignalEntityOptions
{
    /// <summary>When to deliver it; null for at once.</summary>
    public DateTimeOffset? SignalTime { get; init; }
}

/// <summary>How an entity is called.</summary>
public record CallEntityOptions;

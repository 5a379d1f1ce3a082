namespace Microsoft.DurableTask.Entities;

/// <summary>How a signal is sent.</summary>
public record SignalEntityOptions
{
    /// <summary>When to deliver it; null for at once.</summary>
    public DateTimeOffset? SignalTime { get; init; }

    /// <summary>Delivers at a time.</summary>
    public static implicit operator SignalEntityOptions(DateTimeOffset value) => new() { SignalTime = value };
}

/// <summary>How an entity is called.</summary>
public record CallEntityOptions;

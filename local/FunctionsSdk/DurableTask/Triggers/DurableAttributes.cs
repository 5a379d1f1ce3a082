using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the context of an orchestrator function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The orchestrator's name when it differs from the function's.</summary>
    public string? Orchestration { get; set; }
}

/// <summary>Marks the input of an activity function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The activity's name when it differs from the function's.</summary>
    public string? Activity { get; set; }
}

/// <summary>Marks the dispatcher of an entity function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EntityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The entity's name when it differs from the function's.</summary>
    public string? EntityName { get; set; }
}

/// <summary>Marks the client of the durable runtime.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
    /// <summary>The connection's setting; the embedded runtime has one store only and takes no other.</summary>
    public string? ConnectionName { get; set; }

    /// <summary>The task hub; the embedded runtime has one only and takes no other.</summary>
    public string? TaskHub { get; set; }
}

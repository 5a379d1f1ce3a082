using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the parameter that receives an upstream event of the SignalR service.</summary>
public sealed class SignalRTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Binds to one event of a hub, without named arguments.</summary>
    public SignalRTriggerAttribute(string hubName, string category, string @event)
        : this(hubName, category, @event, [])
    {
    }

    /// <summary>Binds to one event of a hub; the arguments of a message bind to parameters by these names, in order.</summary>
    public SignalRTriggerAttribute(string hubName, string category, string @event, params string[] parameterNames)
    {
        HubName = hubName;
        Category = category;
        Event = @event;
        ParameterNames = parameterNames;
    }

    /// <summary>The name of the setting with the connection string; null for the default one.</summary>
    public string? ConnectionStringSetting { get; set; }

    /// <summary>The hub; compared without case.</summary>
    public string HubName { get; }

    /// <summary><c>connections</c> or <c>messages</c>.</summary>
    public string Category { get; }

    /// <summary><c>connected</c>, <c>disconnected</c>, or the target of the invocation.</summary>
    public string Event { get; }

    /// <summary>The parameter names that the arguments bind to.</summary>
    public string[] ParameterNames { get; }
}

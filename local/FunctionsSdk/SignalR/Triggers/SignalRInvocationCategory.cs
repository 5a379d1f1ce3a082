using System.Text.Json.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>What kind of upstream event a function was called for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
public enum SignalRInvocationCategory
{
    /// <summary>A client connected or disconnected.</summary>
    Connections,

    /// <summary>A client called a hub method.</summary>
    Messages
}

using System.Text.Json.Serialization;
using Lifecycle.Local.FunctionsSdk.SignalR;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>One upstream event of the SignalR service, as a function sees it.</summary>
/// <remarks>Members are filled by the binding; those without a value on the wire (an anonymous user's id) stay null.</remarks>
public sealed class SignalRInvocationContext
{
    /// <summary>The arguments of the invocation; null for connection events.</summary>
    public object[]? Arguments { get; set; }

    /// <summary>Why the connection ended; only on disconnected, and null when it ended without an error.</summary>
    public string? Error { get; set; }

    /// <summary>Connection event or message.</summary>
    public SignalRInvocationCategory Category { get; set; }

    /// <summary><c>connected</c>, <c>disconnected</c>, or the invoked target.</summary>
    public string Event { get; set; } = null!;

    /// <summary>The hub in lower case.</summary>
    public string Hub { get; set; } = null!;

    /// <summary>The id of the client's connection.</summary>
    public string ConnectionId { get; set; } = null!;

    /// <summary>The user id of the access token; null for an anonymous client.</summary>
    public string UserId { get; set; } = null!;

    /// <summary>The headers of the upstream request.</summary>
    [JsonConverter(typeof(JoinedValuesConverter))]
    public IDictionary<string, StringValues> Headers { get; set; } = null!;

    /// <summary>The query of the client's request.</summary>
    [JsonConverter(typeof(JoinedValuesConverter))]
    public IDictionary<string, StringValues> Query { get; set; } = null!;

    /// <summary>The claims of the client's access token.</summary>
    [JsonConverter(typeof(JoinedValuesConverter))]
    public IDictionary<string, StringValues> Claims { get; set; } = null!;
}

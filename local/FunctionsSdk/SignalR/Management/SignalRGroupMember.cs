using System.Text.Json.Serialization;

namespace Microsoft.Azure.SignalR;

/// <summary>A connection that is in a group.</summary>
public sealed record SignalRGroupMember
{
    /// <summary>Makes one.</summary>
    /// <param name="connectionId">The connection.</param>
    /// <param name="userId">Its user; null for an anonymous one.</param>
    public SignalRGroupMember(string connectionId, string? userId = null) => (ConnectionId, UserId) = (connectionId, userId);

    /// <summary>The connection.</summary>
    [JsonPropertyName("connectionId")]
    public string ConnectionId { get; }

    /// <summary>Its user; null for an anonymous one.</summary>
    [JsonPropertyName("userId")]
    public string? UserId { get; }
}

using System.Text.Json.Serialization;

namespace Lifecycle.Local.SignalR;

/// <summary>A connection that is in a group.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="UserId">Its user; null for an anonymous one.</param>
public sealed record GroupMember(string ConnectionId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? UserId = null);

/// <summary>A part of the connections that are in a group.</summary>
/// <param name="Members">Who is in it.</param>
/// <param name="ContinuationToken">Where the next page begins; null when this is the last one.</param>
public sealed record GroupPage(IReadOnlyList<GroupMember> Members, string? ContinuationToken);

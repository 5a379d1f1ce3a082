namespace Lifecycle.Entities;

/// <summary>What the shell asks of the SignalR service. Every call may be made twice.</summary>
public interface IAppConnections
{
    /// <summary>Sends one invocation to a connection, or to every connection of the user when the connection has no name yet.</summary>
    Task SendAsync(AppSessionId user, string? connectionId, string target, object payload);

    /// <summary>Closes a connection; the reason is the error text that the client sees.</summary>
    Task CloseAsync(string connectionId, string reason);

    /// <summary>Makes the user a member of a group: the connections that it has now, and those that open within the ttl.</summary>
    Task JoinAsync(AppSessionId user, string group, TimeSpan ttl);

    /// <summary>Ends one membership of the user.</summary>
    Task LeaveAsync(AppSessionId user, string group);

    /// <summary>Ends every membership of the user.</summary>
    Task LeaveAllAsync(AppSessionId user);

    /// <summary>Whether the service knows a connection of the user.</summary>
    Task<bool> ExistsAsync(AppSessionId user, CancellationToken cancellation);

    /// <summary>Whether the service knows this connection.</summary>
    Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation);

    /// <summary>Whether connections of the user that open now are in a group.</summary>
    Task<bool> IsInAsync(AppSessionId user, string group);

    /// <summary>Who is on a roll, page by page: each is one call, of <see cref="Rolls.PageSize"/> connections at most.</summary>
    /// <param name="roll">The roll, from 0 on.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotSupportedException">The library or the service cannot list who is in a group.</exception>
    IAsyncEnumerable<IReadOnlyList<ListedConnection>> ReadRollAsync(int roll, CancellationToken cancellation);
}

/// <summary>A connection that is on a roll.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="UserId">Its user; null for an anonymous one.</param>
public readonly record struct ListedConnection(string ConnectionId, string? UserId);

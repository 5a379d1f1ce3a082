// The official assembly is nullable-oblivious here.
#nullable disable

namespace Microsoft.Azure.SignalR.Management;

/// <summary>Asks about and closes the clients of a hub.</summary>
public abstract class ClientManager
{
    /// <summary>Closes a connection; one that is already gone is no error.</summary>
    /// <remarks>The reason reaches a client whose token was made with <see cref="NegotiationOptions.EnableDetailedErrors"/>.</remarks>
    public abstract Task CloseConnectionAsync(string connectionId, string reason = null, CancellationToken cancellationToken = default);

    /// <summary>Whether the connection is alive.</summary>
    public abstract Task<bool> ConnectionExistsAsync(string connectionId, CancellationToken cancellationToken = default);

    /// <summary>Whether the user has any connection.</summary>
    public abstract Task<bool> UserExistsAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>Whether the group has any connection.</summary>
    public abstract Task<bool> GroupExistsAsync(string groupName, CancellationToken cancellationToken = default);
}

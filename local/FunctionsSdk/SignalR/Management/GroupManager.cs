using Azure;
using Microsoft.AspNetCore.SignalR;

namespace Microsoft.Azure.SignalR.Management;

/// <summary>Changes the groups of connections.</summary>
public abstract class GroupManager : IGroupManager
{
    /// <summary>Adds a connection; one that is gone is no error.</summary>
    public abstract Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default);

    /// <summary>Removes a connection; one that is not in the group is no error.</summary>
    public abstract Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default);

    /// <summary>Removes a connection from every group it was added to.</summary>
    public abstract Task RemoveFromAllGroupsAsync(string connectionId, CancellationToken cancellationToken = default);

    /// <summary>Lists the connections in a group, by themselves or by their users; none for a group that nobody is in.</summary>
    /// <exception cref="NotImplementedException">Whoever made this cannot.</exception>
    public virtual AsyncPageable<SignalRGroupMember> ListConnectionsInGroup(string groupName, int? top = null, CancellationToken cancellationToken = default)
        => throw new NotImplementedException();
}

using Azure;
using Lifecycle.Local.SignalR;
using Microsoft.Azure.SignalR;
using Microsoft.Azure.SignalR.Management;

namespace Lifecycle.Local.FunctionsSdk.SignalR;

/// <summary>Groups of connections behind an <see cref="IServiceApi"/>.</summary>
sealed class ApiGroupManager(IServiceApi api, string hub) : GroupManager
{
    // The official library takes a missing connection for a success, too.
    public override Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionId);
        ArgumentException.ThrowIfNullOrEmpty(groupName);
        return api.AddConnectionToGroupAsync(hub, groupName, connectionId, cancellationToken);
    }

    public override Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionId);
        ArgumentException.ThrowIfNullOrEmpty(groupName);
        return api.RemoveConnectionFromGroupAsync(hub, groupName, connectionId, cancellationToken);
    }

    public override Task RemoveFromAllGroupsAsync(string connectionId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionId);
        return api.RemoveConnectionFromAllGroupsAsync(hub, connectionId, cancellationToken);
    }

    public override AsyncPageable<SignalRGroupMember> ListConnectionsInGroup(string groupName, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(groupName);
        return top <= 0
            ? throw new ArgumentException("At least one connection must be wanted.", nameof(top))
            : new ApiGroupMembers(api, hub, groupName, top, cancellationToken);
    }
}

/// <summary>Groups of users behind an <see cref="IServiceApi"/>.</summary>
sealed class ApiUserGroupManager(IServiceApi api, string hub) : UserGroupManager
{
    public override Task AddToGroupAsync(string userId, string groupName, CancellationToken cancellationToken = default)
    {
        Check(userId, groupName);
        return api.AddUserToGroupAsync(hub, userId, groupName, null, cancellationToken);
    }

    public override Task AddToGroupAsync(string userId, string groupName, TimeSpan ttl, CancellationToken cancellationToken = default)
    {
        Check(userId, groupName);
        ArgumentOutOfRangeException.ThrowIfLessThan(ttl, TimeSpan.Zero);
        return api.AddUserToGroupAsync(hub, userId, groupName, ttl, cancellationToken);
    }

    public override Task RemoveFromGroupAsync(string userId, string groupName, CancellationToken cancellationToken = default)
    {
        Check(userId, groupName);
        return api.RemoveUserFromGroupAsync(hub, userId, groupName, cancellationToken);
    }

    public override Task RemoveFromAllGroupsAsync(string userId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return api.RemoveUserFromAllGroupsAsync(hub, userId, cancellationToken);
    }

    public override Task<bool> IsUserInGroup(string userId, string groupName, CancellationToken cancellationToken = default)
    {
        Check(userId, groupName);
        return api.IsUserInGroupAsync(hub, userId, groupName, cancellationToken);
    }

    static void Check(string userId, string groupName)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        ArgumentException.ThrowIfNullOrEmpty(groupName);
    }
}

/// <summary>Clients behind an <see cref="IServiceApi"/>.</summary>
sealed class ApiClientManager(IServiceApi api, string hub) : ClientManager
{
    public override Task CloseConnectionAsync(string connectionId, string? reason = null, CancellationToken cancellationToken = default)
        => api.CloseAsync(hub, To(SendTargetKind.Connection, connectionId), reason, cancellationToken);

    public override Task<bool> ConnectionExistsAsync(string connectionId, CancellationToken cancellationToken = default)
        => api.ExistsAsync(hub, To(SendTargetKind.Connection, connectionId), cancellationToken);

    public override Task<bool> UserExistsAsync(string userId, CancellationToken cancellationToken = default)
        => api.ExistsAsync(hub, To(SendTargetKind.User, userId), cancellationToken);

    public override Task<bool> GroupExistsAsync(string groupName, CancellationToken cancellationToken = default)
        => api.ExistsAsync(hub, To(SendTargetKind.Group, groupName), cancellationToken);

    static SendTarget To(SendTargetKind kind, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(kind, name);
    }
}

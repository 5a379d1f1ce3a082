namespace Microsoft.Azure.SignalR.Management;

/// <summary>Changes the groups of users. A membership outlives the user's connections: those that open later have it, too.</summary>
public interface IUserGroupManager
{
    /// <summary>Adds a user until removed. Of the groups joined in this way the service keeps the 100 joined last.</summary>
    Task AddToGroupAsync(string userId, string groupName, CancellationToken cancellationToken = default);

    /// <summary>Adds a user for a time, in whole seconds: connections that open within it are in the group until they close.</summary>
    Task AddToGroupAsync(string userId, string groupName, TimeSpan ttl, CancellationToken cancellationToken = default);

    /// <summary>Removes a user; one that is not in the group is no error.</summary>
    Task RemoveFromGroupAsync(string userId, string groupName, CancellationToken cancellationToken = default);

    /// <summary>Removes a user from every group.</summary>
    Task RemoveFromAllGroupsAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>Whether the user is in the group, connected or not.</summary>
    Task<bool> IsUserInGroup(string userId, string groupName, CancellationToken cancellationToken = default);
}

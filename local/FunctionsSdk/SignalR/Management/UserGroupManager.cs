namespace Microsoft.Azure.SignalR.Management;

/// <summary>Changes the groups of users. A membership outlives the user's connections.</summary>
public abstract class UserGroupManager : IUserGroupManager
{
    /// <inheritdoc/>
    public abstract Task AddToGroupAsync(string userId, string groupName, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract Task AddToGroupAsync(string userId, string groupName, TimeSpan ttl, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract Task RemoveFromGroupAsync(string userId, string groupName, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract Task RemoveFromAllGroupsAsync(string userId, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract Task<bool> IsUserInGroup(string userId, string groupName, CancellationToken cancellationToken = default);
}

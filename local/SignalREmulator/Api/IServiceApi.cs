namespace Lifecycle.Local.SignalR;

/// <summary>
/// What an app asks of a SignalR service, hub by hub. One implementation acts on an emulator in the same process without any
/// I/O, the other speaks REST to an emulator elsewhere or to the real service.
/// </summary>
/// <remarks>Hub names are without case. A transport failure or an unexpected answer is an <see cref="HttpRequestException"/>.</remarks>
public interface IServiceApi
{
    /// <summary>The service's address and key, from which a client's url and access token are made.</summary>
    ServiceConnectionString ConnectionString { get; }

    /// <summary>Calls a method of clients. No error when nobody is there to receive it.</summary>
    Task SendAsync(string hub, SendTarget to, string method, object?[] arguments, CancellationToken cancellation = default);

    /// <summary>Closes connections with a close message that carries the reason. No error when there are none.</summary>
    Task CloseAsync(string hub, SendTarget to, string? reason, CancellationToken cancellation = default);

    /// <summary>Whether anybody is there: the connection, any connection of the user, or any in the group.</summary>
    Task<bool> ExistsAsync(string hub, SendTarget of, CancellationToken cancellation = default);

    /// <summary>Adds a connection to a group. False when the connection is gone.</summary>
    Task<bool> AddConnectionToGroupAsync(string hub, string group, string connectionId, CancellationToken cancellation = default);

    /// <summary>Removes a connection from a group.</summary>
    Task RemoveConnectionFromGroupAsync(string hub, string group, string connectionId, CancellationToken cancellation = default);

    /// <summary>Removes a connection from every group it was added to.</summary>
    Task RemoveConnectionFromAllGroupsAsync(string hub, string connectionId, CancellationToken cancellation = default);

    /// <summary>
    /// Adds the connections that a user has now to a group, and those that open within the ttl (whole seconds). With null they are added until
    /// the user is removed, for a year at most, and only in the 100 groups that the user joined last in this way. With zero no later ones are.
    /// </summary>
    Task AddUserToGroupAsync(string hub, string user, string group, TimeSpan? ttl = null, CancellationToken cancellation = default);

    /// <summary>Removes a user from a group, with the connections that it has now.</summary>
    Task RemoveUserFromGroupAsync(string hub, string user, string group, CancellationToken cancellation = default);

    /// <summary>Removes a user from every group, with the connections that it has now.</summary>
    Task RemoveUserFromAllGroupsAsync(string hub, string user, CancellationToken cancellation = default);

    /// <summary>One page of the connections that are in a group, by themselves or by their users; empty for a group that nobody is in.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="group">The group.</param>
    /// <param name="maxPageSize">How many are in the page at most, 1 to 200; null for 200.</param>
    /// <param name="top">How many are wanted from here on, 1 or more; null for all.</param>
    /// <param name="continuationToken">Where the page begins, as the one before says; null for the first one.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<GroupPage> ListConnectionsInGroupAsync(
        string hub, string group, int? maxPageSize = null, int? top = null, string? continuationToken = null, CancellationToken cancellation = default);

    /// <summary>Whether connections of the user that open now are in the group.</summary>
    Task<bool> IsUserInGroupAsync(string hub, string user, string group, CancellationToken cancellation = default);
}

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
    /// Adds a user to a group, for a time in whole seconds or, with null, until removed (a year at most). With zero only the
    /// connections that the user has now are added.
    /// </summary>
    Task AddUserToGroupAsync(string hub, string user, string group, TimeSpan? ttl = null, CancellationToken cancellation = default);

    /// <summary>Removes a user from a group.</summary>
    Task RemoveUserFromGroupAsync(string hub, string user, string group, CancellationToken cancellation = default);

    /// <summary>Removes a user from every group.</summary>
    Task RemoveUserFromAllGroupsAsync(string hub, string user, CancellationToken cancellation = default);

    /// <summary>Whether a user is in a group, connected or not.</summary>
    Task<bool> IsUserInGroupAsync(string hub, string user, string group, CancellationToken cancellation = default);
}

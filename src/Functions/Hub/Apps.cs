using Lifecycle.Entities;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Azure.SignalR.Management;

namespace Lifecycle.Functions.Hub;

/// <summary>The hub <c>apps</c>: the class's name is the hub's. Everything that goes to the SignalR service goes through it.</summary>
[SignalRConnection(DefaultConnectionStringName)]
public sealed class Apps(IServiceProvider services) : ServerlessHub(services), IAppConnections
{
    /// <summary>The hub's name in triggers.</summary>
    public const string HubName = "apps";

    /// <inheritdoc/>
    public Task SendAsync(AppSessionId user, string? connectionId, string target, object payload)
    {
        var proxy = connectionId is null ? Clients.User(user.ToString()) : Clients.Client(connectionId);
        return proxy.SendCoreAsync(target, [WirePayload.Of(payload)]);
    }

    /// <inheritdoc/>
    public Task CloseAsync(string connectionId, string reason) => ClientManager.CloseConnectionAsync(connectionId, reason);

    /// <inheritdoc/>
    public Task JoinAsync(AppSessionId user, string group) => UserGroups.AddToGroupAsync(user.ToString(), group);

    /// <inheritdoc/>
    public Task LeaveAsync(AppSessionId user, string group) => UserGroups.RemoveFromGroupAsync(user.ToString(), group);

    /// <inheritdoc/>
    public Task LeaveAllAsync(AppSessionId user) => UserGroups.RemoveFromAllGroupsAsync(user.ToString());

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(AppSessionId user, CancellationToken cancellation) =>
        ClientManager.UserExistsAsync(user.ToString(), cancellation);

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation) =>
        ClientManager.ConnectionExistsAsync(connectionId, cancellation);

    /// <inheritdoc/>
    public Task<bool> IsInAsync(AppSessionId user, string group) => UserGroups.IsUserInGroup(user.ToString(), group);

    /// <summary>The url and access token of a new connection, as the JSON that SignalR clients read.</summary>
    public Task<BinaryData> NegotiateAsync(AttachRequest request, DateTimeOffset now) => NegotiateAsync(new NegotiationOptions
    {
        UserId = request.Id.ToString(),
        Claims = AttachClaims.Of(request, now),
        TokenLifetime = AttachClaims.Lifetime,
        EnableDetailedErrors = true, // or the service keeps the reason of a close to itself
    });
}

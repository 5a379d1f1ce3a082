using Lifecycle.Entities;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Azure.SignalR.Management;

namespace Lifecycle.Functions.Hub;

/// <summary>The hub <c>apps</c>: the class's name is the hub's. Everything that goes to the SignalR service goes through it.</summary>
[SignalRConnection(DefaultConnectionStringName)]
public sealed class Apps : ServerlessHub, IAppConnections
{
    /// <summary>
    /// How long the service has for one call. The library's own limit is 100 s, and an entity that waits for a call lets everything
    /// behind it wait as well: its reconnect, and the timer of its grace window.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The hub's name in triggers.</summary>
    public const string HubName = "apps";

    readonly TimeProvider time;

    /// <summary>Takes the hub's context from the services, at the moment when it is made.</summary>
    public Apps(IServiceProvider services, TimeProvider time)
        : base(services) => this.time = time;

    // For unit tests, as the base class has it. Not public, so that whoever makes services has one to choose from.
    internal Apps(ServiceHubContext context, TimeProvider time)
        : base(context) => this.time = time;

    /// <inheritdoc/>
    public Task SendAsync(AppSessionId user, string? connectionId, string target, object payload)
    {
        var proxy = connectionId is null ? Clients.User(user.ToString()) : Clients.Client(connectionId);
        return LimitedAsync(late => proxy.SendCoreAsync(target, [WirePayload.Of(payload)], late));
    }

    /// <inheritdoc/>
    public Task CloseAsync(string connectionId, string reason) =>
        LimitedAsync(late => ClientManager.CloseConnectionAsync(connectionId, reason, late));

    /// <inheritdoc/>
    public Task JoinAsync(AppSessionId user, string group, TimeSpan ttl) =>
        LimitedAsync(late => UserGroups.AddToGroupAsync(user.ToString(), group, ttl, late));

    /// <inheritdoc/>
    public Task LeaveAsync(AppSessionId user, string group) =>
        LimitedAsync(late => UserGroups.RemoveFromGroupAsync(user.ToString(), group, late));

    /// <inheritdoc/>
    public Task LeaveAllAsync(AppSessionId user) =>
        LimitedAsync(late => UserGroups.RemoveFromAllGroupsAsync(user.ToString(), late));

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(AppSessionId user, CancellationToken cancellation) =>
        LimitedAsync(late => ClientManager.UserExistsAsync(user.ToString(), late), cancellation);

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation) =>
        LimitedAsync(late => ClientManager.ConnectionExistsAsync(connectionId, late), cancellation);

    /// <inheritdoc/>
    public Task<bool> IsInAsync(AppSessionId user, string group) =>
        LimitedAsync(late => UserGroups.IsUserInGroup(user.ToString(), group, late));

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ListedConnection>> ReadRollAsync(int roll, CancellationToken cancellation) =>
        RollPages.ReadAsync(Groups, roll, time, cancellation);

    /// <summary>The url and access token of a new connection, as the JSON that SignalR clients read.</summary>
    public Task<BinaryData> NegotiateAsync(AttachRequest request, DateTimeOffset now) => NegotiateAsync(new NegotiationOptions
    {
        UserId = request.Id.ToString(),
        Claims = AttachClaims.Of(request, now),
        TokenLifetime = AttachClaims.Lifetime,
        EnableDetailedErrors = true, // or the service keeps the reason of a close to itself
    });

    Task LimitedAsync(Func<CancellationToken, Task> call) => LimitedAsync(async late =>
    {
        await call(late);
        return true;
    });

    Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation = default) =>
        CallLimit.RunAsync(call, Patience, time, cancellation);
}

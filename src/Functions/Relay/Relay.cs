using System.Security.Claims;
using Lifecycle.Entities;
using Lifecycle.Functions.Hub;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Azure.SignalR.Management;

namespace Lifecycle.Functions.Relay;

/// <summary>
/// The hub <c>relay</c>: the class's name is the hub's. A hub of its own, so that the user <c>relay:package</c> is never taken for an app in a user
/// session that somebody calls <c>relay</c>, and what is sent to the one never reaches the other.
/// </summary>
[SignalRConnection(DefaultConnectionStringName)]
public sealed class Relay : ServerlessHub, IRelayConnections
{
    /// <summary>The hub's name in triggers.</summary>
    public const string HubName = "relay";

    readonly TimeProvider time;

    /// <summary>Takes the hub's context from the services, at the moment when it is made.</summary>
    public Relay(IServiceProvider services, TimeProvider time)
        : base(services) => this.time = time;

    // For unit tests, as the base class has it. Not public, so that whoever makes services has one to choose from.
    internal Relay(ServiceHubContext context, TimeProvider time)
        : base(context) => this.time = time;

    /// <inheritdoc/>
    public Task SendAsync(string connectionId, string target, object payload, CancellationToken cancellation) => CallLimit.RunAsync(
        async late =>
        {
            await Clients.Client(connectionId).SendCoreAsync(target, [WirePayload.Of(payload)], late);
            return true;
        },
        Apps.Patience,
        time,
        cancellation);

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation) =>
        CallLimit.RunAsync(late => ClientManager.ConnectionExistsAsync(connectionId, late), Apps.Patience, time, cancellation);

    /// <summary>The url and access token of a process's connection, as the JSON that SignalR clients read.</summary>
    /// <param name="packageName">The app.</param>
    /// <param name="instanceId">The process, as it calls itself; null when it does not say.</param>
    public Task<BinaryData> NegotiateAsync(string packageName, string? instanceId) => NegotiateAsync(new NegotiationOptions
    {
        UserId = RelayUser.Of(packageName),
        Claims = instanceId is null ? [] : [new Claim(AttachClaims.Instance, instanceId)],
        TokenLifetime = AttachClaims.Lifetime,
        EnableDetailedErrors = true, // or the service keeps the reason of a close to itself
    });
}

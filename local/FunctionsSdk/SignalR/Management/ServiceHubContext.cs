// The official assembly is nullable-oblivious here.
#nullable disable

using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace Microsoft.Azure.SignalR.Management;

/// <summary>A hub of the SignalR service. The members are virtual so that a test can substitute them.</summary>
public abstract class ServiceHubContext : IServiceHubContext, IDisposable
{
    /// <summary>Sends to clients.</summary>
    public virtual IHubClients Clients => null;

    /// <summary>The groups of connections.</summary>
    public virtual GroupManager Groups => null;

    /// <summary>The groups of users.</summary>
    public virtual UserGroupManager UserGroups => null;

    /// <summary>Asks about and closes clients.</summary>
    public virtual ClientManager ClientManager => null;

    IGroupManager IHubContext<Hub>.Groups => Groups;

    IUserGroupManager IServiceHubContext.UserGroups => UserGroups;

    /// <summary>Makes the address and access token that a client connects with.</summary>
    public virtual ValueTask<NegotiationResponse> NegotiateAsync(
        NegotiationOptions negotiationOptions = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException($"{GetType().Name} does not negotiate.");

    /// <summary>Lets go of the context.</summary>
    public virtual Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Lets go of the context.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

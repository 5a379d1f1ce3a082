using Microsoft.AspNetCore.SignalR;

namespace Microsoft.Azure.SignalR.Management;

/// <summary>A hub of the SignalR service, seen by a server without connections of its own.</summary>
public interface IServiceHubContext : IHubContext<Hub>
{
    /// <summary>The groups of users.</summary>
    IUserGroupManager UserGroups { get; }

    /// <summary>Lets go of the context.</summary>
    Task DisposeAsync();
}

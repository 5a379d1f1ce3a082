using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.Functions.Worker.SignalRService;
using Microsoft.Azure.SignalR.Management;

namespace Lifecycle.SignalREmulator.Tests.Sdk;

/// <summary>A hub as an app declares it; its name is the class name.</summary>
public sealed class Apps : ServerlessHub
{
    public Apps(IServiceProvider services) : base(services)
    {
    }

    public Apps(ServiceHubContext context) : base(context)
    {
    }

    public IHubClients ToClients => Clients;

    public GroupManager ToGroups => Groups;

    public UserGroupManager ToUserGroups => UserGroups;

    public ClientManager Manager => ClientManager;

    public Task<BinaryData> Negotiate(NegotiationOptions? options = null) => NegotiateAsync(options);

    [SignalRConnection("OtherConnection")]
    public sealed class Elsewhere(IServiceProvider services) : ServerlessHub(services)
    {
        public Task<BinaryData> Negotiate() => NegotiateAsync();
    }
}

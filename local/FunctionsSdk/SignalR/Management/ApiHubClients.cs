using Lifecycle.Local.SignalR;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Local.FunctionsSdk.SignalR;

/// <summary>Sends to clients through an <see cref="IServiceApi"/>.</summary>
sealed class ApiHubClients(IServiceApi api, string hub) : IHubClients
{
    public IClientProxy All => To(SendTarget.All);

    public IClientProxy AllExcept(IReadOnlyList<string> excludedConnectionIds) => To(SendTarget.AllExcept(excludedConnectionIds));

    public IClientProxy Client(string connectionId) => To(SendTarget.Connection(connectionId));

    public IClientProxy Clients(IReadOnlyList<string> connectionIds) => To([.. connectionIds.Select(SendTarget.Connection)]);

    public IClientProxy Group(string groupName) => To(SendTarget.Group(groupName));

    public IClientProxy Groups(IReadOnlyList<string> groupNames) => To([.. groupNames.Select(g => SendTarget.Group(g))]);

    public IClientProxy GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds)
        => To(SendTarget.Group(groupName, excludedConnectionIds));

    public IClientProxy User(string userId) => To(SendTarget.User(userId));

    public IClientProxy Users(IReadOnlyList<string> userIds) => To([.. userIds.Select(SendTarget.User)]);

    Proxy To(params SendTarget[] targets) => new(api, hub, targets);

    sealed class Proxy(IServiceApi api, string hub, SendTarget[] targets) : IClientProxy
    {
        public Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default)
        {
            ArgumentException.ThrowIfNullOrEmpty(method);
            return Task.WhenAll(targets.Select(target => api.SendAsync(hub, target, method, args, cancellationToken)));
        }
    }
}

namespace Lifecycle.Local.SignalR;

/// <summary>Acts on a service in the same process. Every call has its effect before it returns.</summary>
sealed class EmbeddedServiceApi(SignalRServiceCore core) : IServiceApi
{
    public ServiceConnectionString ConnectionString => core.ConnectionString;

    public Task SendAsync(string hub, SendTarget to, string method, object?[] arguments, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var receivers = core.Hub(hub).Select(to);
        if (receivers.Count > 0)
        {
            var invocation = HubInvocation.FromObjects(method, arguments);
            receivers.ForEach(session => session.Sink.Send(invocation));
        }
        return Task.CompletedTask;
    }

    public Task CloseAsync(string hub, SendTarget to, string? reason, CancellationToken cancellation = default)
    {
        core.Hub(hub).Select(to).ForEach(session => session.Close(reason, allowReconnect: false));
        return Task.CompletedTask;
    }

    public Task<bool> ExistsAsync(string hub, SendTarget of, CancellationToken cancellation = default)
        => Task.FromResult(core.Hub(hub).Select(of).Count > 0);

    public Task<bool> AddConnectionToGroupAsync(string hub, string group, string connectionId, CancellationToken cancellation = default)
        => Task.FromResult(core.Hub(hub).AddToGroup(connectionId, group));

    public Task RemoveConnectionFromGroupAsync(string hub, string group, string connectionId, CancellationToken cancellation = default)
    {
        core.Hub(hub).RemoveFromGroup(connectionId, group);
        return Task.CompletedTask;
    }

    public Task RemoveConnectionFromAllGroupsAsync(string hub, string connectionId, CancellationToken cancellation = default)
    {
        core.Hub(hub).RemoveFromAllGroups(connectionId);
        return Task.CompletedTask;
    }

    public Task AddUserToGroupAsync(
        string hub, string user, string group, TimeSpan? ttl = null, CancellationToken cancellation = default)
    {
        core.Hub(hub).AddUserToGroup(user, group, ttl);
        return Task.CompletedTask;
    }

    public Task RemoveUserFromGroupAsync(string hub, string user, string group, CancellationToken cancellation = default)
    {
        core.Hub(hub).RemoveUserFromGroup(user, group);
        return Task.CompletedTask;
    }

    public Task RemoveUserFromAllGroupsAsync(string hub, string user, CancellationToken cancellation = default)
    {
        core.Hub(hub).RemoveUserFromAllGroups(user);
        return Task.CompletedTask;
    }

    public Task<GroupPage> ListConnectionsInGroupAsync(
        string hub, string group, int? maxPageSize = null, int? top = null, string? continuationToken = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(GroupPages.Read(core.Hub(hub), group, maxPageSize, top, continuationToken));
    }

    public Task<bool> IsUserInGroupAsync(string hub, string user, string group, CancellationToken cancellation = default)
        => Task.FromResult(core.Hub(hub).IsUserInGroup(user, group));
}

using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Hub;

/// <summary>The connection events of the hub. Both are best effort: the entity sorts out what is late, doubled or lost.</summary>
public sealed class ConnectionFunctions(AppDirectory directory, IServiceWatch watch, SignsOfLife signs, HubCalls calls)
{
    /// <summary>A connection was opened with a token of ours. A throw refuses it.</summary>
    [Function("OnConnected")]
    public Task OnConnected(
        [SignalRTrigger(Apps.HubName, "connections", "connected")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.HandleAsync(context, async () =>
    {
        var id = HubArguments.ReadUser(context);
        var app = await directory.FindAsync(client, id.PackageName)
            ?? throw InputException.NotFound("app_not_registered", $"The app {id.PackageName} is not registered any more.");
        var connected = AttachClaims.ReadConnected(context) with { Policy = directory.PolicyOf(app) };
        watch.Attached(connected.NegotiatedAt);
        signs.Attached(id);
        await client.TellAsync(id, nameof(AppSessionEntity.Connected), connected);
    });

    /// <summary>A connection has ended. The policy goes with it, for the grace window that begins.</summary>
    [Function("OnDisconnected")]
    public Task OnDisconnected(
        [SignalRTrigger(Apps.HubName, "connections", "disconnected")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.HandleAsync(context, async () =>
    {
        watch.Lost();
        var id = HubArguments.ReadUser(context);
        var policy = await directory.FindPolicyAsync(client, id.PackageName);
        await client.TellAsync(id, nameof(AppSessionEntity.Disconnected), new Disconnected(context.ConnectionId, context.Error) { InForce = policy });
    });
}

using Lifecycle.Entities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Hub;

/// <summary>
/// The hub methods. Who calls is told by the signed token alone; a call cannot name another session or package. The triggers name no
/// arguments, for a call with another number of them would fail before our code could answer it.
/// </summary>
public sealed class HubFunctions(HubCalls calls, AppDirectory directory)
{
    /// <summary><c>init</c>: the app says whether it is fresh; an ack follows.</summary>
    [Function("Init")]
    public Task<HubAnswer> Init(
        [SignalRTrigger(Apps.HubName, "messages", "init")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.AnswerAsync(context, () =>
    {
        var (reconnect, instanceId) = HubArguments.ReadInit(context);
        return Signal(client, context, nameof(AppSessionEntity.Init), new Initialized(context.ConnectionId, reconnect, instanceId));
    });

    /// <summary><c>setSubscriptions</c>: the app replaces its set; a <c>subscriptions</c> message follows.</summary>
    [Function("SetSubscriptions")]
    public Task<HubAnswer> SetSubscriptions(
        [SignalRTrigger(Apps.HubName, "messages", "setSubscriptions")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.AnswerAsync(context, () =>
    {
        var (streams, version) = HubArguments.ReadSubscriptions(context);
        return Signal(
            client, context, nameof(AppSessionEntity.SetSubscriptions), new SubscriptionsReplaced(context.ConnectionId, streams, version));
    });

    /// <summary><c>release</c>: goodbye; when the socket closes, nothing is resurrected.</summary>
    [Function("Release")]
    public Task<HubAnswer> Release(
        [SignalRTrigger(Apps.HubName, "messages", "release")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.AnswerAsync(context, () =>
    {
        HubArguments.ReadNothing(context);
        return Signal(client, context, nameof(AppSessionEntity.Release), new Released(context.ConnectionId));
    });

    /// <summary><c>handOver</c>: the process leaves; another one is asked to take over.</summary>
    [Function("HandOver")]
    public Task<HubAnswer> HandOver(
        [SignalRTrigger(Apps.HubName, "messages", "handOver")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.AnswerAsync(context, async () =>
    {
        HubArguments.ReadHandOver(context);
        var policy = await directory.FindPolicyAsync(client, HubArguments.ReadUser(context).PackageName);
        await Signal(client, context, nameof(AppSessionEntity.HandOver), new HandOverAsked(context.ConnectionId) { InForce = policy });
    });

    /// <summary><c>done</c>: how far the app's handlers have come.</summary>
    [Function("Done")]
    public Task<HubAnswer> Done(
        [SignalRTrigger(Apps.HubName, "messages", "done")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.AnswerAsync(context, () =>
    {
        var (seq, failed, isLast) = HubArguments.ReadDone(context);
        return Signal(client, context, nameof(AppSessionEntity.Done), new MessagesDone(context.ConnectionId, seq, failed, isLast));
    });

    static Task Signal(DurableTaskClient client, SignalRInvocationContext context, string operation, HubCall input) =>
        client.TellAsync(HubArguments.ReadUser(context), operation, input with { Negotiated = AttachClaims.ReadConnected(context) });
}

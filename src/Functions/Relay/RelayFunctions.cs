using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Hub;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Relay;

/// <summary>
/// The events and methods of the hub <c>relay</c>. Who calls is told by the signed token alone. A process takes webhooks from when it says <c>ready</c>, and
/// not from when it has connected: its own call is answered, so it knows that it was heard.
/// </summary>
public sealed class RelayFunctions(HubCalls calls, AppDirectory directory, RelayAnswers answers, TimeProvider time)
{
    /// <summary>A connection was opened with a token of ours. A throw refuses it.</summary>
    [Function("RelayConnected")]
    public Task OnConnected(
        [SignalRTrigger(Relay.HubName, "connections", "connected")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.HandleAsync(context, () => RequireAppAsync(client, RelayUser.PackageOf(context)));

    /// <summary>A connection has ended.</summary>
    [Function("RelayDisconnected")]
    public Task OnDisconnected(
        [SignalRTrigger(Relay.HubName, "connections", "disconnected")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) =>
        calls.HandleAsync(context, () => client.TellRosterAsync(RelayUser.PackageOf(context), new ProcessGone(context.ConnectionId)));

    /// <summary><c>ready</c>: the process takes webhooks. Said after the connect and every minute; what is known costs one read.</summary>
    [Function("RelayReady")]
    public Task<HubAnswer> Ready(
        [SignalRTrigger(Relay.HubName, "messages", "ready")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.AnswerAsync(context, async () =>
    {
        RelayArguments.ReadWord(context);
        var package = RelayUser.PackageOf(context);
        var ready = new ProcessReady(context.ConnectionId, RelayUser.InstanceOf(context), time.GetUtcNow());
        await RequireAppAsync(client, package);
        var (roster, now) = (await client.ReadRosterAsync(package), time.GetUtcNow());
        if (!RelayRules.IsNews(roster, ready, now))
        {
            return;
        }

        if (!RelayRules.HasRoom(roster, ready, now))
        {
            throw InputException.Conflict("too_many", $"{RelayRoster.MostProcesses} processes of the app take webhooks already. Ask again later: one of them may go.");
        }

        await client.TellRosterAsync(package, ready);
    });

    /// <summary><c>leaving</c>: the process takes no more webhooks, and stays connected for what it was asked before.</summary>
    [Function("RelayLeaving")]
    public Task<HubAnswer> Leaving(
        [SignalRTrigger(Relay.HubName, "messages", "leaving")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.AnswerAsync(context, () =>
    {
        RelayArguments.ReadWord(context);
        return client.TellRosterAsync(RelayUser.PackageOf(context), new ProcessLeaving(context.ConnectionId));
    });

    /// <summary><c>answer</c>: what the process says to a webhook.</summary>
    [Function("RelayAnswer")]
    public Task<HubAnswer> Answer(
        [SignalRTrigger(Relay.HubName, "messages", "answer")] SignalRInvocationContext context,
        [DurableClient] DurableTaskClient client) => calls.AnswerAsync(context, () => answers.TakeAsync(client, context));

    async Task RequireAppAsync(DurableTaskClient client, string packageName)
    {
        if (await directory.FindAsync(client, packageName) is null)
        {
            throw InputException.Unauthorized($"The app {packageName} is not registered any more.");
        }
    }
}

using Lifecycle.Entities;
using Lifecycle.Functions.Webhooks;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Relay;

/// <summary>
/// The road of webhooks to apps that hold connections open for them. Serverless mode knows no calls to clients that are answered, so a webhook is a
/// message, and its answer a hub call that reaches any instance: this one, or it lays the answer into the app's roster, where whoever waits looks.
/// docs/relay.md weighs the other ways.
/// </summary>
public sealed partial class RelaySender
{
    readonly IRelayConnections connections;
    readonly RelayTickets tickets;
    readonly RelayDesk desk;
    readonly LifecycleMetrics metrics;
    readonly TimeProvider time;
    readonly ILogger logger;

    internal RelaySender(IRelayConnections connections, RelayTickets tickets, RelayDesk desk, LifecycleMetrics metrics, TimeProvider time, ILogger<RelaySender> logger) =>
        (this.connections, this.tickets, this.desk, this.metrics, this.time, this.logger) = (connections, tickets, desk, metrics, time, logger);

    /// <summary>The road that one webhook takes.</summary>
    /// <param name="client">Reaches the roster.</param>
    /// <param name="request">The webhook.</param>
    public WebhookRoad RoadTo(DurableTaskClient client, WebhookRequest request) => async (webhook, late) =>
    {
        await using var delivery = new Delivery(this, client, request, webhook, late);
        return await delivery.DeliverAsync();
    };

    [LoggerMessage(3601, LogLevel.Warning, "{Package}: the webhook {WebhookId} could not be relayed: its roster, the SignalR service or the keys did not answer")]
    partial void LogUnsent(string package, string webhookId, Exception exception);

    [LoggerMessage(3602, LogLevel.Warning, "{Package}: process {Instance} did not answer the webhook {WebhookId} in time; it is asked when nobody else is there")]
    partial void LogSilent(string package, string instance, string webhookId);

    [LoggerMessage(3603, LogLevel.Warning, "{Package}: that a process is gone or silent could not be noted")]
    partial void LogUntold(string package, Exception exception);

    [LoggerMessage(3604, LogLevel.Warning, "{Package}: whether the webhook {WebhookId} was answered at another instance could not be read; it is looked again")]
    partial void LogUnseen(string package, string webhookId, Exception exception);
}

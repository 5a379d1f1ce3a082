using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Runs;

/// <summary>Sends one webhook. Runs at least once: a second run carries the same webhook id, so the receiver can tell.</summary>
public sealed class SendWebhook(AppWebhooks webhooks)
{
    /// <summary>The activity. Its result is a value, never a throw: what an answer means is for the rules to say.</summary>
    [Function(nameof(SendWebhook))]
    public Task<WebhookResult> Run([ActivityTrigger] WebhookRequest request, [DurableClient] DurableTaskClient client) =>
        webhooks.SendToAppAsync(client, request);
}

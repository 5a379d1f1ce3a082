using Lifecycle.Entities;
using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Runs;

/// <summary>Sends the webhook that tells of a stop. Runs at least once: a second run carries the same webhook id, so the receiver can tell.</summary>
public sealed class SendWebhook(AppWebhooks webhooks)
{
    /// <summary>
    /// The activity. Its result is a value, never a throw: what an answer means is for the rules to say. Null when the SignalR service could not be asked
    /// to relay it.
    /// </summary>
    [Function(nameof(SendWebhook))]
    public async Task<WebhookResult?> Run([ActivityTrigger] WebhookRequest request, [DurableClient] DurableTaskClient client)
    {
        // It may have waited for its turn, and would stop what was started since.
        var id = new AppSessionId(request.SessionId, request.PackageName);
        var stored = await client.Entities.GetEntityAsync<AppSessionDocument>(AppSessionEntity.IdOf(id));
        return Rules.IsStopInForce(stored?.State?.Session ?? AppSession.None, request.CorrelationId)
            ? await webhooks.SendToAppAsync(client, request)
            : new WebhookResult(WebhookVerdict.Rejected, Reasons.Superseded);
    }
}

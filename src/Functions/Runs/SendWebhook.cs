using Lifecycle.Functions.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Runs;

/// <summary>Sends one webhook. Runs at least once: a second run carries the same webhook id, so the receiver can tell.</summary>
public sealed class SendWebhook(AppDirectory directory, AppWebhooks webhooks)
{
    /// <summary>The activity. Its result is a value, never a throw: what an answer means is for the rules to say.</summary>
    [Function(nameof(SendWebhook))]
    public async Task<WebhookResult> Run([ActivityTrigger] WebhookRequest request, [DurableClient] DurableTaskClient client)
    {
        var app = await directory.FindAsync(client, request.PackageName);
        return app is null
            ? WebhookResult.FromFailure(WebhookFailure.NotRegistered)
            : await webhooks.SendToAppAsync(request.PackageName, app, request.ToMessage());
    }
}

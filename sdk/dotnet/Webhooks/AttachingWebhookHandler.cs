namespace Lifecycle.Sdk.Webhooks;

/// <summary>The default: accept at once, attach behind the answer, stop when told.</summary>
public sealed class AttachingWebhookHandler(AppServer server) : ILifecycleWebhookHandler
{
    /// <inheritdoc/>
    public Task<WebhookAnswer> HandleAsync(LifecycleWebhook webhook, CancellationToken cancellationToken)
    {
        try
        {
            if (webhook.Type == WebhookType.StopRequest) server.Find(webhook.SessionId)?.Stop(webhook.Reason);
            else server.Begin(webhook.SessionId);
            return Task.FromResult(WebhookAnswer.Accepted);
        }
        catch (InvalidOperationException) when (server.IsLeaving)
        {
            return Task.FromResult(WebhookAnswer.Busy(detail: "The app server is shutting down"));
        }
    }
}

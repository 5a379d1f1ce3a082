namespace Lifecycle.Sdk.Webhooks;

/// <summary>
/// The default: accept at once, attach behind the answer, with the take-over token if there is one, and stop when told. A session to be resurrected
/// that is held here is said to be.
/// </summary>
public sealed class AttachingWebhookHandler(AppServer server) : ILifecycleWebhookHandler
{
    /// <inheritdoc/>
    public Task<WebhookAnswer> HandleAsync(LifecycleWebhook webhook, CancellationToken cancellationToken)
    {
        try
        {
            if (webhook.Type == WebhookType.ResurrectionRequest && server.TryComeBack(webhook.SessionId))
                return Task.FromResult(WebhookAnswer.Held(server.InstanceId));
            if (webhook.Type == WebhookType.StopRequest) server.Find(webhook.SessionId)?.Stop(webhook.Reason);
            else server.Begin(webhook.SessionId, webhook.TakeOverToken);
            return Task.FromResult(WebhookAnswer.Accepted);
        }
        catch (InvalidOperationException) when (server.IsLeaving)
        {
            return Task.FromResult(WebhookAnswer.Busy(WebhookIntake.RetryAfterShutdown, "The app server is shutting down"));
        }
    }
}

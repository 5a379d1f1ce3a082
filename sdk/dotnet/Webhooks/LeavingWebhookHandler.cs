namespace Lifecycle.Sdk.Webhooks;

/// <summary>While the app server leaves, nothing is taken on: Lifecycle asks again, and finds the next process.</summary>
sealed class LeavingWebhookHandler(AppServer server, ILifecycleWebhookHandler inner) : ILifecycleWebhookHandler
{
    static readonly TimeSpan askAgain = TimeSpan.FromSeconds(2);

    public Task<WebhookAnswer> HandleAsync(LifecycleWebhook webhook, CancellationToken cancellationToken) => server.IsLeaving
        ? Task.FromResult(WebhookAnswer.Busy(askAgain, "This process is shutting down"))
        : inner.HandleAsync(webhook, cancellationToken);
}

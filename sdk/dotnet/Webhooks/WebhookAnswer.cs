namespace Lifecycle.Sdk.Webhooks;

/// <summary>What to answer Lifecycle: a closed set, one factory per meaning.</summary>
public sealed record WebhookAnswer
{
    WebhookAnswer(int status, string? detail, TimeSpan? retryAfter = null)
    {
        Status = status;
        Detail = detail;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status that says it.</summary>
    public int Status { get; }

    /// <summary>A sentence for the problem answer.</summary>
    public string? Detail { get; }

    /// <summary>When to ask again.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the request was taken on.</summary>
    public bool IsAccepted => Status == 202;

    /// <summary>Taken on: Lifecycle now waits for the attach.</summary>
    public static WebhookAnswer Accepted { get; } = new(202, null);

    /// <summary>Not now; Lifecycle asks again, not before the given time if one is given.</summary>
    public static WebhookAnswer Busy(TimeSpan? retryAfter = null, string? detail = null) => new(503, detail, retryAfter);

    /// <summary>This app will never serve the session again: Lifecycle gives it up.</summary>
    public static WebhookAnswer Gone(string? detail = null) => new(410, detail);
}

/// <summary>Decides what to do with a webhook. Register one as a service to replace the default, which attaches.</summary>
public interface ILifecycleWebhookHandler
{
    /// <summary>Handles a webhook that has not been handled yet; answer within Lifecycle's timeout (5 s by default) and attach behind it.</summary>
    Task<WebhookAnswer> HandleAsync(LifecycleWebhook webhook, CancellationToken cancellationToken);
}

namespace Lifecycle.Sdk.Webhooks;

/// <summary>What to answer Lifecycle: a closed set, one factory per meaning.</summary>
public sealed record WebhookAnswer
{
    /// <summary>The header that carries <see cref="HeldBy"/>.</summary>
    internal const string HeldByHeader = "x-lifecycle-held-by";

    WebhookAnswer(int status, string? detail = null, TimeSpan? retryAfter = null, string? heldBy = null)
    {
        Status = status;
        Detail = detail;
        RetryAfter = retryAfter;
        HeldBy = heldBy;
    }

    /// <summary>The HTTP status that says it.</summary>
    public int Status { get; }

    /// <summary>A sentence for the problem answer.</summary>
    public string? Detail { get; }

    /// <summary>When to ask again.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The instance that holds the session; null for every answer but <see cref="Held"/>.</summary>
    public string? HeldBy { get; }

    /// <summary>Whether the request was taken on.</summary>
    public bool IsAccepted => Status == 202;

    /// <summary>Taken on: Lifecycle now waits for the attach.</summary>
    public static WebhookAnswer Accepted { get; } = new(202);

    /// <summary>
    /// The session that is to be resurrected lives: Lifecycle takes that as a sign of life, sends no further webhook, and waits for the attach. Whoever
    /// says so comes back at once, since Lifecycle does not see the connection; <see cref="AppServer.TryComeBack"/> does.
    /// </summary>
    /// <param name="instanceId">Who holds it, as it says in negotiate (<see cref="AppServer.InstanceId"/>): 1 to 128 characters of <c>A-Z a-z 0-9 . _ - @ +</c>, and neither <c>.</c> nor <c>..</c>.</param>
    /// <exception cref="ArgumentException">The instance id is not one.</exception>
    public static WebhookAnswer Held(string instanceId)
    {
        WireRules.RequireId(instanceId, nameof(instanceId));
        return new(202, heldBy: instanceId);
    }

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

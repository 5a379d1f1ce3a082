using Lifecycle.Entities;

namespace Lifecycle.Functions.Webhooks;

/// <summary>One webhook to send: what the body says, the id that every retry of this attempt carries, and whether it goes out without a last look.</summary>
public sealed record WebhookRequest(
    string WebhookId,
    string Type,
    string SessionId,
    string PackageName,
    string CorrelationId,
    string RunId,
    int Attempt,
    string Reason,
    int TimeoutMs,
    string? Trace = null,
    bool Blind = false)
{
    /// <summary>For a start: when it was accepted; null when that is not known.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>For a resurrection: what holds it back; null otherwise.</summary>
    public HoldTerms? Terms { get; init; }

    /// <summary>The webhook that a run's order asks for.</summary>
    /// <param name="run">The run.</param>
    /// <param name="order">Its order.</param>
    /// <param name="now">The time of the orchestration that passes it on.</param>
    public static WebhookRequest Of(RunInput run, RunOrder order, DateTimeOffset now) => new(
        order.WebhookId ?? throw new InvalidOperationException("An order to send names the webhook's id."),
        run.Reason == RunReason.Start ? "session_request" : "resurrection_request",
        run.SessionId,
        run.PackageName,
        run.CorrelationId,
        run.RunId,
        order.Attempt,
        run.Reason == RunReason.Start ? Reasons.StartRequested : Reasons.GraceExpired,
        run.WebhookTimeoutMs,
        run.Trace,
        order.Blind)
    {
        AskedAt = order.AskedAt,
        Terms = order.Terms is { } terms ? terms with { DueAt = now } : null,
    };

    /// <summary>The webhook that tells about a stop.</summary>
    public static WebhookRequest Of(StopNoticeInput stop) => new(
        StableHash.Name("wh_", new AppSessionId(stop.SessionId, stop.PackageName), $"{stop.RunId}|stop"),
        "stop_request",
        stop.SessionId,
        stop.PackageName,
        stop.CorrelationId,
        stop.RunId,
        1,
        stop.Reason,
        stop.WebhookTimeoutMs);

    /// <summary>The same, ready to be sent.</summary>
    public WebhookMessage ToMessage() => new(
        WebhookId,
        Type,
        $"{SessionId}:{PackageName}",
        Attempt,
        TimeoutMs,
        now => new SessionBody(Type, SessionId, PackageName, CorrelationId, RunId, Attempt, Reason, now))
    {
        Trace = Trace,
    };

    sealed record SessionBody(
        string Type, string SessionId, string PackageName, string CorrelationId, string RunId, int Attempt, string Reason, DateTimeOffset Timestamp);
}

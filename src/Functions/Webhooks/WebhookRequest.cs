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

    /// <summary>Whoever takes the webhook may take over by this invitation; null when nobody is invited.</summary>
    public Invitation? Invite { get; init; }

    /// <summary>For a resurrection: the process that held the session, which is asked first where processes can be told apart; null when it is not known.</summary>
    public string? Holder { get; init; }

    /// <summary>The webhook that a run's order asks for.</summary>
    /// <param name="run">The run.</param>
    /// <param name="order">Its order.</param>
    /// <param name="now">The time of the orchestration that passes it on.</param>
    public static WebhookRequest Of(RunInput run, RunOrder order, DateTimeOffset now) => new(
        order.WebhookId ?? throw new InvalidOperationException("An order to send names the webhook's id."),
        TypeOf(run.Reason),
        run.SessionId,
        run.PackageName,
        run.CorrelationId,
        run.RunId,
        order.Attempt,
        ReasonOf(run.Reason),
        run.WebhookTimeoutMs,
        run.Trace,
        order.Blind)
    {
        AskedAt = order.AskedAt,
        Invite = order.Invite,
        Holder = order.Holder,
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

    static string TypeOf(RunReason reason) => reason switch
    {
        RunReason.Start => "session_request",
        RunReason.HandOver => "handover_request",
        _ => "resurrection_request",
    };

    static string ReasonOf(RunReason reason) => reason switch
    {
        RunReason.Start => Reasons.StartRequested,
        RunReason.HandOver => Reasons.HandOverAsked,
        _ => Reasons.GraceExpired,
    };

    /// <summary>The same, ready to be sent.</summary>
    /// <param name="takeOverToken">By which whoever takes it may take over; null for none.</param>
    public WebhookMessage ToMessage(string? takeOverToken = null) => new(
        WebhookId,
        Type,
        $"{SessionId}:{PackageName}",
        Attempt,
        TimeoutMs,
        now => new SessionBody(Type, SessionId, PackageName, CorrelationId, RunId, Attempt, Reason, now, takeOverToken, takeOverToken is null ? null : Invite?.Leaving))
    {
        Trace = Trace,
    };

    sealed record SessionBody(
        string Type, string SessionId, string PackageName, string CorrelationId, string RunId, int Attempt, string Reason, DateTimeOffset Timestamp, string? TakeOverToken, string? Leaving);
}

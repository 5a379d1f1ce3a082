namespace Lifecycle.Functions.Webhooks;

/// <summary>One webhook to send: the envelope, and a body of any shape.</summary>
/// <param name="Id">The header <c>webhook-id</c>; every retry of an attempt carries the same one. Without dots, which separate what is signed.</param>
/// <param name="Type">What the body asks or tells, for the log.</param>
/// <param name="About">What the webhook is about, for the log: <c>session:package</c>, or a package.</param>
/// <param name="Attempt">Counts from 1, for the log.</param>
/// <param name="TimeoutMs">How long one try may take, in milliseconds, from looking up the name to the head of the answer.</param>
/// <param name="Body">Gives the body as of the time of a try; it is written as JSON in camelCase, nulls left out.</param>
public sealed record WebhookMessage(string Id, string Type, string About, int Attempt, int TimeoutMs, Func<DateTimeOffset, object> Body)
{
    /// <summary>The <c>traceparent</c> that sending it belongs to; null for the one in force. Not sent: it is nobody's business outside.</summary>
    public string? Trace { get; init; }
}

using System.Diagnostics;
using System.Text.Json;

namespace Lifecycle.Entities;

/// <summary>
/// The spans of the source <see cref="SourceName"/>. What happens to an app session from the loss of its socket (or its start) to the
/// attach and its ack is one trace, over timers and hosts: the session's state carries its <c>traceparent</c>.
/// </summary>
public static class LifecycleTracing
{
    /// <summary>The source.</summary>
    public const string SourceName = "Lifecycle";

    static readonly ActivitySource source = new(SourceName);

    /// <summary>The <c>traceparent</c> of what is being done now; null when nobody traces.</summary>
    public static string? Here => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;

    /// <summary>Begins the span of telling an app session something that came from outside.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="operation">What it is told.</param>
    public static Activity? Telling(AppSessionId id, string operation) =>
        About(id.ToString(), source.StartActivity($"lifecycle.tell {Snake(operation)}", ActivityKind.Producer));

    /// <summary>Begins the span of an operation of an app session: within the trace that the session is in, else the one of the event.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="event">What it is told.</param>
    /// <param name="followed">The session's trace.</param>
    public static Activity? Operating(AppSessionId id, SessionEvent @event, string? followed) =>
        Parse(followed ?? @event.Trace) is { } parent
            ? About(id.ToString(), source.StartActivity($"lifecycle.{Snake(@event.GetType().Name)}", ActivityKind.Consumer, parent, links: LinksOf(@event, parent)))
            : null;

    /// <summary>Begins the span of something outside that an operation does, such as an ack. Nothing without an operation's span.</summary>
    public static Activity? Doing(Effect effect) =>
        Activity.Current?.Source == source ? source.StartActivity($"lifecycle.{Snake(effect.GetType().Name)}", ActivityKind.Client) : null;

    /// <summary>Begins the span of a webhook.</summary>
    /// <param name="type">The type in its body.</param>
    /// <param name="about">The app session or app that it is about.</param>
    /// <param name="trace">The trace that it belongs to; null for the one in force.</param>
    public static Activity? Sending(string type, string about, string? trace)
    {
        var name = $"lifecycle.webhook {type}";
        return About(about, Parse(trace) is { } parent
            ? source.StartActivity(name, ActivityKind.Client, parent, links: LinksOf(null, parent))
            : source.StartActivity(name, ActivityKind.Client));
    }

    /// <summary>Says on a span what the rules decided.</summary>
    public static void Decided(this Activity? span, AppSession before, Decision decision) => span?
        .SetTag("lifecycle.from", before.State.WireName())
        .SetTag("lifecycle.to", decision.Session.State.WireName())
        .SetTag("lifecycle.outcome", Snake(decision.Outcome.Kind.ToString()))
        .SetTag("lifecycle.reason", decision.Outcome.Reason)
        .SetTag("lifecycle.blame", decision.Outcome.Blame.WireName())
        .SetTag("lifecycle.epoch", decision.Session.Epoch)
        .SetTag("lifecycle.correlation_id", decision.Session.CorrelationId);

    /// <summary>Says on a span which webhook it is and what came of it.</summary>
    public static void Answered(this Activity? span, string webhookId, int attempt, WebhookResult result) => span?
        .SetTag("lifecycle.webhook_id", webhookId)
        .SetTag("lifecycle.attempt", attempt)
        .SetTag("lifecycle.outcome", result.Detail)
        .SetStatus(result.Verdict == WebhookVerdict.Accepted ? ActivityStatusCode.Ok : ActivityStatusCode.Error);

    static Activity? About(string subject, Activity? span) => span?.SetTag("lifecycle.subject", subject);

    static ActivityContext? Parse(string? trace) =>
        ActivityContext.TryParse(trace, traceState: null, isRemote: true, out var context) ? context : null;

    // The host has a trace for each call of a function: a link leads there.
    static List<ActivityLink>? LinksOf(SessionEvent? @event, ActivityContext parent)
    {
        List<ActivityLink> links = [.. new[] { Parse(@event?.Trace), Activity.Current?.Context }
            .Where(c => c is { } known && known.TraceId != parent.TraceId).Select(c => new ActivityLink(c!.Value))];
        return links.Count == 0 ? null : links;
    }

    static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>The gate's answer to a session that wants to send a webhook.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AdmissionKind>))]
public enum AdmissionKind
{
    /// <summary>Malformed: nobody answers this.</summary>
    None = 0,

    /// <summary>Go at the slot's time.</summary>
    Go = 1,

    /// <summary>Wait, and ask again at the time.</summary>
    Wait = 2,

    /// <summary>Do not: the app is not to be had.</summary>
    Refuse = 3,
}

/// <summary>The gate's answer to one ask.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="At">When to go, or to ask again.</param>
/// <param name="Ticket">The place in the waiting line, to be shown at the next ask.</param>
/// <param name="Probe">Whether this attempt is the probe that everybody else waits for.</param>
/// <param name="Reason">Why not, from <see cref="Reasons"/>.</param>
/// <param name="Confirm">The gate wants to be told when the app attaches after this webhook: its 2xx alone is not believed.</param>
/// <param name="Awaited">Others wait for the verdict on this webhook.</param>
/// <param name="Moving">The app is up, and the wait is for a slot: nobody is given up for it.</param>
public sealed record Admission(
    AdmissionKind Kind,
    DateTimeOffset At,
    Ticket? Ticket = null,
    bool Probe = false,
    string? Reason = null,
    bool Confirm = false,
    bool Awaited = false,
    bool Moving = false)
{
    /// <summary>When the run's orchestration has to wake up to go at the slot, in the terms of the durable backend; null to go now.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>
    /// Above zero, whoever waits is called up when it is time and asks again only for when the call does not come. How often such a question is
    /// taken for one that the call has overtaken, 0 to <see cref="AppRules.OvertakenAtMost"/>.
    /// </summary>
    public int Callable { get; init; }

    /// <summary>The SignalR service was away for another session of the app a moment ago: waiting counts towards no horizon.</summary>
    public bool Away { get; init; }

    /// <summary>The wait is for the crash loop that sessions of the app are in: it counts towards no horizon.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Loop { get; init; }

    /// <summary>The app's policy at this moment.</summary>
    public Policy? Policy { get; init; }

    /// <summary>Go at the time.</summary>
    public static Admission Go(DateTimeOffset at) => new(AdmissionKind.Go, at);

    /// <summary>Ask again at the time.</summary>
    public static Admission Wait(DateTimeOffset at, Ticket ticket, bool moving = false) => new(AdmissionKind.Wait, at, ticket, Moving: moving);

    /// <summary>Give up; a later start may try again at the time.</summary>
    public static Admission Refuse(DateTimeOffset retryAt, string reason) => new(AdmissionKind.Refuse, retryAt, Reason: reason);
}

/// <summary>Something that happened to an app, or was asked of it.</summary>
public abstract record AppEvent;

/// <summary>A session wants to send a webhook.</summary>
/// <param name="WebhookId">The webhook it wants to send: names the attempt, so that an ask that is repeated gets the same answer.</param>
/// <param name="Reason">Why it wants to.</param>
/// <param name="Foreground">Foreground sessions go first.</param>
/// <param name="LostAt">When it lost its socket; null for a start.</param>
/// <param name="Ticket">The place it was given before.</param>
/// <param name="InVain">Its last webhook, when that was accepted and the app did not attach in time.</param>
public sealed record AdmissionAsked(
    string WebhookId, RunReason Reason, bool Foreground, DateTimeOffset? LostAt, Ticket? Ticket = null, string? InVain = null) : AppEvent
{
    /// <summary>The user session that asks, to be called up when it waits; null when it cannot be.</summary>
    public string? SessionId { get; init; }

    /// <summary>Its run.</summary>
    public string? RunId { get; init; }

    /// <summary>Which of those who drove the run: an answer to an earlier one is out of date.</summary>
    public int Driver { get; init; }

    /// <summary>
    /// Above zero, it was put off while its session stood among those who are called up (<see cref="Admission.Callable"/>). When it comes and the
    /// session stands there no longer, it has been called, and has asked anew or is about to: this question is out of date.
    /// </summary>
    public int Callable { get; init; }

    /// <summary>Since when the run tries.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the question is put.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>For the restart of a session in a crash loop: how many lives of its app in a row were short; 0 for any other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Loop { get; init; }
}

/// <summary>A webhook was answered, or was not.</summary>
/// <param name="WebhookId">Which.</param>
/// <param name="Result">What came of it.</param>
public sealed record OutcomeReported(string WebhookId, WebhookResult Result) : AppEvent
{
    /// <summary>The user session that was asked to come later, to be called when the app is up sooner; null when none was.</summary>
    public string? SessionId { get; init; }

    /// <summary>Its run.</summary>
    public string? RunId { get; init; }

    /// <summary>Whether it goes before those that nobody looks at.</summary>
    public bool Foreground { get; init; }

    /// <summary>Whether the app attached before it answered, which was told then: only how long the answer took is news.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasAttached { get; init; }

    /// <summary>When the webhook was to go out, UTC; null where whoever tells it does not know that any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When the webhook was sent, for a verdict that is told some time after the answer; null for one that is told at once.</summary>
    public DateTimeOffset? SentAt { get; init; }
}

/// <summary>The app attached after a webhook that was to be confirmed: it is up.</summary>
public sealed record AppAnswered : AppEvent;

/// <summary>
/// A session that waited for the app attached: the app is up, and that ends an outage. Where no webhook had gone out, the others may be about
/// to come back by themselves, too: they have a grace window for it before the first of them is admitted.
/// </summary>
/// <param name="WebhookId">The webhook that it was admitted for; null when there is none.</param>
/// <param name="Ticket">The place in line that it leaves.</param>
/// <param name="AfterWebhook">Whether the webhook had gone out, as far as is known: then this is the app's answer to it.</param>
/// <param name="SessionId">The user session, which waits no longer.</param>
public sealed record AppAttached(string? WebhookId = null, Ticket? Ticket = null, bool AfterWebhook = false, string? SessionId = null) : AppEvent;

/// <summary>A webhook that was admitted is not made, or whoever waited in line has left it. Nothing is said about the app.</summary>
/// <param name="WebhookId">The webhook; null when none was admitted.</param>
/// <param name="Ticket">The place in line.</param>
/// <param name="SessionId">The user session, which waits no longer.</param>
public sealed record AdmissionReturned(string? WebhookId, Ticket? Ticket = null, string? SessionId = null) : AppEvent
{
    /// <summary>Names a return because no client can open a socket at the SignalR service; null for any other. The same webhook may be asked for again.</summary>
    public string? Away { get; init; }
}

/// <summary>A session's app lives and could not attach for as long as the alive limit.</summary>
/// <param name="Id">Names it: what is told twice is one session.</param>
public sealed record SessionUnattached(string Id) : AppEvent;

/// <summary>A session's app was lost soon after it had attached, for the second time in a row or later.</summary>
/// <param name="Id">Names the loss: what is told twice is one.</param>
/// <param name="SessionId">The user session.</param>
public sealed record SessionLooping(string Id, string SessionId) : AppEvent;

/// <summary>A session whose app had been in a crash loop is well again: its process has been attached for long.</summary>
/// <param name="Id">Names it: what is told twice is one.</param>
/// <param name="SessionId">The user session.</param>
public sealed record SessionStable(string Id, string SessionId) : AppEvent;

/// <summary>A process of the app is attached and does not handle what is sent to it.</summary>
/// <param name="Id">Names it: what is told twice is one.</param>
public sealed record SessionDeaf(string Id) : AppEvent;

/// <summary>A session of the app was given up.</summary>
/// <param name="Reason">Why, from <see cref="Reasons"/>.</param>
/// <param name="Ticket">The place in line that it leaves.</param>
/// <param name="Id">Names it: what is told twice is one session. Null in what earlier versions told.</param>
public sealed record SessionGivenUp(string Reason, Ticket? Ticket = null, string? Id = null) : AppEvent;

/// <summary>Somebody knows or hopes that the app is well again: the next ask may probe at once, but for the least spacing.</summary>
/// <param name="Crowd">Many asks follow: they go at the pace, without a burst.</param>
public sealed record ProbeWanted(bool Crowd = false) : AppEvent;

/// <summary>A process of the app connected, to have webhooks relayed, and none took any before: whoever waits for the app waits no longer.</summary>
public sealed record ProcessConnected : AppEvent;

/// <summary>A session was stopped, and the app is to be told by webhook: asked before every try.</summary>
/// <param name="WebhookId">The webhook.</param>
/// <param name="Tried">How often it was tried.</param>
/// <param name="Last">What came of the last try; null when there was none, or something of ours failed.</param>
public sealed record StopAsked(string WebhookId, int Tried = 0, WebhookResult? Last = null) : AppEvent;

/// <summary>Time has passed (<see cref="AppRules.IsOverdue"/>): what nobody has done anything about any more comes to its end.</summary>
public sealed record TimePassed : AppEvent;

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>Something that happened to an app session, or was asked of it. Inputs are validated at the edge.</summary>
public abstract record SessionEvent
{
    /// <summary>The <c>traceparent</c> (W3C Trace Context) of whoever tells it; null when nobody traces. Carried on, never decided upon.</summary>
    public string? Trace { get; init; }

    /// <summary>
    /// The app's policy at this moment, told by whoever knows it anyway; null otherwise. The event is decided upon with it, and so is what
    /// follows until a later one comes.
    /// </summary>
    public Policy? InForce { get; init; }
}

/// <summary>The platform asks that the app be started.</summary>
/// <param name="Policy">The app's policy at this moment; it stays in force until the next event that carries one.</param>
/// <param name="Foreground">Somebody is looking at it: it goes before sessions that nobody looks at.</param>
public sealed record StartRequested(Policy? Policy = null, bool Foreground = false) : SessionEvent
{
    /// <summary>When it was accepted; null when that is not known.</summary>
    public DateTimeOffset? AskedAt { get; init; }
}

/// <summary>The platform asks that an evicted app session be tried again.</summary>
/// <param name="Policy">The app's policy at this moment.</param>
public sealed record ReviveRequested(Policy? Policy = null) : SessionEvent;

/// <summary>The platform asks that the app be stopped.</summary>
/// <param name="Reason">Told to the app.</param>
public sealed record StopRequested(string Reason) : SessionEvent;

/// <summary>The user session was marked away: nothing needs to be resurrected for it.</summary>
public sealed record UserWentAway : SessionEvent;

/// <summary>The user is back.</summary>
public sealed record UserCameBack : SessionEvent;

/// <summary>The SignalR service reports a connection whose signed token names this app session.</summary>
/// <param name="ConnectionId">The SignalR connection.</param>
/// <param name="InstanceId">The app process, as it calls itself; null when it does not say.</param>
/// <param name="Reconnect">The hint: true, false (the app is fresh), or null to infer.</param>
/// <param name="NegotiatedAt">When the access token was made: orders two connections.</param>
/// <param name="TokenEpoch">The epoch in a reconnect token that was presented and is genuine; null without one.</param>
/// <param name="Policy">The app's policy at this moment.</param>
/// <param name="LastSeq">The last message that the app handled, as it says; null when it does not.</param>
/// <param name="TokenLife">The correlation id in that token; null without one, and in tokens of earlier versions.</param>
public sealed record Connected(
    string ConnectionId,
    string? InstanceId = null,
    bool? Reconnect = null,
    DateTimeOffset? NegotiatedAt = null,
    long? TokenEpoch = null,
    Policy? Policy = null,
    long? LastSeq = null,
    string? TokenLife = null) : SessionEvent
{
    /// <summary>Which try it was since the app was attached last, from 1; null when it does not say.</summary>
    public int? Attempt { get; init; }

    /// <summary>An earlier try got an address and could not open a socket there, as the app says.</summary>
    public bool ConnectRefused { get; init; }

    /// <summary>The version of the wire that the client speaks (<see cref="Wire"/>); 0 when it does not say.</summary>
    public int Version { get; init; }

    /// <summary>The invitation in a take-over token that was presented and is genuine; null without one.</summary>
    public string? TakeOver { get; init; }
}

/// <summary>The SignalR service reports that a connection has ended. Best effort: late, twice, for another one, or never.</summary>
/// <param name="ConnectionId">The SignalR connection.</param>
/// <param name="Error">Why it ended, when the service says.</param>
public sealed record Disconnected(string ConnectionId, string? Error = null) : SessionEvent;

/// <summary>The platform has a message for the app.</summary>
/// <param name="MessageId">Names it; one that comes again is not taken again.</param>
/// <param name="Body">Its body, as JSON text.</param>
/// <param name="Reachable">Whether the service knows the attachment's connection; null when it was not asked or did not answer.</param>
public sealed record MessagePosted(
    string MessageId, [property: JsonConverter(typeof(StoredText))] string Body, bool? Reachable = null) : SessionEvent
{
    /// <summary>Whoever posts it waits until it is handled: the app is asked to tell at once.</summary>
    public bool IsAwaited { get; init; }
}

/// <summary>A message could not be sent, and nothing after it was.</summary>
/// <param name="ConnectionId">To this connection.</param>
/// <param name="Seq">The message's number.</param>
/// <param name="Never">It was refused for what it is: another try will not do better.</param>
public sealed record MessageUndelivered(string ConnectionId, long Seq, bool Never = false) : SessionEvent;

/// <summary>Group memberships could not be changed, restored or renewed.</summary>
/// <param name="Version">Of the set of subscriptions that they stand for.</param>
/// <param name="Unleft">Streams whose groups should have been left.</param>
/// <param name="Never">Those that failed were refused for what they are, and all others were done.</param>
/// <param name="Tries">How often it was tried before, while no app is attached.</param>
public sealed record GroupsUnrestored(int Version, ImmutableArray<string> Unleft, bool Never = false, int Tries = 0) : SessionEvent;

/// <summary>A connection could not be closed.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="Reason">Why it must be: the error text of the close message.</param>
/// <param name="Tries">How often it was tried before.</param>
/// <param name="Never">It was refused for what it is: another try will not do better.</param>
public sealed record ConnectionUnclosed(string ConnectionId, string Reason, int Tries = 0, bool Never = false) : SessionEvent;

/// <summary>Reconciliation found that group memberships are due to be renewed.</summary>
public sealed record GroupsDue : SessionEvent;

/// <summary>The user is not on its roll: it could not be put there, or a sweep did not find it.</summary>
/// <param name="SeenAt">When that was so, UTC.</param>
public sealed record OffRoll(DateTimeOffset SeenAt) : SessionEvent;

/// <summary>The service does not know the attachment's connection: its disconnected event was lost.</summary>
/// <param name="ConnectionId">The connection; null for one that was adopted without a name.</param>
/// <param name="Epoch">The app session's epoch when the service was asked.</param>
public sealed record ConnectionMissing(string? ConnectionId, long Epoch) : SessionEvent;

/// <summary>The service knows a connection of an app session that is not attached: its connected event was lost.</summary>
/// <param name="Epoch">The app session's epoch when the service was asked.</param>
public sealed record ConnectionFound(long Epoch) : SessionEvent;

/// <summary>Reconciliation found a run whose orchestration has not been heard of for long.</summary>
/// <param name="RunId">The run.</param>
public sealed record RunMissing(string RunId) : SessionEvent;

/// <summary>A durable timer fired. A hint only: it can be early, late, doubled or of another epoch.</summary>
/// <param name="Kind">Which timer.</param>
/// <param name="Epoch">The app session's epoch when it was armed.</param>
public sealed record TimerFired(TimerKind Kind, long Epoch) : SessionEvent
{
    /// <summary>
    /// The deadline that it was armed for; null when that is not known. One of an earlier deadline is not armed again: a later one is, and each copy of a timer that comes twice
    /// would go on for ever beside it.
    /// </summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>For a grace timer: whether a client can open a socket now (<see cref="Rules.WantsSight(AppSession, TimerFired, DateTimeOffset)"/>); null when nobody looked.</summary>
    public ServiceSight? Sight { get; init; }

    /// <summary>For a grace timer: when the process that was attached last asked to come back to any of its sessions, UTC; null when this host has not heard it.</summary>
    public DateTimeOffset? SeenAt { get; init; }
}

/// <summary>
/// Something that only a living app process can have sent: a second <c>negotiate</c>, or one that says that a connect was refused. Told of sessions
/// of which it is not known whether they are attached.
/// </summary>
/// <param name="InstanceId">The app process, as it calls itself; null when it does not say.</param>
/// <param name="TokenEpoch">The epoch in a reconnect token that was presented and is genuine; null without one.</param>
/// <param name="TokenLife">The correlation id in that token; null without one.</param>
/// <param name="At">When it was given, UTC; null when that is not known. One from before the loss says nothing of it.</param>
public sealed record SignOfLife(string? InstanceId, long? TokenEpoch = null, string? TokenLife = null, DateTimeOffset? At = null) : SessionEvent;

/// <summary>Clients can open sockets at the SignalR service again; told of sessions that were held back because none could.</summary>
/// <param name="Epoch">The app session's epoch when it was found held back.</param>
/// <param name="BackAt">Since when they can.</param>
public sealed record ServiceBack(long Epoch, DateTimeOffset BackAt) : SessionEvent;

/// <summary>The run's orchestration asks what to do next.</summary>
/// <param name="RunId">The run it drives.</param>
/// <param name="Driver">Which of the orchestrations that the run has had.</param>
public sealed record AttemptDue(string RunId, int Driver = 0) : SessionEvent
{
    /// <summary>Where the app was to attach by now: whether a client can open a socket (<see cref="Rules.WantsSight(AppSession, AttemptDue, DateTimeOffset)"/>); null when nobody looked.</summary>
    public ServiceSight? Sight { get; init; }
}

/// <summary>The app's gate calls a session that waits for the app: now is its turn to ask again, before its own time.</summary>
/// <param name="RunId">The run that waits.</param>
public sealed record CalledUp(string RunId) : SessionEvent
{
    /// <summary>When it was to come; null for at once.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>The app's gate has answered the run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="WebhookId">The webhook that was asked for.</param>
/// <param name="Admission">The answer.</param>
/// <param name="Driver">Which of those who drove the run.</param>
/// <param name="Told">It comes by itself, at the slot of whoever is to go: no orchestration waits for an order.</param>
/// <param name="Shown">The ticket that was shown with the question.</param>
public sealed record AttemptAdmitted(
    string RunId, string WebhookId, Admission Admission, int Driver = 0, bool Told = false, Ticket? Shown = null) : SessionEvent
{
    /// <summary>The answer to a question that no orchestration waits for.</summary>
    public static AttemptAdmitted To(AdmissionAsked ask, string runId, Admission admission) =>
        new(runId, ask.WebhookId, admission, ask.Driver, Told: true, ask.Ticket);
}

/// <summary>A step of the run could not be done because something of ours failed.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Step">The order that could not be obeyed.</param>
/// <param name="Attempt">For a webhook, which.</param>
/// <param name="Driver">Which of the orchestrations that the run has had.</param>
public sealed record AttemptStalled(string RunId, RunOrderKind Step, int Attempt = 0, int Driver = 0) : SessionEvent;

/// <summary>The last look, right before the webhook, found a connection of this user: no webhook went out.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">Which of the run's webhooks it would have been.</param>
public sealed record AttemptFound(string RunId, int Attempt) : SessionEvent;

/// <summary>The last look could not be taken, because the SignalR service could not be asked: no webhook went out.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">Which of the run's webhooks it would have been.</param>
/// <param name="Busy">It was not the service: the durable engine is so far behind that no app can attach.</param>
public sealed record AttemptUnlooked(string RunId, int Attempt, bool Busy = false) : SessionEvent
{
    /// <summary>What the canary saw, when that is why: no client can open a socket, or not for a whole grace window yet.</summary>
    public ServiceSight? Sight { get; init; }

    /// <summary>The order was carried out so late that this system was away.</summary>
    public bool Late { get; init; }
}

/// <summary>The webhook was answered, or was not.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">Which of the run's webhooks.</param>
/// <param name="Result">What came of it.</param>
public sealed record AttemptSent(string RunId, int Attempt, WebhookResult Result) : SessionEvent;

/// <summary>The timers of an app session.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TimerKind>))]
public enum TimerKind
{
    /// <summary>Malformed: no timer is of this kind.</summary>
    None = 0,

    /// <summary>The grace window's end.</summary>
    Grace = 1,

    /// <summary>How long a stopping app may take to close its socket.</summary>
    Stop = 2,

    /// <summary>How long a stopped session is remembered.</summary>
    Retention = 3,

    /// <summary>When what could not be done for the attachment is tried again.</summary>
    Mend = 4,

    /// <summary>When what must still happen at the service is tried again, whatever the state and its epoch are by then.</summary>
    Chores = 5,

    /// <summary>Until when the process before may finish what it had, whatever the state and its epoch are by then.</summary>
    Drain = 6,

    /// <summary>When it is looked whether the app has gone deaf.</summary>
    Deaf = 7,

    /// <summary>When a process of a crash loop has been attached for so long that it counts as well.</summary>
    Stable = 8,
}

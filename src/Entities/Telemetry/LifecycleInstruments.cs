using System.Collections.Immutable;

namespace Lifecycle.Entities;

/// <summary>
/// Every instrument of the meter <see cref="MeterName"/>: the one place that names them and their tags. What dashboards, alerts and the
/// operations guide say of them is tested against <see cref="All"/>.
/// </summary>
public static class LifecycleInstruments
{
    /// <summary>The meter.</summary>
    public const string MeterName = "Lifecycle";

    /// <summary>Attaches that start clean.</summary>
    public static readonly InstrumentInfo Connects = new(
        "lifecycle.connects", InstrumentKind.Counter, "{connect}", "Attaches that start clean, and whose fault the loss was.",
        Tag("reason", Reasons.Connect, Reasons.Takeover, Reasons.Adopted, Reasons.DeclaredFresh), BlameOf());

    /// <summary>Attaches that keep the state. One that declares itself fresh afterwards counts as a connect, too.</summary>
    public static readonly InstrumentInfo Reconnects = new(
        "lifecycle.reconnects", InstrumentKind.Counter, "{reconnect}",
        "Attaches that keep the state, and whose fault the loss was; within the grace window those of reason reconnect and adopted.",
        Tag("reason", Reasons.Reconnect, Reasons.LateReconnect, Reasons.Takeover, Reasons.TakenOver, Reasons.Adopted), BlameOf());

    /// <summary>Grace windows that began.</summary>
    public static readonly InstrumentInfo GracesStarted = new(
        "lifecycle.graces.started", InstrumentKind.Counter, "{grace}", "Grace windows that began: sockets lost, resurrections that had begun too soon, or sessions carried over from another installation.",
        Tag("cause", Reasons.SocketLost, Reasons.ConnectionMissing, Reasons.SignOfLife, Reasons.HeldByApp, Reasons.ServiceAway, Reasons.ServiceBack, Reasons.PlatformAway, Reasons.CarriedOver));

    /// <summary>Grace windows that expired.</summary>
    public static readonly InstrumentInfo GracesExpired = new(
        "lifecycle.graces.expired", InstrumentKind.Counter, "{grace}", "Grace windows in which the app did not come back, by the state they led to.",
        Tag("state", "disconnected", "backoff", "dormant", "stopped"), BlameOf());

    /// <summary>Starts that ended.</summary>
    public static readonly InstrumentInfo Starts = new(
        "lifecycle.starts", InstrumentKind.Counter, "{run}", "Starts that ended, by outcome.", OutcomeOfRun());

    /// <summary>Resurrections that ended.</summary>
    public static readonly InstrumentInfo Resurrections = new(
        "lifecycle.resurrections", InstrumentKind.Counter, "{run}", "Resurrections that ended, by outcome; not_needed ones sent no webhook.", OutcomeOfRun(), BlameOf());

    /// <summary>How often evidence held a resurrection back.</summary>
    public static readonly InstrumentInfo ResurrectionsHeld = new(
        "lifecycle.resurrections.held", InstrumentKind.Counter, "{time}", "Times that evidence held a resurrection back, by what it was.",
        Tag("reason", Reasons.SignOfLife, Reasons.ProcessSeen, Reasons.HeldByApp, Reasons.ServiceAway, Reasons.ServiceBack, Reasons.PlatformAway), BlameOf());

    /// <summary>Losses of app processes that did not stay up.</summary>
    public static readonly InstrumentInfo CrashLoops = new(
        "lifecycle.crashloop", InstrumentKind.Counter, "{loss}",
        "App processes lost before they were stable, from the second in a row of a session on, and sessions that were well again after that.",
        Tag("phase", "lost", "stable"));

    /// <summary>Resurrection webhooks to an app whose process was alive.</summary>
    public static readonly InstrumentInfo FalseResurrections = new(
        "lifecycle.false_resurrections", InstrumentKind.Counter, "{run}", "Resurrections of an app whose old process was alive.");

    /// <summary>Sessions given up.</summary>
    public static readonly InstrumentInfo Evictions = new(
        "lifecycle.evictions", InstrumentKind.Counter, "{session}", "App sessions given up, by reason.",
        Tag("reason", Reasons.HorizonOver, Reasons.AppGone, Reasons.WebhookRejected, Reasons.AppUnreachable, Reasons.AppNotRegistered), BlameOf());

    /// <summary>What came late, twice or for another epoch.</summary>
    public static readonly InstrumentInfo StaleArrivals = new(
        "lifecycle.stale_arrivals", InstrumentKind.Counter, "{event}", "Events that came late, twice or for another epoch and changed nothing, by kind.",
        Tag("kind", "connected", "disconnected", "token", "timer", "run", "look", "request", "sign", "done"));

    /// <summary>Webhooks sent.</summary>
    public static readonly InstrumentInfo Webhooks = new(
        "lifecycle.webhooks", InstrumentKind.Counter, "{webhook}", "Webhooks sent, by type and outcome.", TypeOfWebhook(), OutcomeOfWebhook());

    /// <summary>Stops that apps were not told of.</summary>
    public static readonly InstrumentInfo StopsDropped = new(
        "lifecycle.stops.dropped", InstrumentKind.Counter, "{webhook}", "Stops of which the app was not told: it is away, or would not hear.",
        Tag("reason", Reasons.AppUnreachable, Reasons.AttemptFailed));

    /// <summary>Incidents of apps.</summary>
    public static readonly InstrumentInfo Incidents = new(
        "lifecycle.incidents", InstrumentKind.Counter, "{incident}", "Incidents of apps; one that begins with lost sessions and opens the breaker escalates.",
        Tag("cause", "sessions_lost", "unreachable", "session_evicted", "crash_loop", "deaf"), Tag("phase", "opened", "escalated", "closed"));

    /// <summary>Messages posted to apps.</summary>
    public static readonly InstrumentInfo Messages = new(
        "lifecycle.messages", InstrumentKind.Counter, "{message}", "Messages posted to apps, by what became of them at once.",
        Tag("outcome", "sent", "buffered", "refused"));

    /// <summary>Messages that apps have handled, as they say.</summary>
    public static readonly InstrumentInfo MessagesHandled = new(
        "lifecycle.messages.handled", InstrumentKind.Counter, "{message}", "Messages that apps say to have handled, and those of them whose handler threw.",
        Tag("outcome", "handled", "failed"));

    /// <summary>Hand-overs that ended.</summary>
    public static readonly InstrumentInfo HandOvers = new(
        "lifecycle.handovers", InstrumentKind.Counter, "{handover}", "Hand-overs that ended: another process took over, none did in time, the process that left was lost before, or it was called off.",
        Tag("outcome", "taken_over", "failed", "lost", "called_off"));

    /// <summary>Apps that were found to be deaf.</summary>
    public static readonly InstrumentInfo DeafApps = new(
        "lifecycle.deaf", InstrumentKind.Counter, "{session}", "App sessions that had a message and finished none for the ack timeout while their socket lived, and those that were replaced for it.",
        Tag("outcome", "found", "replaced"));

    /// <summary>What can never be done, set aside.</summary>
    public static readonly InstrumentInfo SetAside = new(
        "lifecycle.set_aside", InstrumentKind.Counter, "{effect}",
        "What was refused for what it is, and set aside after its tries so that the next one goes on; messages that could neither be sent nor kept; closes and leaves that failed for half an hour.",
        Tag("what", "message", "unkept_message", "groups", "event", "dead_letter", "close"));

    /// <summary>Events and dead letters for the platform.</summary>
    public static readonly InstrumentInfo Events = new(
        "lifecycle.events", InstrumentKind.Counter, "{event}", "Events and dead letters told to the platform; one that failed is tried again.",
        Tag("destination", "events", "dead_letters"), Tag("outcome", "sent", "failed"));

    /// <summary>Apps that were asked to move.</summary>
    public static readonly InstrumentInfo Moves = new(
        "lifecycle.moves", InstrumentKind.Counter, "{app}", "Attached apps that were to be told to move, by whether they could be told.",
        Tag("outcome", "told", "failed"));

    /// <summary>Processes to which relayed webhooks were put.</summary>
    public static readonly InstrumentInfo RelayTries = new(
        "lifecycle.relay.tries", InstrumentKind.Counter, "{try}",
        "Processes that a relayed webhook was put to, by what they did; one that is gone was listed, and the SignalR service does not know its connection.",
        Tag("outcome", "answered", "leaving", "silent", "gone"));

    /// <summary>Answers to relayed webhooks.</summary>
    public static readonly InstrumentInfo RelayAnswers = new(
        "lifecycle.relay.answers", InstrumentKind.Counter, "{answer}",
        "Answers to relayed webhooks: taken where they were waited for, passed on to another instance, said before, too late, or refused as malformed or of a process that was not asked.",
        Tag("outcome", "taken", "passed_on", "repeated", "late", "refused"));

    /// <summary>Looks whether clients can open sockets at the SignalR service.</summary>
    public static readonly InstrumentInfo CanaryLooks = new(
        "lifecycle.canary.looks", InstrumentKind.Counter, "{look}", "Looks whether a client can open a socket at the SignalR service, by what they found.",
        Tag("outcome", "open", "away"));

    /// <summary>Changes of learned paces.</summary>
    public static readonly InstrumentInfo Paces = new(
        "lifecycle.paces", InstrumentKind.Counter, "{change}", "Changes of paces that are learned from the answers of apps: grown, lowered for a queue before the app, or refused by it.",
        Tag("change", "grown", "lowered", "refused"));

    /// <summary>Stands for a decision that could not be judged.</summary>
    public const string Unjudged = "unjudged";

    /// <summary>Invariants that decisions broke.</summary>
    public static readonly InstrumentInfo InvariantsBroken = new(
        "lifecycle.invariants.broken", InstrumentKind.Counter, "{violation}",
        "Decisions that broke what must hold after every decision, by which invariant; unjudged ones could not be judged. None is right: any is a defect.",
        Tag("invariant", [.. Invariants.All.Select(invariant => invariant.Name), Unjudged]));

    /// <summary>From the loss of the socket to the attach that kept the state.</summary>
    public static readonly InstrumentInfo ReconnectLatency = new(
        "lifecycle.reconnect.latency", InstrumentKind.Histogram, "s", "From the loss of the socket to the attach that kept the state.");

    /// <summary>From the loss of the socket to the attach that did not.</summary>
    public static readonly InstrumentInfo RecoveryTime = new(
        "lifecycle.recovery.time", InstrumentKind.Histogram, "s", "From the loss of the socket to an attach that starts clean.");

    /// <summary>How late timers ran.</summary>
    public static readonly InstrumentInfo TimerLateness = new(
        "lifecycle.timer.lateness", InstrumentKind.Histogram, "s", "How late durable timers ran after their deadline.",
        Tag("timer", "grace", "stop", "retention"));

    /// <summary>How far the durable engine is behind.</summary>
    public static readonly InstrumentInfo EngineLag = new(
        "lifecycle.engine.lag", InstrumentKind.Histogram, "s",
        "How long pulses stood in the durable engine's queue; measured while many apps negotiate, and by GET /api/health.");

    /// <summary>How long webhooks took.</summary>
    public static readonly InstrumentInfo WebhookDuration = new(
        "lifecycle.webhook.duration", InstrumentKind.Histogram, "s", "From the first byte of a webhook to its answer, its failure or its timeout.", TypeOfWebhook());

    /// <summary>Breakers by state.</summary>
    public static readonly InstrumentInfo Breakers = new(
        "lifecycle.breakers", InstrumentKind.Gauge, "{app}", "Apps by the state of their breaker, as of the last sweep.",
        Tag("state", "closed", "open", "probing"));

    /// <summary>App sessions by state.</summary>
    public static readonly InstrumentInfo Sessions = new(
        "lifecycle.sessions", InstrumentKind.Gauge, "{session}", "App sessions by state, as of the last sweep.",
        Tag("state", [.. AppStates.All.Where(state => state != AppState.None).Select(state => state.WireName().ToLowerInvariant())]));

    /// <summary>All of them.</summary>
    public static ImmutableArray<InstrumentInfo> All { get; } =
    [
        Connects, Reconnects, GracesStarted, GracesExpired, Starts, Resurrections, ResurrectionsHeld, CrashLoops, FalseResurrections, Evictions, StaleArrivals, Webhooks,
        StopsDropped, Incidents, Messages, MessagesHandled, HandOvers, DeafApps, SetAside, Events, Moves, RelayTries, RelayAnswers, CanaryLooks, Paces, InvariantsBroken, ReconnectLatency, RecoveryTime, TimerLateness, EngineLag, WebhookDuration, Breakers, Sessions,
    ];

    static TagInfo Tag(string name, params ImmutableArray<string> values) => new(name, values);

    static TagInfo BlameOf() => Tag("blame", [.. Blames.Names]);

    static TagInfo OutcomeOfRun() => Tag("outcome", "succeeded", "false", "not_needed", "evicted", "stopped", "dormant", "restarted", "held");

    static TagInfo TypeOfWebhook() =>
        Tag("type", "session_request", "resurrection_request", "handover_request", "stop_request", "app_unreachable", "app_recovered", "alive_unattached", "crash_loop", "deaf");

    static TagInfo OutcomeOfWebhook() => Tag(
        "outcome",
        [
            "http_2xx", "http_3xx", "http_401", "http_403", "http_404", "http_410", "http_429", "http_4xx", "http_502", "http_503", "http_504", "http_5xx",
            .. Enum.GetValues<WebhookFailure>().Select(failure => WebhookResult.FromFailure(failure).Detail),
        ]);
}

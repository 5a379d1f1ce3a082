using System.Collections.Immutable;
using static Lifecycle.AppState;

namespace Lifecycle;

/// <summary>One line of the transition table.</summary>
/// <param name="From">The states it applies in.</param>
/// <param name="Event">The event's type name.</param>
/// <param name="Guard">What must hold, in words; empty for always.</param>
/// <param name="To">The state after it; null when it stays the same.</param>
/// <param name="Kind">Applied, ignored or refused.</param>
/// <param name="Reason">The outcome's reason: joins the line to what <see cref="Rules.Decide"/> answers.</param>
/// <param name="Effects">What is done, in words.</param>
public sealed record TransitionRow(
    ImmutableArray<AppState> From, string Event, string Guard, AppState? To, OutcomeKind Kind, string Reason, string Effects);

/// <summary>
/// The transition table as a document. docs/transitions.md is generated from it, and tests hold the rules to it: whatever they
/// answer must stand here, and whatever stands here must be reachable.
/// </summary>
public static class TransitionTable
{
    static readonly AppState[] live = [Disconnected, Starting, Running, GracePeriod, Resurrecting, Backoff, Dormant];
    static readonly AppState[] waiting = [Starting, Disconnected, Backoff, Resurrecting];

    /// <summary>Every line, by event.</summary>
    public static ImmutableArray<TransitionRow> Rows { get; } =
    [
        Row([None, Disconnected, Stopped, Evicted], nameof(StartRequested), "app registered", Starting, Reasons.StartRequested, "epoch+1, new correlation id, start the run"),
        Ignore([Starting, Resurrecting, Backoff], nameof(StartRequested), "", Reasons.AlreadyStarting),
        Ignore([Running, GracePeriod], nameof(StartRequested), "", Reasons.AlreadyRunning),
        Refuse([Dormant], nameof(StartRequested), "", Reasons.UserAway, ""),
        Refuse([Stopping], nameof(StartRequested), "", Reasons.StopRequested, ""),
        Row([Evicted], nameof(ReviveRequested), "", Starting, Reasons.ReviveRequested, "as a start: counters reset"),
        Ignore(Except(Evicted), nameof(ReviveRequested), "", Reasons.NotEvicted),
        Row(live, nameof(StopRequested), "", Stopping, Reasons.StopRequested, "epoch+1, app told, connection closed, stop webhook, arm the stop timer"),
        Row([Evicted], nameof(StopRequested), "", Stopped, Reasons.StopRequested, "arm the retention timer"),
        Ignore([None, Stopped], nameof(StopRequested), "", Reasons.AlreadyStopped),
        Ignore([Stopping], nameof(StopRequested), "", Reasons.Duplicate),
        Same([.. live, Evicted], nameof(UserWentAway), "", Reasons.UserAway, "remember it"),
        Ignore([None, Stopped, Stopping], nameof(UserWentAway), "", Reasons.Nothing),
        Row([Dormant], nameof(UserCameBack), "", Disconnected, Reasons.UserBack, "as after the grace window: resurrect if the policy says so"),
        Same(Except(None, Dormant), nameof(UserCameBack), "", Reasons.UserBack, "forget it"),
        Ignore([None], nameof(UserCameBack), "", Reasons.Nothing),

        Row([Starting, Evicted], nameof(Connected), "", Running, Reasons.Connect, "Connect: epoch+1, new correlation id, ack; the run ends"),
        Row([None, Stopped], nameof(Connected), "the policy allows unsolicited attach", Running, Reasons.Connect, "Connect"),
        Refuse([None, Stopped, Stopping], nameof(Connected), "otherwise", Reasons.NotStarted, "close the connection as `not_started`"),
        Row([Running], nameof(Connected), "other connection, newer token or time", Running, Reasons.Takeover, "old connection closed as `superseded`, epoch+1, Reconnect"),
        Refuse([Running], nameof(Connected), "other connection, older", Reasons.Superseded, "close the new connection as `superseded`"),
        Ignore([Running], nameof(Connected), "the attachment again", Reasons.Duplicate),
        Same([Running], nameof(Connected), "the attachment was adopted without a name", Reasons.Adopted, "it has one now; ack"),
        Row([Running], nameof(Connected), "adopted without a name, `init.reconnect` false", Running, Reasons.Connect, "Connect: old subscriptions dropped"),
        Row([GracePeriod], nameof(Connected), "token good, or `init.reconnect` true or absent", Running, Reasons.Reconnect, "epoch+1, Reconnect: subscriptions and correlation id kept, ack, latency measured; the timer is void by epoch"),
        Row([GracePeriod], nameof(Connected), "`init.reconnect` false", Running, Reasons.Connect, "Connect: old subscriptions dropped"),
        Row([Disconnected, Backoff, Resurrecting, Dormant], nameof(Connected), "same instance within the retention window", Running, Reasons.LateReconnect, "epoch+1, Reconnect: kept state restored; the run ends; counted as false when a webhook was sent"),
        Row([Disconnected, Backoff, Resurrecting, Dormant], nameof(Connected), "otherwise", Running, Reasons.Connect, "Connect; the run ends"),
        Ignore(Except(None), nameof(Connected), "the connection is known to be closed", Reasons.StaleConnect),

        Row([Running], nameof(Disconnected), "connection is the attachment", GracePeriod, Reasons.SocketLost, "epoch+1, remember the deadline, arm the grace timer"),
        Row([Stopping], nameof(Disconnected), "connection is the attachment", Stopped, Reasons.AppClosed, "arm the retention timer"),
        Ignore(Except(), nameof(Disconnected), "connection is not the attachment", Reasons.StaleDisconnect),

        Row([Running], nameof(Initialized), "first word of a resumed attachment: it is fresh", Running, Reasons.DeclaredFresh, "Connect: old subscriptions dropped, new correlation id, ack"),
        Same([Running], nameof(Initialized), "the attachment, otherwise", Reasons.Duplicate, "ack again", OutcomeKind.Applied),
        .. AsConnected(),

        Same([Running], nameof(SubscriptionsReplaced), "from the attachment, names the version in force", Reasons.SubscriptionsChanged, "change groups, answer the new version"),
        Refuse([Running], nameof(SubscriptionsReplaced), "from the attachment, names another version", Reasons.VersionConflict, "answer the set in force"),
        Refuse(Except(), nameof(SubscriptionsReplaced), "not from the attachment", Reasons.NotAttached, "answer the set in force"),
        Same([Running], nameof(Released), "from the attachment", Reasons.AppReleased, "remember it"),
        Refuse(Except(), nameof(Released), "not from the attachment", Reasons.NotAttached, ""),

        Row([GracePeriod], nameof(TimerFired), "epoch matches, now >= deadline", Disconnected, Reasons.GraceExpired, "if the policy says so, start the resurrection run"),
        Row([GracePeriod], nameof(TimerFired), "the app released the session", Stopped, Reasons.AppReleased, "no resurrection; arm the retention timer"),
        Row([GracePeriod], nameof(TimerFired), "the user session is away", Dormant, Reasons.UserAway, "no webhook until the user is back"),
        Row([Stopping], nameof(TimerFired), "epoch matches, now >= deadline", Stopped, Reasons.StopTimeout, "arm the retention timer"),
        Row([Stopped], nameof(TimerFired), "epoch matches, now >= deadline", None, Reasons.RetentionOver, "the entity deletes itself"),
        Same([GracePeriod, Stopping, Stopped], nameof(TimerFired), "epoch matches, now < deadline", Reasons.TimerEarly, "arm it again"),
        Ignore(Except(), nameof(TimerFired), "other epoch or state", Reasons.StaleTimer),

        Same(waiting, nameof(AttemptDue), "due", Reasons.AttemptBegins, "order the last look at the SignalR service"),
        Ignore(waiting, nameof(AttemptDue), "before its time", Reasons.TimerEarly),
        Row(waiting, nameof(AttemptDue), "the user session is away", Dormant, Reasons.UserAway, "the run ends"),
        Row([Disconnected, Backoff, Starting], nameof(AttemptDue), "horizon over", Evicted, Reasons.HorizonOver, "dead letter; the run ends"),
        Row([Starting, Resurrecting], nameof(AttemptDue), "accepted, and not attached in time", Backoff, Reasons.NotAttachedInTime, "next attempt at a jittered time"),
        Ignore([Starting, Resurrecting], nameof(AttemptDue), "the webhook is in flight", Reasons.Duplicate),
        Ignore(Except(), nameof(AttemptDue), "not the current run", Reasons.StaleRun),
        Row(waiting, nameof(AttemptLooked), "a live connection was found", Running, Reasons.Adopted, "no webhook; ack to the user; the run ends"),
        Row([Disconnected, Backoff], nameof(AttemptLooked), "none found, resurrection", Resurrecting, Reasons.AttemptBegins, "order the webhook"),
        Row([Backoff], nameof(AttemptLooked), "none found, start", Starting, Reasons.AttemptBegins, "order the webhook"),
        Same([Starting], nameof(AttemptLooked), "none found", Reasons.AttemptBegins, "order the webhook"),
        Ignore(waiting, nameof(AttemptLooked), "nobody asked", Reasons.Duplicate),
        Ignore(Except(), nameof(AttemptLooked), "not the current run", Reasons.StaleRun),
        Same([Starting, Resurrecting], nameof(AttemptSent), "2xx", Reasons.WebhookAccepted, "wait for the attach until the connect timeout"),
        Row([Starting, Resurrecting], nameof(AttemptSent), "coming back, or perhaps gone for the first time", Backoff, Reasons.AttemptFailed, "next attempt at a jittered time, Retry-After honoured"),
        Row([Starting, Resurrecting], nameof(AttemptSent), "410, or perhaps gone twice in a row", Evicted, Reasons.AppGone, "dead letter; the run ends"),
        Row([Starting, Resurrecting], nameof(AttemptSent), "other 4xx", Evicted, Reasons.WebhookRejected, "dead letter; the run ends"),
        Ignore(waiting, nameof(AttemptSent), "not the attempt in flight", Reasons.Duplicate),
        Ignore(Except(), nameof(AttemptSent), "not the current run", Reasons.StaleRun),
    ];

    /// <summary>Whether the table has a line for what was answered.</summary>
    public static bool Allows(AppState from, SessionEvent @event, Decision decision) =>
        Rows.Any(row => Matches(row, from, @event, decision));

    /// <summary>Whether this line is the one that was applied.</summary>
    public static bool Matches(TransitionRow row, AppState from, SessionEvent @event, Decision decision) =>
        row.Event == @event.GetType().Name
        && row.From.Contains(from)
        && (row.To ?? from) == decision.Session.State
        && row.Kind == decision.Outcome.Kind
        && row.Reason == decision.Outcome.Reason;

    // init from a connection that is not the attachment proves a connection whose event was lost: it counts as one.
    static IEnumerable<TransitionRow> AsConnected()
    {
        const string Event = nameof(Initialized);
        yield return Row([Starting, Evicted, Running, GracePeriod, Disconnected, Backoff, Resurrecting, Dormant], Event, "unknown connection: as connected, fresh", Running, Reasons.Connect, "Connect");
        yield return Row([None, Stopped], Event, "unknown connection, the policy allows unsolicited attach", Running, Reasons.Connect, "Connect");
        yield return Refuse([None, Stopped, Stopping], Event, "unknown connection", Reasons.NotStarted, "close the connection as `not_started`");
        yield return Row([Running], Event, "unknown connection", Running, Reasons.Takeover, "as connected");
        yield return Same([Running], Event, "the attachment was adopted without a name", Reasons.Adopted, "it has one now; ack");
        yield return Row([GracePeriod], Event, "unknown connection", Running, Reasons.Reconnect, "as connected");
        yield return Row([Disconnected, Backoff, Resurrecting, Dormant], Event, "unknown connection of the same instance", Running, Reasons.LateReconnect, "as connected");
        yield return Ignore(Except(None), Event, "the connection is known to be closed", Reasons.StaleConnect);
    }

    static TransitionRow Row(AppState[] from, string @event, string guard, AppState to, string reason, string effects) =>
        new([.. from], @event, guard, to, OutcomeKind.Applied, reason, effects);

    static TransitionRow Same(
        AppState[] from, string @event, string guard, string reason, string effects, OutcomeKind kind = OutcomeKind.Applied) =>
        new([.. from], @event, guard, null, kind, reason, effects);

    static TransitionRow Ignore(AppState[] from, string @event, string guard, string reason) =>
        new([.. from], @event, guard, null, OutcomeKind.Ignored, reason, "");

    static TransitionRow Refuse(AppState[] from, string @event, string guard, string reason, string effects) =>
        new([.. from], @event, guard, null, OutcomeKind.Refused, reason, effects);

    static AppState[] Except(params AppState[] states) => [.. AppStates.All.Except(states)];
}

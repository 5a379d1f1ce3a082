using System.Collections.Immutable;
using S = Lifecycle.AppState;

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
public static partial class TransitionTable
{
    static readonly AppState[] live = [S.Disconnected, S.Starting, S.Running, S.GracePeriod, S.Resurrecting, S.Backoff, S.Dormant];
    static readonly AppState[] waiting = [S.Starting, S.Disconnected, S.Backoff, S.Resurrecting];

    /// <summary>Every line, by event.</summary>
    public static ImmutableArray<TransitionRow> Rows { get; } =
    [
        Row([S.None, S.Disconnected, S.Stopped, S.Evicted], nameof(StartRequested), "app registered", S.Starting, Reasons.StartRequested, "epoch+1, new correlation id, start the run; when one waited, the app may be probed"),
        Row([S.GracePeriod], nameof(StartRequested), "the app released the session", S.Starting, Reasons.StartRequested, "as above"),
        Same([S.Running], nameof(StartRequested), "the app released the session", Reasons.StartRemembered, "it starts when the socket is closed"),
        Same([S.Stopping], nameof(StartRequested), "", Reasons.StartRemembered, "it starts when it is stopped"),
        Same([S.GracePeriod], nameof(StartRequested), "", Reasons.StartRemembered, "it starts when the app does not come back and is not to be resurrected"),
        Same([S.Dormant], nameof(StartRequested), "", Reasons.StartRemembered, "it starts when the user is back"),
        Same([S.Starting, S.Resurrecting, S.Backoff], nameof(StartRequested), "its run is at work, and it is a resurrection, or now in the foreground", Reasons.StartRemembered, "it starts when the resurrection is called off"),
        Ignore([S.Starting, S.Running, S.GracePeriod, S.Resurrecting, S.Backoff, S.Dormant, S.Stopping], nameof(StartRequested), "its run is at work, or the start is remembered already", Reasons.AlreadyStarting),
        Same([S.Starting, S.Resurrecting, S.Backoff], nameof(StartRequested), "its run waits", Reasons.Woken, "the app may be probed; ask its gate now"),
        Ignore([S.Running], nameof(StartRequested), "", Reasons.AlreadyRunning),
        Row([S.Evicted], nameof(ReviveRequested), "", S.Starting, Reasons.ReviveRequested, "as a start: counters reset"),
        Same(waiting, nameof(ReviveRequested), "its run waits", Reasons.Woken, "the app may be probed; ask its gate now"),
        Ignore(Except(S.Evicted), nameof(ReviveRequested), "otherwise", Reasons.NotEvicted),
        Row([S.Running], nameof(StopRequested), "", S.Stopping, Reasons.StopRequested, "epoch+1, app told, connection closed, stop webhook, arm the stop timer"),
        Row([.. live.Except([S.Running])], nameof(StopRequested), "", S.Stopped, Reasons.StopRequested, "epoch+1, stop webhook, arm the retention timer"),
        Same([S.Stopping], nameof(StopRequested), "a start was remembered", Reasons.StopRequested, "forget it"),
        Row([S.Evicted], nameof(StopRequested), "", S.Stopped, Reasons.StopRequested, "arm the retention timer"),
        Ignore([S.None, S.Stopped], nameof(StopRequested), "", Reasons.AlreadyStopped),
        Ignore([S.Stopping], nameof(StopRequested), "otherwise", Reasons.Duplicate),
        Same([.. live, S.Evicted], nameof(UserWentAway), "", Reasons.UserAway, "remember it"),
        Same([S.Stopping], nameof(UserWentAway), "a start was remembered", Reasons.UserAway, "remember it"),
        Ignore([S.None, S.Stopped, S.Stopping], nameof(UserWentAway), "otherwise", Reasons.Nothing),
        Row([S.Dormant], nameof(UserCameBack), "a start was remembered, and no state is kept or the policy wants no resurrection", S.Starting, Reasons.UserBack, "as a start"),
        Row([S.Dormant], nameof(UserCameBack), "", S.Disconnected, Reasons.UserBack, "epoch+1; as after the grace window: resurrect if the policy says so"),
        Same(Except(S.None, S.Dormant), nameof(UserCameBack), "", Reasons.UserBack, "forget it"),
        Ignore([S.None], nameof(UserCameBack), "", Reasons.Nothing),

        Refuse([S.Starting, S.Evicted, S.Running, S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], nameof(Connected), "its reconnect token was used already, or is of an earlier attach", Reasons.StaleToken, "close the connection as `stale_token`"),
        Refuse([S.Starting, S.Evicted, S.Running, S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], nameof(Connected), "no token, and a connection that was negotiated later has attached before", Reasons.StaleConnect, "close the connection as `stale_connect`"),
        Row([S.Starting, S.Evicted], nameof(Connected), "", S.Running, Reasons.Connect, "Connect: epoch+1, new correlation id, ack; the run ends"),
        Row([S.None, S.Stopped], nameof(Connected), "the policy allows unsolicited attach", S.Running, Reasons.Connect, "Connect"),
        Refuse([S.None, S.Stopped, S.Stopping], nameof(Connected), "otherwise", Reasons.NotStarted, "close the connection as `not_started`"),
        Row([S.Running], nameof(Connected), "other connection, newer token or time", S.Running, Reasons.Takeover, "old connection closed as `superseded`, epoch+1, Reconnect"),
        Refuse([S.Running, S.GracePeriod], nameof(Connected), "other connection, older; or of a process that was replaced, without a good token", Reasons.Superseded, "close the new connection as `superseded`"),
        Ignore([S.Running], nameof(Connected), "the attachment again", Reasons.Duplicate),
        Same([S.Running], nameof(Connected), "the attachment was adopted without a name", Reasons.Adopted, "it has one now; ack"),
        Row([S.Running], nameof(Connected), "adopted without a name, `init.reconnect` false", S.Running, Reasons.Connect, "Connect: old subscriptions dropped"),
        Row([S.GracePeriod], nameof(Connected), "token good, or `init.reconnect` true or absent", S.Running, Reasons.Reconnect, "epoch+1, Reconnect: subscriptions and correlation id kept, ack, latency measured; the timer is void by epoch"),
        Row([S.GracePeriod], nameof(Connected), "`init.reconnect` false", S.Running, Reasons.Connect, "Connect: old subscriptions dropped"),
        Row([S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], nameof(Connected), "same instance within the retention window", S.Running, Reasons.LateReconnect, "epoch+1, Reconnect: kept state restored; the run ends; counted as false when a webhook was sent"),
        Row([S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], nameof(Connected), "otherwise", S.Running, Reasons.Connect, "Connect; the run ends"),
        Ignore(Except(S.None), nameof(Connected), "the connection is known to be closed", Reasons.StaleConnect),

        Row([S.Running], nameof(Disconnected), "connection is the attachment", S.GracePeriod, Reasons.SocketLost, "epoch+1, remember the deadline, arm the grace timer"),
        Row([S.Stopping], nameof(Disconnected), "connection is the attachment", S.Stopped, Reasons.AppClosed, "arm the retention timer"),
        Row([S.Running, S.Stopping], nameof(Disconnected), "connection is the attachment, and a start was remembered", S.Starting, Reasons.StartRequested, "as a start"),
        Ignore(Except(), nameof(Disconnected), "connection is not the attachment", Reasons.StaleDisconnect),

        Row([S.Running], nameof(Initialized), "first word of a resumed attachment: it is fresh", S.Running, Reasons.DeclaredFresh, "Connect: old subscriptions dropped, new correlation id, ack"),
        Same([S.Running], nameof(Initialized), "the attachment, otherwise", Reasons.Duplicate, "ack again", OutcomeKind.Applied),
        .. AsConnected(),

        Same([S.Running], nameof(SubscriptionsReplaced), "from the attachment, names the version in force", Reasons.SubscriptionsChanged, "change groups, answer the new version"),
        Refuse([S.Running], nameof(SubscriptionsReplaced), "from the attachment, names another version", Reasons.VersionConflict, "answer the set in force"),
        .. HandOver(),
        .. Done(),
        .. AsProven(nameof(SubscriptionsReplaced)),
        .. AsProven(nameof(Released)),
        Refuse(Except(), nameof(SubscriptionsReplaced), "not from the attachment", Reasons.NotAttached, "answer the set in force"),
        Same([S.Running], nameof(Released), "from the attachment", Reasons.AppReleased, "remember it"),
        Refuse(Except(), nameof(Released), "not from the attachment", Reasons.NotAttached, ""),

        Same([S.Running], nameof(MessagePosted), "the service knows the connection", Reasons.MessageSent, "number it, send it"),
        Same([S.Running], nameof(MessagePosted), "no name yet, or older messages wait", Reasons.MessageBuffered, "number it, keep it"),
        Row([S.Running], nameof(MessagePosted), "the service does not know the connection", S.GracePeriod, Reasons.ConnectionMissing, "as disconnected; keep the message"),
        Row([S.Running], nameof(MessagePosted), "the service does not know the connection, and a start was remembered", S.Starting, Reasons.StartRequested, "as a start; the message is refused"),
        Same([S.GracePeriod, S.Disconnected, S.Resurrecting, S.Backoff, S.Dormant], nameof(MessagePosted), "state is kept, there is room", Reasons.MessageBuffered, "number it, keep it"),
        Refuse([S.Running, S.GracePeriod, S.Disconnected, S.Resurrecting, S.Backoff, S.Dormant], nameof(MessagePosted), "there is no room", Reasons.BufferFull, "count it as missed"),
        Refuse(Except(S.Running, S.GracePeriod), nameof(MessagePosted), "no state is kept", Reasons.NotAttached, ""),
        Ignore(Except(S.None), nameof(MessagePosted), "posted before", Reasons.Duplicate),
        Same([S.Running], nameof(MessageUndelivered), "to the attachment", Reasons.ServiceFailed, "it waits to be sent; arm the mend timer"),
        Same([S.Running], nameof(MessageUndelivered), "to the attachment, and refused for what it is: the third time, or it is not kept", Reasons.Undeliverable, "count it as missed, tell the world, send the next"),
        Same([S.Running], nameof(MessageUndelivered), "to the attachment, and there was no room to keep it", Reasons.BufferFull, "count it as missed, tell the world, send the next"),
        Ignore(Except(), nameof(MessageUndelivered), "to another connection, or to one whose predecessor is awaited, or no longer awaited", Reasons.StaleLook),
        Same([S.Running], nameof(GroupsUnrestored), "of the set in force", Reasons.ServiceFailed, "arm the mend timer"),
        Same([S.Running], nameof(GroupsUnrestored), "of the set in force, refused for what they are, mended three times", Reasons.Undeliverable, "tell operators; they count as joined until the next connection or renewal"),
        Same(Except(S.None, S.Running), nameof(GroupsUnrestored), "of the set in force", Reasons.ServiceFailed, "if some could not be left, arm the chores timer; what is to be joined the next attach joins"),
        Same(Except(S.None, S.Running), nameof(GroupsUnrestored), "of the set in force, tried 60 times, or three times when refused for what they are", Reasons.Undeliverable, "tell operators; the next attach leaves them"),
        Ignore(Except(), nameof(GroupsUnrestored), "otherwise", Reasons.StaleLook),
        Same(Except(S.None), nameof(ConnectionUnclosed), "", Reasons.ServiceFailed, "remember it; arm the chores timer"),
        Same(Except(S.None), nameof(ConnectionUnclosed), "tried 60 times, or three times when refused for what it is", Reasons.Undeliverable, "tell operators"),
        Ignore([S.None], nameof(ConnectionUnclosed), "", Reasons.Nothing),
        Same([S.Running], nameof(GroupsDue), "memberships are old, or not all known to be there; or the place on the roll is", Reasons.GroupsRenewed, "join the next 250 of them again; at the end all count as new; put the user on its roll"),
        Ignore(Except(), nameof(GroupsDue), "otherwise", Reasons.Nothing),
        Same([S.Running], nameof(OffRoll), "put on its roll 10 min ago or more", Reasons.GroupsRenewed, "put it there again"),
        Same(Except(S.None), nameof(OffRoll), "put there, and not known to be off it", Reasons.ServiceFailed, "a sweep has it put there again"),
        Ignore(Except(), nameof(OffRoll), "otherwise", Reasons.Nothing),
        Row([S.Running], nameof(ConnectionMissing), "epoch matches", S.GracePeriod, Reasons.ConnectionMissing, "as disconnected"),
        Row([S.Running], nameof(ConnectionMissing), "epoch matches, and a start was remembered", S.Starting, Reasons.StartRequested, "as a start"),
        Ignore(Except(), nameof(ConnectionMissing), "other epoch or state", Reasons.StaleLook),
        Row([S.Starting, S.GracePeriod, S.Disconnected, S.Resurrecting, S.Backoff, S.Dormant, S.Evicted], nameof(ConnectionFound), "epoch matches, 10 s in this state", S.Running, Reasons.Adopted, "no webhook; ack to the user; a run ends"),
        Ignore(Except(), nameof(ConnectionFound), "otherwise", Reasons.StaleLook),

        Same(waiting, nameof(RunMissing), "the current run, 15 min past its next step, or 5 min when that is to ask the app's gate", Reasons.RunMissing, "start its orchestration again, or ask the gate; the run goes on"),
        Ignore(Except(), nameof(RunMissing), "otherwise", Reasons.StaleRun),

        Same([S.Running], nameof(TimerFired), "mend timer of this epoch", Reasons.Mended, "join groups again, leave those that could not be left, send what waits"),
        Same(Except(S.None), nameof(TimerFired), "chores timer, due, of any epoch", Reasons.Mended, "close connections that could not be closed; while no app is attached, leave groups that could not be left"),
        Row([S.GracePeriod], nameof(TimerFired), "epoch matches, now >= deadline", S.Disconnected, Reasons.GraceExpired, "if the policy says so, start the resurrection run"),
        Row([S.GracePeriod], nameof(TimerFired), "the app was lost soon after it had attached, twice in a row or more", S.Backoff, Reasons.CrashLoop, "the run waits for 10 s, doubling to 5 min, and stretched; the gate is told"),
        Same([S.Running], nameof(TimerFired), "stable timer of this epoch, due", Reasons.Stable, "the crash-loop count starts anew; the gate is told"),
        Same([S.Running], nameof(TimerFired), "stable or deaf timer of this epoch, before it is due", Reasons.TimerEarly, "arm it again"),
        Row([S.GracePeriod], nameof(TimerFired), "the app released the session", S.Stopped, Reasons.AppReleased, "no resurrection; arm the retention timer"),
        Row([S.GracePeriod], nameof(TimerFired), "the user session is away", S.Dormant, Reasons.UserAway, "no webhook until the user is back"),
        Same([S.GracePeriod], nameof(TimerFired), "due, and no client can open a socket at the SignalR service", Reasons.ServiceAway, "arm it again: in a grace window, and later the longer it lasts"),
        Same([S.GracePeriod], nameof(TimerFired), "due, and clients can open sockets again for less than a grace window", Reasons.ServiceBack, "arm it again, for a whole grace window from then"),
        Same([S.GracePeriod], nameof(TimerFired), "later than the late limit: this system was away", Reasons.PlatformAway, "arm it again, for a whole grace window"),
        Same([S.GracePeriod], nameof(TimerFired), "due, and a sign of life came less than a grace window ago", Reasons.SignOfLife, "arm it again, for a whole grace window from the sign"),
        Same([S.GracePeriod], nameof(TimerFired), "due, and the process that was attached last asked to come back to one of its sessions less than a grace window ago; within ten of them since the loss", Reasons.ProcessSeen, "arm it again, for a whole grace window from then"),
        Row([S.Stopping], nameof(TimerFired), "epoch matches, now >= deadline", S.Stopped, Reasons.StopTimeout, "arm the retention timer"),
        Row([S.GracePeriod, S.Stopping], nameof(TimerFired), "a start was remembered, and the app is not to be resurrected", S.Starting, Reasons.StartRequested, "as a start"),
        Row([S.Stopped], nameof(TimerFired), "epoch matches, now >= deadline", S.None, Reasons.RetentionOver, "the entity deletes itself"),
        Same([S.Stopped], nameof(TimerFired), "epoch matches, now >= deadline, chores are left to do", Reasons.ChoresLeft, "arm it again, in a minute"),
        Same([S.GracePeriod, S.Stopping, S.Stopped], nameof(TimerFired), "epoch matches, or a grace window counts on it; now < deadline", Reasons.TimerEarly, "arm it again"),
        Ignore(Except(), nameof(TimerFired), "other epoch or state, or armed for an earlier deadline", Reasons.StaleTimer),

        Row([S.None, S.GracePeriod, S.Dormant, S.Evicted], nameof(CarriedOver), "not here, or an older copy whose app has not attached here; at the old place it is neither dormant nor evicted", S.GracePeriod, Reasons.CarriedOver, "epoch+10000 over that of the old place; arm the grace timer for the end of the move"),
        Row([S.None, S.GracePeriod, S.Dormant, S.Evicted], nameof(CarriedOver), "the same, and dormant at the old place", S.Dormant, Reasons.CarriedOver, "epoch+10000 over that of the old place"),
        Row([S.None, S.GracePeriod, S.Dormant, S.Evicted], nameof(CarriedOver), "the same, and evicted at the old place", S.Evicted, Reasons.CarriedOver, "epoch+10000 over that of the old place"),
        Ignore([S.Running, S.Stopping], nameof(CarriedOver), "its app is attached here", Reasons.AttachedHere),
        Ignore(Except(S.None), nameof(CarriedOver), "otherwise", Reasons.AlreadyHere),
        Same([S.GracePeriod], nameof(TimerFired), "grace, epoch matches, carried over and not attached here since", Reasons.MoveOver, "a whole grace window from now"),
        Refuse([S.GracePeriod, S.Dormant, S.Evicted], nameof(MessagePosted), "carried over and not attached here since, and the move is not over", Reasons.NotHereYet, ""),

        Same([S.GracePeriod], nameof(SignOfLife), "of the process that was attached last, within the alive limit", Reasons.SignOfLife, "the grace window runs from here"),
        Row([S.Disconnected, S.Backoff, S.Resurrecting], nameof(SignOfLife), "of the process that was attached last, within the alive limit; no webhook is on its way", S.GracePeriod, Reasons.SignOfLife, "the run ends; a whole grace window; counted as false when a webhook was sent"),
        Same([S.Resurrecting], nameof(SignOfLife), "the same, and a webhook is on its way or was accepted", Reasons.SignOfLife, "the app is awaited for a grace window from here at least"),
        Ignore([S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting], nameof(SignOfLife), "of the process that was attached last, beyond the alive limit", Reasons.AliveUnattached),
        Ignore([S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting], nameof(SignOfLife), "of another process", Reasons.StaleSign),
        Ignore(Except(), nameof(SignOfLife), "otherwise", Reasons.Nothing),
        Same([S.GracePeriod], nameof(ServiceBack), "held back because the service was away, epoch matches", Reasons.ServiceBack, "arm the grace timer anew, for a whole grace window from then"),
        Ignore(Except(), nameof(ServiceBack), "otherwise", Reasons.StaleLook),

        Same(waiting, nameof(AttemptDue), "due", Reasons.AttemptDue, "ask the app's gate"),
        Ignore(waiting, nameof(AttemptDue), "before its time", Reasons.TimerEarly),
        Row(waiting, nameof(AttemptDue), "the user session is away", S.Dormant, Reasons.UserAway, "the place in line is given up; the run ends"),
        Same([S.Starting, S.Resurrecting], nameof(AttemptDue), "accepted, not attached in time, and no client can open a socket at the SignalR service", Reasons.ServiceAway, "the app is awaited on; no horizon passes"),
        Same([S.Starting, S.Resurrecting], nameof(AttemptDue), "the same, and clients can open sockets again", Reasons.ServiceBack, "the app is awaited for a whole connect timeout from now"),
        Same([S.Resurrecting], nameof(AttemptDue), "accepted, not attached in time, and asked later than the late limit: this system was away", Reasons.PlatformAway, "the app is awaited for a grace window more"),
        Row([S.Starting, S.Resurrecting], nameof(AttemptDue), "accepted, and not attached in time", S.Backoff, Reasons.NotAttachedInTime, "next attempt at a jittered time"),
        Row([S.Starting, S.Resurrecting], nameof(AttemptDue), "accepted, not attached in time, horizon over", S.Evicted, Reasons.HorizonOver, "dead letter; the app is told; the run ends"),
        Ignore(waiting, nameof(AttemptDue), "the gate is being asked, or the webhook is in flight", Reasons.Duplicate),
        Ignore(Except(), nameof(AttemptDue), "not the current run, or not its current orchestration", Reasons.RunOver),
        Same(waiting, nameof(CalledUp), "waits for the app, and not for its turn in a line that moves; or the gate's answer is on its way", Reasons.CalledUp, "ask the app's gate now; or again, when it says to wait"),
        Ignore(waiting, nameof(CalledUp), "otherwise", Reasons.Duplicate),
        Ignore(Except(), nameof(CalledUp), "not the current run", Reasons.RunOver),
        Row([S.Disconnected, S.Backoff], nameof(AttemptAdmitted), "go, resurrection", S.Resurrecting, Reasons.AttemptBegins, "order the last look and the webhook"),
        Row([S.Backoff], nameof(AttemptAdmitted), "go, start", S.Starting, Reasons.AttemptBegins, "order the last look and the webhook"),
        Same([S.Starting, S.Resurrecting], nameof(AttemptAdmitted), "go", Reasons.AttemptBegins, "order the last look and the webhook"),
        Same(waiting, nameof(AttemptAdmitted), "go, and the slot was missed by more than 2.5 s for the first time; or to wait, and it was called up meanwhile", Reasons.AttemptDue, "ask the app's gate anew"),
        Row([S.Disconnected, S.Backoff, S.Resurrecting], nameof(AttemptAdmitted), "go, resurrection, and later than the late limit: this system was away", S.GracePeriod, Reasons.PlatformAway, "the admission is given back; the run ends; a whole grace window"),
        Same(waiting, nameof(AttemptAdmitted), "breaker open, or others go first", Reasons.AppAwaited, "no webhook of its own: wait to be called up, ask again"),
        Row(waiting, nameof(AttemptAdmitted), "no slot, horizon over, and the line does not move", S.Evicted, Reasons.HorizonOver, "dead letter; the app is told; the run ends"),
        Row(waiting, nameof(AttemptAdmitted), "a start, and the app is away for longer than the horizon", S.Evicted, Reasons.AppUnreachable, "dead letter; the app is told; the run ends"),
        Row(waiting, nameof(AttemptAdmitted), "the app's webhooks, whosever, confirm since the run began that it is gone", S.Evicted, Reasons.AppGone, "dead letter; the app is told; the run ends"),
        Row(waiting, nameof(AttemptAdmitted), "the app is no longer registered", S.Evicted, Reasons.AppNotRegistered, "dead letter; the run ends"),
        Row(waiting, nameof(AttemptAdmitted), "the user session is away", S.Dormant, Reasons.UserAway, "the admission is given back; the run ends"),
        Row([S.Disconnected, S.Resurrecting, S.Backoff], nameof(AttemptAdmitted), "a resurrection, and the policy wants none any more", S.Disconnected, Reasons.ResurrectionOff, "the admission is given back; the run ends"),
        Row([S.Disconnected, S.Resurrecting, S.Backoff], nameof(AttemptAdmitted), "the same, and a start was remembered", S.Starting, Reasons.StartRequested, "as a start"),
        Ignore(waiting, nameof(AttemptAdmitted), "a question that came twice got another place in line; that one is given back", Reasons.SecondPlace),
        Ignore(waiting, nameof(AttemptAdmitted), "nobody asked", Reasons.Duplicate),
        Ignore(Except(), nameof(AttemptAdmitted), "not the current run, or not its current orchestration; the admission is given back", Reasons.RunOver),
        Same(waiting, nameof(AttemptStalled), "the gate could not be asked", Reasons.StepFailed, "ask again in 5 s"),
        Row([S.Starting, S.Resurrecting], nameof(AttemptStalled), "the webhook could not be sent", S.Backoff, Reasons.AttemptFailed, "as a network failure"),
        Row(waiting, nameof(AttemptStalled), "horizon over", S.Evicted, Reasons.HorizonOver, "dead letter; the app is told; the run ends"),
        Ignore(waiting, nameof(AttemptStalled), "not the step in progress", Reasons.Duplicate),
        Ignore(Except(), nameof(AttemptStalled), "not the current run, or not its current orchestration", Reasons.RunOver),
        Row([S.Starting, S.Resurrecting], nameof(AttemptFound), "", S.Running, Reasons.Adopted, "no webhook went out; ack to the user; the run ends"),
        Ignore(waiting, nameof(AttemptFound), "not the attempt in flight", Reasons.Duplicate),
        Ignore(Except(), nameof(AttemptFound), "not the current run; the gate is told that no webhook went out", Reasons.RunOver),
        Same([S.Starting, S.Resurrecting], nameof(AttemptUnlooked), "for the first or second time in a row", Reasons.StepFailed, "look and send again in 5 s"),
        Same([S.Starting, S.Resurrecting], nameof(AttemptUnlooked), "for the third time in a row", Reasons.NotLooked, "order the webhook without a look"),
        Same([S.Starting, S.Resurrecting], nameof(AttemptUnlooked), "the durable engine is too far behind for any app to attach", Reasons.EngineBusy, "look and send again in 30 s and later, horizon or not"),
        Row([S.Resurrecting], nameof(AttemptUnlooked), "no client can open a socket at the SignalR service, within the alive limit", S.GracePeriod, Reasons.ServiceAway, "the gate is told; the run ends; a grace window, and more the longer it lasts"),
        Row([S.Resurrecting], nameof(AttemptUnlooked), "clients can open sockets again for less than a grace window", S.GracePeriod, Reasons.ServiceBack, "the gate is told; the run ends; the rest of that grace window"),
        Row([S.Resurrecting], nameof(AttemptUnlooked), "the order was carried out later than the late limit: this system was away", S.GracePeriod, Reasons.PlatformAway, "the gate is told; the run ends; a whole grace window"),
        Same([S.Starting], nameof(AttemptUnlooked), "a start, and no client can open a socket", Reasons.ServiceAway, "the gate is told; ask it again in 5 s and later; no horizon passes"),
        Row([S.Starting, S.Resurrecting], nameof(AttemptUnlooked), "horizon over", S.Evicted, Reasons.HorizonOver, "dead letter; the app is told; the run ends"),
        Row([S.Starting, S.Resurrecting], nameof(AttemptUnlooked), "the user session is away", S.Dormant, Reasons.UserAway, "the gate is told that no webhook went out; the run ends"),
        Ignore(waiting, nameof(AttemptUnlooked), "not the attempt in flight", Reasons.Duplicate),
        Ignore(Except(), nameof(AttemptUnlooked), "not the current run; the gate is told that no webhook went out", Reasons.RunOver),
        Same([S.Starting, S.Resurrecting], nameof(AttemptSent), "2xx", Reasons.WebhookAccepted, "wait for the attach until the connect timeout"),
        Row([S.Resurrecting], nameof(AttemptSent), "2xx that names the process that was attached last as the holder", S.GracePeriod, Reasons.HeldByApp, "the run ends; a whole grace window; counted as false"),
        Row([S.Starting, S.Resurrecting], nameof(AttemptSent), "coming back or redirected, or perhaps gone and not confirmed", S.Backoff, Reasons.AttemptFailed, "next attempt at a jittered time, Retry-After honoured"),
        Row([S.Starting, S.Resurrecting], nameof(AttemptSent), "410, or perhaps gone for the third time at least, 150 s after the first, and nothing else between", S.Evicted, Reasons.AppGone, "dead letter; the run ends"),
        Row([S.Starting, S.Resurrecting], nameof(AttemptSent), "other 4xx", S.Evicted, Reasons.WebhookRejected, "dead letter; the run ends"),
        Row([S.Starting, S.Resurrecting], nameof(AttemptSent), "failed, horizon over", S.Evicted, Reasons.HorizonOver, "dead letter; the app is told; the run ends"),
        Ignore(waiting, nameof(AttemptSent), "not the attempt in flight", Reasons.Duplicate),
        Ignore(Except(), nameof(AttemptSent), "not the current run; the gate is told the outcome, unless it was told", Reasons.RunOver),
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
        yield return Row([S.Starting, S.Evicted, S.Running, S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], Event, "unknown connection: as connected, fresh", S.Running, Reasons.Connect, "Connect");
        yield return Row([S.None, S.Stopped], Event, "unknown connection, the policy allows unsolicited attach", S.Running, Reasons.Connect, "Connect");
        yield return Refuse([S.None, S.Stopped, S.Stopping], Event, "unknown connection", Reasons.NotStarted, "close the connection as `not_started`");
        yield return Row([S.Running], Event, "unknown connection", S.Running, Reasons.Takeover, "as connected");
        yield return Same([S.Running], Event, "the attachment was adopted without a name", Reasons.Adopted, "it has one now; ack");
        yield return Row([S.GracePeriod], Event, "unknown connection", S.Running, Reasons.Reconnect, "as connected");
        yield return Row([S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], Event, "unknown connection of the same instance", S.Running, Reasons.LateReconnect, "as connected");
        yield return Refuse([S.Running, S.GracePeriod], Event, "unknown connection, older; or of a process that was replaced", Reasons.Superseded, "close the connection as `superseded`");
        yield return Refuse([S.Starting, S.Evicted, S.Running, S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], Event, "unknown connection, negotiated with a token that is not good any more", Reasons.StaleToken, "close the connection as `stale_token`");
        yield return Refuse([S.Starting, S.Evicted, S.Running, S.GracePeriod, S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], Event, "unknown connection, negotiated before one that has attached", Reasons.StaleConnect, "close the connection as `stale_connect`");
        yield return Ignore(Except(S.None), Event, "the connection is known to be closed", Reasons.StaleConnect);
    }

    // What the app says over a connection that the service did not know.
    static IEnumerable<TransitionRow> AsProven(string @event)
    {
        yield return Row([S.GracePeriod], @event, "over the connection that was missing", S.Running, Reasons.Reconnect, "as init: Reconnect; and then as from the attachment");
        yield return Row([S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], @event, "over the connection that was missing, state is kept", S.Running, Reasons.LateReconnect, "as init: Reconnect; and then as from the attachment");
        yield return Row([S.Disconnected, S.Backoff, S.Resurrecting, S.Dormant], @event, "over the connection that was missing", S.Running, Reasons.Connect, "as init: Connect; and then as from the attachment");
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

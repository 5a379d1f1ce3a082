namespace Lifecycle;

/// <summary>
/// The heart of the system: one total function from (state, event, now, policy) to (state, effects). It is pure: no clock, no
/// randomness, no I/O. Entities execute what it decides; docs/transitions.md is generated from <see cref="TransitionTable"/>.
/// </summary>
public static partial class Rules
{
    /// <summary>Decides on one event.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="session">Its state; <see cref="AppSession.None"/> when there is none.</param>
    /// <param name="event">What happened.</param>
    /// <param name="now">The time at which it is handled, UTC.</param>
    /// <param name="policy">The app's policy, valid.</param>
    /// <exception cref="InvalidOperationException">The stored state is malformed or of a newer version.</exception>
    public static Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy)
    {
        if (session.Schema is < 1 or > AppSession.CurrentSchema)
        {
            throw new InvalidOperationException(
                $"The stored state of {id} has schema {session.Schema}; this version reads 1 to {AppSession.CurrentSchema}. " +
                "It is malformed, or a newer version wrote it.");
        }

        var turn = new Turn(id, Heard(Heard(InTime(session, now, policy), @event), ProcessOf(@event)), now, policy, @event.Trace);
        return DecideOn(turn, Carried(session, @event)).Arrived().DatedFrom(session, now);
    }

    static Decision DecideOn(Turn turn, SessionEvent @event) =>
        @event switch
        {
            StartRequested start => OnStartRequested(turn, start).AskedAt(start.AskedAt),
            ReviveRequested => OnReviveRequested(turn),
            StopRequested stop => OnStopRequested(turn, stop),
            UserWentAway => OnUserWentAway(turn),
            UserCameBack => OnUserCameBack(turn),
            Connected connected => OnConnected(turn, connected),
            Disconnected disconnected => OnDisconnected(turn, disconnected),
            Initialized initialized => OnInitialized(turn, initialized),
            SubscriptionsReplaced replaced => OnSubscriptionsReplaced(turn, replaced),
            Released released => OnReleased(turn, released),
            HandOverAsked asked => OnHandOverAsked(turn, asked),
            MessagesDone done => OnMessagesDone(turn, done),
            CarriedOver carried => OnCarriedOver(turn, carried),
            MessagePosted when IsElsewhere(turn.Before, turn.Now) => RefuseElsewhere(turn),
            MessagePosted posted => OnMessagePosted(turn, posted),
            MessageUndelivered undelivered => OnMessageUndelivered(turn, undelivered),
            GroupsUnrestored unrestored => OnGroupsUnrestored(turn, unrestored),
            ConnectionUnclosed unclosed => OnConnectionUnclosed(turn, unclosed),
            GroupsDue => OnGroupsDue(turn),
            OffRoll off => OnOffRoll(turn, off),
            SignOfLife sign => OnSignOfLife(turn, sign),
            ServiceBack back => OnServiceBack(turn, back),
            ConnectionMissing missing => OnConnectionMissing(turn, missing),
            ConnectionFound found => OnConnectionFound(turn, found),
            RunMissing missing => OnRunMissing(turn, missing),
            TimerFired { Kind: TimerKind.Mend } timer => OnMend(turn, timer),
            TimerFired { Kind: TimerKind.Chores } => OnChores(turn),
            TimerFired { Kind: TimerKind.Drain } => OnDrainTimer(turn),
            TimerFired { Kind: TimerKind.Deaf } timer => OnDeafLook(turn, timer),
            TimerFired { Kind: TimerKind.Stable } timer => OnStable(turn, timer),
            TimerFired { Kind: TimerKind.Grace } timer when turn.Before is { State: AppState.GracePeriod, Carried: not null } => OnCarriedTimer(turn, timer),
            TimerFired timer => OnTimerFired(turn, timer),
            AttemptDue due => OnAttemptDue(turn, due),
            CalledUp called => OnCalledUp(turn, called),
            AttemptAdmitted admitted => OnAttemptAdmitted(turn, admitted),
            AttemptStalled stalled => OnAttemptStalled(turn, stalled),
            AttemptFound found => OnAttemptFound(turn, found),
            AttemptUnlooked unlooked => OnAttemptUnlooked(turn, unlooked),
            AttemptSent sent => OnAttemptSent(turn, sent),
            _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "No rule knows this event."),
        };

    static Decision DatedFrom(this Decision decision, AppSession before, DateTimeOffset now) => decision.Session.Tally.FalseResurrections > before.Tally.FalseResurrections
        ? decision with { Session = decision.Session with { Tally = decision.Session.Tally with { LastFalseAt = now } } }
        : decision;

    // A connection that is closed need not be closed any more, whatever else that means.
    static AppSession Heard(AppSession session, SessionEvent @event) => @event is Disconnected { ConnectionId: { } closed } && session.Chores != Chores.None
        ? session with { Chores = session.Chores.Without(closed) }
        : session;

    static DateTimeOffset After(this Turn turn, double milliseconds) => turn.Now.AddMilliseconds(milliseconds);
}

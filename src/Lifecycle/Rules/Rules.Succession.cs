namespace Lifecycle;

/// <content>
/// One process takes over from another, with the session's state. No two of them are given one message: what was sent to the one before is its successor's only
/// when it has said how far it came, or is gone.
/// </content>
public static partial class Rules
{
    static bool IsInvited(AppSession session, Connected connected) => connected.TakeOver is { } id && session.Invited?.Id == id;

    // It has not heard that it took over, and comes again as it came first.
    static bool HasTakenOver(AppSession session, Connected connected) =>
        connected.TakeOver is { } id && id == session.TakenOverBy && connected.InstanceId is { } instance && instance == session.InstanceId;

    // A process that was asked to take over is another one, whatever it calls itself.
    static bool IsSameHolder(AppSession session, Connected connected) => !IsInvited(session, connected) && IsSameProcess(session, connected);

    static Decision Succeed(Turn turn, Connected connected)
    {
        var session = turn.Before;
        var resumed = session.State is AppState.Running or AppState.GracePeriod || session.KeepsState(turn.Now);
        var reason = resumed ? Reasons.TakenOver : Reasons.Connect;
        return session.Attachment?.ConnectionId is { } old
            ? Attach(Dismiss(turn, connected, old, resumed), connected, resumed, reason, old)
            : Attach(turn, connected, resumed, reason);
    }

    // What it is at it may end, if somebody else would have to do it again.
    static Turn Dismiss(Turn turn, Connected connected, string old, bool resumed)
    {
        var predecessor = PredecessorOf(turn, connected, resumed);
        if (predecessor is null && turn.Before.Predecessor is { } forgotten)
        {
            turn.Do(new CloseConnection(forgotten.ConnectionId, Reasons.Superseded));
        }

        return predecessor?.ConnectionId == old
            ? turn.Do(new SendSuperseded(old, IsHandedOver: true)).Do(new ArmTimer(TimerKind.Drain, predecessor.Until, turn.Before.Epoch + 1))
            : turn.Do(new SendSuperseded(old)).Do(new CloseConnection(old, Reasons.Superseded));
    }

    // Whoever is awaited already has what is open: one that came in between was given nothing.
    static Predecessor? PredecessorOf(Turn turn, Connected connected, bool resumed) => turn.Before switch
    {
        _ when !resumed => null,
        { Predecessor: { } awaited } => awaited,
        { State: AppState.Running, Mailbox.HasOpen: true, Attachment: { ConnectionId: { } old, InstanceId: var instance } } session when !IsSameHolder(session, connected) =>
            new Predecessor(old, instance, turn.After(turn.Policy.HandOverMs)),
        _ => null,
    };

    // What one process after the other was at when it was lost may be what they die of: the next one goes on behind it.
    static Mailbox Inherited(Turn turn, bool isSame)
    {
        if (isSame || turn.State == AppState.Running)
        {
            return turn.Before.Mailbox;
        }

        var mailbox = turn.Before.Mailbox.LosingProcess();
        if (mailbox.LostAt is not { Times: >= Mailbox.MostLostAt, Seq: var seq })
        {
            return mailbox;
        }

        turn.Do(new LoseMessage(seq, Reasons.Undeliverable, Blame.App));
        return mailbox.GivingUp(seq, Reasons.Undeliverable) with { LostAt = null };
    }

    static AppSession WithoutPredecessor(Turn turn, AppSession session)
    {
        var tells = session.Attachment?.Tells ?? true;
        var left = session with { Predecessor = null, Mailbox = session.Mailbox.ResumedAfter(null, isSame: false, tells) };
        return session.State == AppState.Running ? SendUnsent(turn, left) : left;
    }

    // The session ends, or begins anew: nobody takes anything over.
    static AppSession WithoutSuccession(Turn turn, AppSession session, string reason)
    {
        turn.DoIf(session.Predecessor is not null, new CloseConnection(session.Predecessor?.ConnectionId ?? "", reason));
        return session with { Predecessor = null, Invited = null, TakenOverBy = null };
    }

    /// <summary>The timer of a predecessor that never came; null when none is missing.</summary>
    public static TimerFired? LostDrainOf(AppSession session, DateTimeOffset now) =>
        now - session.Predecessor?.Until > TimerLost ? new TimerFired(TimerKind.Drain, session.Epoch) : null;

    // Not fenced by the epoch: the successor may have come and gone meanwhile.
    static Decision OnDrainTimer(Turn turn)
    {
        if (turn.Before.Predecessor is not { } awaited || turn.Now < awaited.Until - TimerTolerance)
        {
            return turn.Ignore(Reasons.StaleTimer);
        }

        turn.Do(new CloseConnection(awaited.ConnectionId, Reasons.Superseded));
        return turn.Stay(Reasons.PredecessorDone, WithoutPredecessor(turn, turn.Before));
    }
}

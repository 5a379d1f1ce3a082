namespace Lifecycle;

/// <content>Signs of life, and what they say of resurrections that were begun.</content>
public static partial class Rules
{
    static bool IsAwake(Turn turn) => turn.Before.Evidence.AwakeUntil > turn.Now;

    static Evidence Signed(Turn turn, DateTimeOffset at) => turn.Before.Evidence.Signed(at, turn.Policy.ReconnectGraceMs);

    // A run that has asked for a process to be started anew was false when the one before it lived; that can show later.
    static AppSession Judged(AppSession session, int sent, bool lived) => (sent, lived, session.Run) switch
    {
        (0, _, _) or (_, _, not { Reason: RunReason.Resurrection }) => session,
        (_, false, { Alive: false }) => session with { WrittenOff = session.InstanceId },
        _ => session with { Tally = session.Tally with { FalseResurrections = session.Tally.FalseResurrections + 1 } },
    };

    // Before anything else is made of it: the process that was written off lived, whatever has become of its session.
    static AppSession Heard(AppSession session, string? instanceId) => instanceId is not null && instanceId == session.WrittenOff
        ? session with { WrittenOff = null, Tally = session.Tally with { FalseResurrections = session.Tally.FalseResurrections + 1 } }
        : session;

    static string? ProcessOf(SessionEvent @event) => @event switch
    {
        SignOfLife sign => sign.InstanceId,
        Connected connected => connected.InstanceId,
        Initialized { InstanceId: { } instance } => instance,
        MessagesDone or HandOverAsked => null, // a last word of one that leaves; heard late, it says nothing of whether it lives
        HubCall call => call.Negotiated?.InstanceId,
        AttemptSent sent => sent.Result.HeldBy,
        _ => null,
    };

    static Decision OnSignOfLife(Turn turn, SignOfLife sign)
    {
        var session = turn.Before;
        if (session.State is not (AppState.GracePeriod or AppState.Disconnected or AppState.Resurrecting or AppState.Backoff) || session.Released)
        {
            return turn.Ignore(Reasons.Nothing);
        }

        var at = Within(sign.At, turn.Now, 0) ?? turn.Now;
        if (!IsOfHolder(session, sign) || at < session.LostAt - TimerTolerance)
        {
            return turn.Ignore(Reasons.StaleSign);
        }

        return IsHoldable(turn) ? OnSignInTime(turn, at) : turn.Ignore(Reasons.AliveUnattached);
    }

    // A token is of the holder alone; without one it is who it says to be, as when it attaches. A process that was replaced holds nothing.
    static bool IsOfHolder(AppSession session, SignOfLife sign) => sign.InstanceId is { } instance && session.InstanceId is { } holder
        ? instance == holder
        : sign.TokenEpoch is { } epoch
            ? epoch == session.AttachedEpoch && (sign.TokenLife ?? session.CorrelationId) == session.CorrelationId
            : sign.InstanceId is null && session.InstanceId is null;

    static Decision OnSignInTime(Turn turn, DateTimeOffset at)
    {
        var session = turn.Before;
        var heard = session with { Evidence = Signed(turn, at) };
        turn.Blaming(heard.Evidence.Blame);
        return session switch
        {
            { State: AppState.GracePeriod } => turn.Stay(Reasons.SignOfLife, heard),
            { Run: { Reason: RunReason.Resurrection, Phase: RunPhase.Sending } sending } => turn.Stay(Reasons.SignOfLife, heard with { Run = sending with { Alive = true } }),
            { Run: { Reason: RunReason.Resurrection, Phase: RunPhase.Confirming } run } => turn.Stay(Reasons.SignOfLife, heard with { Run = AwaitedLonger(run, heard.Evidence.AwakeUntil!.Value) }),
            { Run: { Reason: RunReason.Resurrection } run } => BackToGrace(LeavingLine(turn), Reasons.SignOfLife, heard.Evidence, Later(heard.Evidence.AwakeUntil, turn.After(turn.Policy.ReconnectGraceMs)), run.Attempt),
            _ => turn.Ignore(Reasons.Nothing),
        };
    }

    // It is on its way: a webhook more would not bring it sooner.
    static ResurrectionRun AwaitedLonger(ResurrectionRun run, DateTimeOffset until) => run with { Alive = true, DueAt = run.DueAt > until ? run.DueAt : until };
}

namespace Lifecycle;

public static partial class Rules
{
    static Decision OnStartRequested(Turn turn, StartRequested start) => turn.State switch
    {
        AppState.None or AppState.Disconnected or AppState.Stopped or AppState.Evicted => Start(turn, Reasons.StartRequested, start.Foreground),
        AppState.Running or AppState.GracePeriod => turn.Ignore(Reasons.AlreadyRunning),
        AppState.Dormant => turn.Refuse(Reasons.UserAway),
        AppState.Stopping => turn.Refuse(Reasons.StopRequested),
        _ when turn.Before.Run is { Phase: RunPhase.Waiting } run => WakeByRequest(turn, run, start.Foreground),
        _ => turn.Ignore(Reasons.AlreadyStarting),
    };

    // Whoever asks for it wants it now, and not at the end of a wait that the app once asked for.
    static Decision WakeByRequest(Turn turn, ResurrectionRun run, bool foreground) =>
        Wake(turn.Do(new TellApp(new ProbeWanted())), run, Reasons.Woken, foreground || turn.Before.Foreground);

    /// <summary>
    /// Until when a start of this session would only fail, so that it can be refused at once; null when it may be asked for. The
    /// entity decides all the same: this saves the caller from finding out later.
    /// </summary>
    public static DateTimeOffset? StartIsHopelessUntil(AppSession session, AppGate gate, DateTimeOffset now, Policy policy) =>
        session.State is AppState.None or AppState.Disconnected or AppState.Stopped or AppState.Evicted
            ? AppRules.HopelessUntil(gate, now, policy)
            : null;

    static Decision OnReviveRequested(Turn turn) => turn.State switch
    {
        AppState.Evicted => Start(turn, Reasons.ReviveRequested, turn.Before.Foreground),
        _ when turn.Before.Run is { Phase: RunPhase.Waiting } run => WakeByRequest(turn, run, foreground: false),
        _ => turn.Ignore(Reasons.NotEvicted),
    };

    static Decision Start(Turn turn, string reason, bool foreground)
    {
        var epoch = turn.Before.Epoch + 1;
        var correlation = NewCorrelation(turn, epoch, reason);
        var run = NewRun(turn, epoch, RunReason.Start, turn.Now);
        LeavingLine(turn).DoIf(turn.Before.Subscriptions.HasGroups, LeaveAll(turn.Before))
            .DoIf(turn.Before.Run is { Phase: RunPhase.Waiting }, new TellApp(new ProbeWanted()))
            .Do(AskFor(turn, run, foreground));
        return turn.Move(AppState.Starting, reason, session => session with
        {
            Epoch = epoch,
            CorrelationId = correlation,
            AttachedEpoch = 0,
            Mailbox = session.Mailbox.Cleared(),
            Subscriptions = session.Subscriptions.Cleared(),
            InstanceId = null,
            Deadline = null,
            LostAt = null,
            Trace = turn.Trace,
            KeptUntil = null,
            Released = false,
            Foreground = foreground,
            Run = run,
        });
    }

    static Decision OnStopRequested(Turn turn, StopRequested stop) => turn.State switch
    {
        AppState.None or AppState.Stopped => turn.Ignore(Reasons.AlreadyStopped),
        AppState.Stopping => turn.Ignore(Reasons.Duplicate),
        AppState.Evicted => FinishStop(turn, Reasons.StopRequested, null),
        _ => BeginStop(turn, stop),
    };

    static Decision BeginStop(Turn turn, StopRequested stop)
    {
        var session = turn.Before;
        var epoch = session.Epoch + 1;
        var deadline = turn.After(turn.Policy.StopTimeoutMs);
        LeavingLine(turn).Do(new ArmTimer(TimerKind.Stop, deadline, epoch))
            .Do(new SendStopWebhook(RunId(turn, epoch), session.CorrelationId ?? "", stop.Reason, turn.Policy.WebhookTimeoutMs));
        if (session.Attachment is { } attachment)
        {
            turn.Do(new SendStop(attachment.ConnectionId, stop.Reason))
                .DoIf(attachment.ConnectionId is not null, new CloseConnection(attachment.ConnectionId ?? "", Reasons.Stopped));
        }

        return turn.Move(AppState.Stopping, Reasons.StopRequested, s => s with { Epoch = epoch, Deadline = deadline, Run = null });
    }

    /// <summary>Whether an app is still to be told that a session was stopped: not when it has been started since.</summary>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="correlationId">What the stop was told of.</param>
    public static bool IsStopInForce(AppSession session, string correlationId) =>
        session.State is AppState.None or AppState.Stopping or AppState.Stopped || (session.CorrelationId ?? "") == correlationId;

    static Decision FinishStop(Turn turn, string reason, string? closed)
    {
        var session = turn.Before;
        var epoch = session.Epoch + 1;
        var deadline = turn.After(turn.Policy.RetentionMs);
        turn.Do(new ArmTimer(TimerKind.Retention, deadline, epoch))
            .DoIf(session.Subscriptions.HasGroups, LeaveAll(session));
        return turn.Move(AppState.Stopped, reason, s => s.WithClosed(closed ?? s.Attachment?.ConnectionId) with
        {
            Epoch = epoch,
            Attachment = null,
            AttachedEpoch = 0,
            Mailbox = s.Mailbox.Cleared() with { Missed = 0 },
            Subscriptions = s.Subscriptions.Cleared(),
            Deadline = deadline,
            KeptUntil = null,
            LostAt = null,
            Trace = null,
            Run = null,
        });
    }

    static Decision OnUserWentAway(Turn turn) => turn.State is AppState.None or AppState.Stopped or AppState.Stopping
        ? turn.Ignore(Reasons.Nothing)
        : turn.Stay(Reasons.UserAway, turn.Before with { Away = true });

    static Decision OnUserCameBack(Turn turn)
    {
        if (turn.State == AppState.None)
        {
            return turn.Ignore(Reasons.Nothing);
        }

        return turn.State == AppState.Dormant
            ? Disconnect(turn, Reasons.UserBack)
            : turn.Stay(Reasons.UserBack, turn.Before with { Away = false });
    }
}

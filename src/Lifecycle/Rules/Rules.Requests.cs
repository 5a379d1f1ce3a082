namespace Lifecycle;

public static partial class Rules
{
    static Decision OnStartRequested(Turn turn, StartRequested start)
    {
        var before = turn.Before;
        if (start.AskedAt is not null && start.AskedAt == before.StartAskedAt)
        {
            return turn.Ignore(Reasons.Duplicate); // the same one again, perhaps after a stop
        }

        var foreground = before.Foreground || start.Foreground;
        return before.State switch
        {
            AppState.None or AppState.Disconnected or AppState.Stopped or AppState.Evicted => Start(turn, Reasons.StartRequested, start.Foreground),
            AppState.GracePeriod when before.Released => Start(turn, Reasons.StartRequested, start.Foreground),
            AppState.Running when !before.Released => turn.Ignore(Reasons.AlreadyRunning),
            AppState.Running or AppState.Stopping => Remember(turn, before with { StartPending = true, Foreground = start.Foreground }),
            AppState.GracePeriod or AppState.Dormant => Remember(turn, before with { StartPending = true, Foreground = foreground }),
            _ => StartAtWork(turn, before with
            {
                StartPending = before.StartPending || before.Run is { Reason: RunReason.Resurrection },
                Foreground = foreground,
                Run = before.Run is { } run ? WithTimeLeft(turn, run) : null,
            }),
        };
    }

    // Also of a start that makes no difference: what was said to the user session before it does not count any more.
    static Decision AskedAt(this Decision decision, DateTimeOffset? at) => decision with { Session = decision.Session with { StartAskedAt = at } };

    // What was accepted is carried out as soon as it can be: when the old life has ended, when the user is back, or when nobody brings the app back
    // otherwise.
    static Decision Remember(Turn turn, AppSession remembered) =>
        remembered == turn.Before ? turn.Ignore(Reasons.AlreadyStarting) : turn.Stay(Reasons.StartRemembered, remembered);

    // Or what was just accepted would be given up at the next step.
    static ResurrectionRun WithTimeLeft(Turn turn, ResurrectionRun run) =>
        turn.Now < run.HorizonAt ? run : run with { BeganAt = turn.Now, HorizonAt = turn.After(turn.Policy.HorizonMs) };

    static Decision StartAtWork(Turn turn, AppSession remembered)
    {
        if (remembered.Run is not { Phase: RunPhase.Waiting } run)
        {
            return Remember(turn, remembered);
        }

        var woken = WakeByRequest(turn, run, remembered.Foreground);
        return woken with { Session = woken.Session with { StartPending = remembered.StartPending } };
    }

    // Whoever asks for it wants it now, and not at the end of a wait that the app once asked for.
    static Decision WakeByRequest(Turn turn, ResurrectionRun run, bool foreground) =>
        Wake(turn.Do(new TellApp(new ProbeWanted())), WithTimeLeft(turn, run) with { Wanted = true }, Reasons.Woken, foreground || turn.Before.Foreground);

    /// <summary>
    /// Until when a start of a session in this state would only fail, so that it can be refused at once; null when it may be asked for. The
    /// entity decides all the same: this saves the caller from finding out later.
    /// </summary>
    public static DateTimeOffset? StartIsHopelessUntil(AppState state, AppGate gate, DateTimeOffset now, Policy policy) =>
        state is AppState.None or AppState.Disconnected or AppState.Stopped or AppState.Evicted
            ? AppRules.HopelessUntil(gate, now, policy)
            : null;

    static Decision OnReviveRequested(Turn turn) => turn.State switch
    {
        AppState.Evicted => Start(turn, Reasons.ReviveRequested, turn.Before.Foreground).AskedAt(null),
        _ when turn.Before.Run is { Phase: RunPhase.Waiting, Reason: not RunReason.HandOver } run => WakeByRequest(turn, run, foreground: false),
        _ => turn.Ignore(Reasons.NotEvicted),
    };

    static Decision Start(Turn turn, string reason, bool foreground, string? closed = null)
    {
        var epoch = turn.Before.Epoch + 1;
        var correlation = NewCorrelation(turn, epoch, reason);
        var run = NewRun(turn, epoch, RunReason.Start, turn.Now);
        LeavingGroups(LeavingLine(turn)).DoIf(turn.Before.Run is { Phase: RunPhase.Waiting }, new TellApp(new ProbeWanted()))
            .Do(AskFor(turn, run, foreground));
        var last = WithoutSuccession(turn, WithoutMissing(turn, turn.Before, Reasons.Superseded), Reasons.Superseded);
        return turn.Move(AppState.Starting, reason, session => WithoutGroups(turn, last)
            .WithClosed(closed ?? session.Attachment?.ConnectionId)
            .WithReplaced(null) with
        {
            Epoch = epoch,
            CorrelationId = correlation,
            Attachment = null,
            AttachedEpoch = 0,
            NewestNegotiatedAt = null, // the order of connections begins anew
            Mailbox = session.Mailbox.Cleared(),
            InstanceId = null,
            Life = session.Life.Over(),
            Deadline = null,
            LostAt = null,
            Evidence = Evidence.None,
            Trace = turn.Trace,
            KeptUntil = null,
            Released = false,
            Foreground = foreground,
            StartPending = false,
            Run = run,
        });
    }

    static Decision OnStopRequested(Turn turn, StopRequested stop) => turn.State switch
    {
        AppState.None or AppState.Stopped => turn.Ignore(Reasons.AlreadyStopped),
        AppState.Stopping when turn.Before.StartPending =>
            turn.Stay(Reasons.StopRequested, turn.Before with { StartPending = false, Away = false }),
        AppState.Stopping => turn.Ignore(Reasons.Duplicate),
        AppState.Evicted => FinishStop(turn, Reasons.StopRequested, null),
        _ => BeginStop(turn, stop),
    };

    // Where nothing is attached there is nothing to wait for.
    static Decision BeginStop(Turn turn, StopRequested stop)
    {
        var session = turn.Before;
        var epoch = session.Epoch + 1;
        var webhook = new SendStopWebhook(RunId(turn, epoch), session.CorrelationId ?? "", stop.Reason, turn.Policy.WebhookTimeoutMs);
        if (session.Attachment is not { } attachment)
        {
            return FinishStop(LeavingLine(turn).Do(webhook), Reasons.StopRequested, null);
        }

        var deadline = turn.After(turn.Policy.StopTimeoutMs);
        var last = WithoutSuccession(LeavingLine(turn), session, Reasons.Stopped);
        turn.Do(new ArmTimer(TimerKind.Stop, deadline, epoch))
            .Do(webhook)
            .Do(new SendStop(attachment.ConnectionId, stop.Reason))
            .DoIf(attachment.ConnectionId is not null, new CloseConnection(attachment.ConnectionId ?? "", Reasons.Stopped));
        return turn.Move(
            AppState.Stopping,
            Reasons.StopRequested,
            _ => last with { Epoch = epoch, Deadline = deadline, Run = null, Life = Life.None, StartPending = false, Away = false });
    }

    /// <summary>Whether an app is still to be told that a session was stopped: not when it has been started since.</summary>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="correlationId">What the stop was told of.</param>
    public static bool IsStopInForce(AppSession session, string correlationId) =>
        session.State is AppState.None or AppState.Stopping or AppState.Stopped || (session.CorrelationId ?? "") == correlationId;

    // A start that came after the stop begins the next life now.
    static Decision EndStop(Turn turn, string reason, string? closed) => turn.Before.StartPending
        ? Start(turn, Reasons.StartRequested, turn.Before.Foreground, closed)
        : FinishStop(turn, reason, closed);

    static Decision FinishStop(Turn turn, string reason, string? closed)
    {
        var session = turn.Before;
        var epoch = session.Epoch + 1;
        var deadline = turn.After(turn.Policy.RetentionMs);
        LeavingGroups(turn.Do(new ArmTimer(TimerKind.Retention, deadline, epoch)));
        var last = WithoutSuccession(turn, WithoutMissing(turn, session, Reasons.Stopped), Reasons.Stopped);
        return turn.Move(AppState.Stopped, reason, s => WithoutGroups(turn, last).WithClosed(closed ?? s.Attachment?.ConnectionId) with
        {
            Epoch = epoch,
            Attachment = null,
            AttachedEpoch = 0,
            Mailbox = s.Mailbox.Cleared() with { Missed = 0 },
            Deadline = deadline,
            KeptUntil = null,
            LostAt = null,
            Life = Life.None,
            Evidence = Evidence.None,
            Trace = null,
            StartPending = false,
            Away = false,
            Run = null,
        });
    }

    static Decision OnUserWentAway(Turn turn) => turn.State is AppState.None or AppState.Stopped || turn.Before is { State: AppState.Stopping, StartPending: false }
        ? turn.Ignore(Reasons.Nothing)
        : turn.Stay(Reasons.UserAway, turn.Before with { Away = true });

    static Decision OnUserCameBack(Turn turn)
    {
        if (turn.State == AppState.None)
        {
            return turn.Ignore(Reasons.Nothing);
        }

        return turn.State == AppState.Dormant
            ? Awake(turn)
            : turn.Stay(Reasons.UserBack, turn.Before with { Away = false });
    }

    // What was asked to start is started; what is kept comes back with its state.
    static Decision Awake(Turn turn)
    {
        if (!turn.Before.StartPending || (turn.Policy.Resurrect && turn.Before.KeepsState(turn.Now)))
        {
            return Disconnect(turn, Reasons.UserBack);
        }

        var started = Start(turn, Reasons.UserBack, turn.Before.Foreground);
        return started with { Session = started.Session with { Away = false } };
    }
}

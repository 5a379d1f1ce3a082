namespace Lifecycle;

public static partial class Rules
{
    static Decision OnConnected(Turn turn, Connected connected)
    {
        var session = turn.Before;
        return session.HasClosed(connected.ConnectionId) || session.MissingConnection == connected.ConnectionId
            ? turn.Ignore(Reasons.StaleConnect)
            : Admit(turn, connected);
    }

    static Decision Admit(Turn turn, Connected claimed)
    {
        var session = turn.Before;
        // A claim from the future counts as now, or whatever comes after it would be older.
        var connected = claimed.NegotiatedAt > turn.Now ? claimed with { NegotiatedAt = turn.Now } : claimed;
        return session.State switch
        {
            AppState.None or AppState.Stopped when turn.Policy.AllowUnsolicited => Attach(turn, connected, resumed: false, Reasons.Connect),
            AppState.None or AppState.Stopped or AppState.Stopping => RefuseConnection(turn, connected.ConnectionId, Reasons.NotStarted),
            AppState.Running when session.Attachment!.ConnectionId == connected.ConnectionId => turn.Ignore(Reasons.Duplicate),
            _ when IsInvited(session, connected) => Succeed(turn, connected),
            _ when HasTakenOver(session, connected) => Admit(turn, connected with { TakeOver = null, Reconnect = true }),
            _ when connected.TakeOver is not null => RefuseConnection(turn, connected.ConnectionId, Reasons.Superseded),
            AppState.Running or AppState.GracePeriod when IsReplaced(connected, session) => RefuseConnection(turn, connected.ConnectionId, Reasons.Superseded),
            _ when HasStaleToken(connected, session) => RefuseStale(turn, connected.ConnectionId, Reasons.StaleToken),
            AppState.Running => ConnectedWhileRunning(turn, connected),
            _ when IsOutdated(connected, session) => RefuseStale(turn, connected.ConnectionId, Reasons.StaleConnect),
            AppState.GracePeriod => ConnectedInGrace(turn, connected),
            AppState.Starting or AppState.Evicted => Attach(turn, connected, resumed: false, Reasons.Connect),
            _ => ConnectedAfterGrace(turn, connected),
        };
    }

    // A token is good for one attach: the one after the attach that it was issued with, in the same life of the session.
    static bool HasStaleToken(Connected connected, AppSession session) =>
        connected.TokenEpoch is { } epoch && (epoch != session.AttachedEpoch || (connected.TokenLife ?? session.CorrelationId) != session.CorrelationId);

    // A process that was written off and goes on must not take the session back from the one that has it now, whatever it says of itself.
    static bool IsReplaced(Connected connected, AppSession session) =>
        connected.InstanceId is { } instance && session.Replaced.Contains(instance)
        && (connected.TokenEpoch is null || HasStaleToken(connected, session));

    // Without a token, the time at which the access tokens were made orders two connections; a connected event can be late.
    static bool IsOutdated(Connected connected, AppSession session) =>
        connected.TokenEpoch is null && connected.NegotiatedAt < session.NewestNegotiatedAt;

    static Decision ConnectedWhileRunning(Turn turn, Connected connected)
    {
        var attachment = turn.Before.Attachment!;
        if (attachment.ConnectionId is { } old)
        {
            return IsOutdated(connected, turn.Before)
                ? RefuseConnection(turn, connected.ConnectionId, Reasons.Superseded)
                : TakeOver(turn, connected, old);
        }

        if (IsOutdated(connected, turn.Before))
        {
            return RefuseStale(turn, connected.ConnectionId, Reasons.StaleConnect);
        }

        return IsFresh(connected) && attachment.Resumed
            ? Attach(turn, connected, resumed: false, Reasons.Connect)
            : turn.Stay(Reasons.Adopted, Named(turn, connected));
    }

    // A token, when presented, decides; the hint is for those that have none.
    static bool IsFresh(Connected connected) => connected.TokenEpoch is null && connected.Reconnect == false;

    static Decision TakeOver(Turn turn, Connected connected, string old)
    {
        var resumed = !IsFresh(connected) && !IsOtherByChoice(turn.Before, connected);
        return Attach(Dismiss(turn, connected, old, resumed), connected, resumed, Reasons.Takeover, old);
    }

    // A second process that was started on purpose, and says nothing of what it holds, holds nothing: it is not one that came back.
    static bool IsOtherByChoice(AppSession session, Connected connected) =>
        connected is { TokenEpoch: null, Reconnect: null, InstanceId: { } instance } && session.InstanceId is { } last && instance != last;

    // The connection that was missing may live all the same: it must not stay open beside whatever comes after it, unless that is it.
    static AppSession WithoutMissing(Turn turn, AppSession session, string reason, string? unless = null)
    {
        if (session.MissingConnection is not { } missing)
        {
            return session;
        }

        turn.DoIf(missing != unless, new CloseConnection(missing, reason));
        return (missing == unless ? session : session.WithClosed(missing)) with { MissingConnection = null };
    }

    static Decision ConnectedInGrace(Turn turn, Connected connected)
    {
        var resumed = !IsFresh(connected);
        return Attach(turn, connected, resumed, resumed ? Reasons.Reconnect : Reasons.Connect);
    }

    static Decision ConnectedAfterGrace(Turn turn, Connected connected)
    {
        var keeps = connected.TokenEpoch is not null || (IsSameProcess(turn.Before, connected) && connected.Reconnect != false);
        var resumed = keeps && turn.Before.KeepsState(turn.Now);
        return Attach(turn, connected, resumed, resumed ? Reasons.LateReconnect : Reasons.Connect);
    }

    static bool IsSameProcess(AppSession session, Connected connected) =>
        connected.InstanceId is { } instance && session.InstanceId is { } last
            ? instance == last
            : connected.TokenEpoch is not null || connected.Reconnect == true;

    // Remembered as closed, or whatever comes over it before it is would take over all the same.
    static Decision RefuseConnection(Turn turn, string connectionId, string reason) =>
        turn.Do(new CloseConnection(connectionId, reason))
            .Refuse(reason, turn.State == AppState.None ? turn.Before : turn.Before.WithClosed(connectionId));

    static Decision RefuseStale(Turn turn, string connectionId, string reason) =>
        turn.Do(new CloseConnection(connectionId, reason)).RefuseStale(reason, turn.Before.WithClosed(connectionId));

    static Decision OnDisconnected(Turn turn, Disconnected disconnected)
    {
        var session = turn.Before;
        if (session.Predecessor?.ConnectionId == disconnected.ConnectionId)
        {
            return turn.Stay(Reasons.PredecessorDone, WithoutPredecessor(turn, session));
        }

        var known = session.HasClosed(disconnected.ConnectionId);
        var ours = !known && session.Attachment?.Is(disconnected.ConnectionId) == true;
        return (session.State, ours) switch
        {
            (AppState.Running, true) => LoseSocket(turn, disconnected.ConnectionId, Reasons.SocketLost),
            (AppState.Stopping, true) => EndStop(turn, Reasons.AppClosed, disconnected.ConnectionId),
            (AppState.None, _) => turn.Ignore(Reasons.StaleDisconnect),
            _ => turn.Ignore(Reasons.StaleDisconnect, session.WithClosed(disconnected.ConnectionId)),
        };
    }

    static Decision LoseSocket(Turn turn, string? connectionId, string reason)
    {
        if (turn.Before is { Released: true, StartPending: true, Foreground: var foreground })
        {
            return Start(turn, Reasons.StartRequested, foreground, connectionId); // it said goodbye and does not come back
        }

        var epoch = turn.Before.Epoch + 1;
        var deadline = turn.After(turn.Policy.ReconnectGraceMs);
        // One that comes before this window ends arms the next: a socket that flaps has one timer on its way, and not one for each loss. One that is
        // as good as due may have come already, for timers come a little early.
        var isOnItsWay = turn.Before.GraceTimerAt is { } due && due - turn.Now > TimerTolerance && due <= deadline;
        LeavingLine(turn).DoIf(!isOnItsWay, new ArmTimer(TimerKind.Grace, deadline, epoch));
        var isMissing = reason == Reasons.ConnectionMissing;
        return turn.Move(AppState.GracePeriod, reason, session => (isMissing ? session.WithMissing(connectionId) : session.WithClosed(connectionId)) with
        {
            Epoch = epoch,
            Attachment = null,
            Run = null, // a hand-over: whoever was asked may still come
            Deadline = deadline,
            GraceTimerAt = isOnItsWay ? session.GraceTimerAt : deadline,
            LostAt = turn.Now,
            Trace = turn.Trace,
            KeptUntil = deadline.AddMilliseconds(turn.Policy.RetentionMs),
            Tally = session.Tally with { Graces = session.Tally.Graces + 1 },
        });
    }
}

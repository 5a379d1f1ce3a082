namespace Lifecycle;

public static partial class Rules
{
    static Decision OnConnected(Turn turn, Connected connected)
    {
        var session = turn.Before;
        if (session.HasClosed(connected.ConnectionId))
        {
            return turn.Ignore(Reasons.StaleConnect);
        }

        return session.State switch
        {
            AppState.None or AppState.Stopped when turn.Policy.AllowUnsolicited => Attach(turn, connected, resumed: false, Reasons.Connect),
            AppState.None or AppState.Stopped or AppState.Stopping => RefuseConnection(turn, connected.ConnectionId, Reasons.NotStarted),
            AppState.Running => ConnectedWhileRunning(turn, connected),
            AppState.GracePeriod => ConnectedInGrace(turn, connected),
            AppState.Starting or AppState.Evicted => Attach(turn, connected, resumed: false, Reasons.Connect),
            _ => ConnectedAfterGrace(turn, connected),
        };
    }

    static Decision ConnectedWhileRunning(Turn turn, Connected connected)
    {
        var attachment = turn.Before.Attachment!;
        if (attachment.ConnectionId is null)
        {
            return connected.Reconnect == false && attachment.Resumed
                ? Attach(turn, connected, resumed: false, Reasons.Connect)
                : BindAdopted(turn, connected);
        }

        if (attachment.ConnectionId == connected.ConnectionId)
        {
            return turn.Ignore(Reasons.Duplicate);
        }

        return IsNewer(connected, turn.Before)
            ? TakeOver(turn, connected, attachment.ConnectionId)
            : RefuseConnection(turn, connected.ConnectionId, Reasons.Superseded);
    }

    // Without a token, the time at which the access tokens were made orders two connections; a connected event can be late.
    static bool IsNewer(Connected connected, AppSession session) =>
        connected.TokenEpoch is { } epoch
            ? epoch >= session.Epoch
            : connected.NegotiatedAt is null || session.Attachment!.NegotiatedAt is null
              || connected.NegotiatedAt >= session.Attachment.NegotiatedAt;

    static Decision TakeOver(Turn turn, Connected connected, string old)
    {
        turn.Do(new SendSuperseded(old)).Do(new CloseConnection(old, Reasons.Superseded));
        return Attach(turn, connected, resumed: connected.Reconnect != false, Reasons.Takeover, old);
    }

    static Decision ConnectedInGrace(Turn turn, Connected connected)
    {
        var good = connected.TokenEpoch == turn.Before.Epoch || connected.Reconnect != false;
        return Attach(turn, connected, good, good ? Reasons.Reconnect : Reasons.Connect);
    }

    static Decision ConnectedAfterGrace(Turn turn, Connected connected)
    {
        var sameProcess = IsSameProcess(turn.Before, connected);
        var resumed = sameProcess && connected.Reconnect != false && turn.Before.KeepsState(turn.Now);
        return Attach(turn, connected, resumed, resumed ? Reasons.LateReconnect : Reasons.Connect);
    }

    static bool IsSameProcess(AppSession session, Connected connected) =>
        connected.InstanceId is { } instance && session.InstanceId is { } last
            ? instance == last
            : connected.Reconnect == true;

    static Decision Attach(Turn turn, Connected connected, bool resumed, string reason, string? closes = null)
    {
        var before = turn.Before;
        var epoch = before.Epoch + 1;
        var after = before.WithClosed(closes) with
        {
            Epoch = epoch,
            CorrelationId = resumed ? before.CorrelationId : NewCorrelation(turn, epoch, connected.ConnectionId),
            Attachment = new Attachment
            {
                ConnectionId = connected.ConnectionId,
                InstanceId = connected.InstanceId,
                NegotiatedAt = connected.NegotiatedAt,
                AttachedAt = turn.Now,
                Resumed = resumed,
            },
            InstanceId = connected.InstanceId ?? (resumed ? before.InstanceId : null),
            Subscriptions = resumed ? before.Subscriptions : before.Subscriptions.Cleared(),
            Tally = TallyOfAttach(before, connected, resumed),
        };
        return Greet(turn, after, resumed, reason);
    }

    static SessionTally TallyOfAttach(AppSession before, Connected connected, bool resumed)
    {
        var wasAlive = before.Run is { Reason: RunReason.Resurrection, Attempt: > 0 } && IsSameProcess(before, connected);
        return before.Tally with
        {
            Connects = before.Tally.Connects + (resumed ? 0 : 1),
            Reconnects = before.Tally.Reconnects + (resumed ? 1 : 0),
            FalseResurrections = before.Tally.FalseResurrections + (wasAlive ? 1 : 0),
        };
    }

    static Decision Greet(Turn turn, AppSession attached, bool resumed, string reason)
    {
        var before = turn.Before;
        var after = attached with { Deadline = null, LostAt = null, KeptUntil = null, Released = false, Run = null };
        turn.DoIf(!resumed && !before.Subscriptions.Streams.IsEmpty, new LeaveAllGroups())
            .Do(new SendAck(after.Attachment!.ConnectionId, AckOf(turn, after, resumed)))
            .DoIf(CameByItself(before), new TellApp(new AppAttached()))
            .DoIf(before.Run is { Phase: RunPhase.Confirming, Confirm: true }, new TellApp(new AppAnswered()));
        if (before.LostAt is { } lost)
        {
            turn.Do(new Measure(resumed ? Measurement.ReconnectLatency : Measurement.RecoveryTime, turn.Now - lost));
        }

        return turn.Move(AppState.Running, reason, _ => after);
    }

    static bool CameByItself(AppSession before) =>
        before.Run is { Phase: RunPhase.Waiting or RunPhase.Asking or RunPhase.Admitted or RunPhase.Looking };

    static Ack AckOf(Turn turn, AppSession session, bool resumed) => new(
        turn.Id.SessionId,
        turn.Id.PackageName,
        AppState.Running.WireName(),
        resumed,
        session.Epoch,
        session.CorrelationId,
        session.Subscriptions.Streams,
        session.Subscriptions.Version,
        Token: null,
        Missed: 0,
        turn.Policy.ReconnectGraceMs);

    static string NewCorrelation(Turn turn, long epoch, string? salt) =>
        StableHash.Name("c", turn.Id, $"{epoch}|{salt}|{turn.Now.UtcTicks}");

    static Decision RefuseConnection(Turn turn, string connectionId, string reason) =>
        turn.Do(new CloseConnection(connectionId, reason)).Refuse(reason);

    // The service reported this connection before its own event arrived: now it has a name.
    static Decision BindAdopted(Turn turn, Connected connected)
    {
        var session = turn.Before;
        var bound = session with
        {
            Attachment = session.Attachment! with
            {
                ConnectionId = connected.ConnectionId,
                InstanceId = connected.InstanceId,
                NegotiatedAt = connected.NegotiatedAt,
            },
            InstanceId = connected.InstanceId ?? session.InstanceId,
        };
        return turn.Do(new SendAck(connected.ConnectionId, AckOf(turn, bound, session.Attachment.Resumed))).Stay(Reasons.Adopted, bound);
    }

    static Decision OnDisconnected(Turn turn, Disconnected disconnected)
    {
        var session = turn.Before;
        var known = session.HasClosed(disconnected.ConnectionId);
        var ours = !known && session.Attachment?.Is(disconnected.ConnectionId) == true;
        return (session.State, ours) switch
        {
            (AppState.Running, true) => LoseSocket(turn, disconnected),
            (AppState.Stopping, true) => FinishStop(turn, Reasons.AppClosed, disconnected.ConnectionId),
            (AppState.None, _) => turn.Ignore(Reasons.StaleDisconnect),
            _ => turn.Ignore(Reasons.StaleDisconnect, session.WithClosed(disconnected.ConnectionId)),
        };
    }

    static Decision LoseSocket(Turn turn, Disconnected disconnected)
    {
        var epoch = turn.Before.Epoch + 1;
        var deadline = turn.After(turn.Policy.ReconnectGraceMs);
        turn.Do(new ArmTimer(TimerKind.Grace, deadline, epoch));
        return turn.Move(AppState.GracePeriod, Reasons.SocketLost, session => session.WithClosed(disconnected.ConnectionId) with
        {
            Epoch = epoch,
            Attachment = null,
            Deadline = deadline,
            LostAt = turn.Now,
            KeptUntil = deadline.AddMilliseconds(turn.Policy.RetentionMs),
            Tally = session.Tally with { Graces = session.Tally.Graces + 1 },
        });
    }

    static Decision OnInitialized(Turn turn, Initialized initialized)
    {
        var session = turn.Before;
        var connected = new Connected(initialized.ConnectionId, initialized.InstanceId, initialized.Reconnect);
        if (session.State != AppState.Running || session.Attachment!.ConnectionId != initialized.ConnectionId)
        {
            return OnConnected(turn, connected); // its connected event was lost or is late: the connection itself is the proof
        }

        var fresh = initialized.Reconnect == false && session.Attachment is { Resumed: true, Initialized: false };
        return fresh ? DeclareFresh(turn, initialized) : Confirm(turn, initialized);
    }

    static Decision Confirm(Turn turn, Initialized initialized)
    {
        var after = WithInit(turn.Before, initialized);
        return turn.Do(new SendAck(initialized.ConnectionId, AckOf(turn, after, after.Attachment!.Resumed))).Stay(Reasons.Duplicate, after);
    }

    static Decision DeclareFresh(Turn turn, Initialized initialized)
    {
        var before = turn.Before;
        var told = WithInit(before, initialized);
        var after = told with
        {
            Attachment = told.Attachment! with { Resumed = false },
            CorrelationId = NewCorrelation(turn, before.Epoch, initialized.ConnectionId),
            Subscriptions = before.Subscriptions.Cleared(),
            Tally = before.Tally with { Connects = before.Tally.Connects + 1, Reconnects = before.Tally.Reconnects - 1 },
        };
        turn.DoIf(!before.Subscriptions.Streams.IsEmpty, new LeaveAllGroups())
            .Do(new SendAck(initialized.ConnectionId, AckOf(turn, after, resumed: false)));
        return turn.Move(AppState.Running, Reasons.DeclaredFresh, _ => after);
    }

    static AppSession WithInit(AppSession session, Initialized initialized) => session with
    {
        Attachment = session.Attachment! with
        {
            Initialized = true,
            InstanceId = initialized.InstanceId ?? session.Attachment.InstanceId,
        },
        InstanceId = initialized.InstanceId ?? session.InstanceId,
    };
}

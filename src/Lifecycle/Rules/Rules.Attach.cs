namespace Lifecycle;

public static partial class Rules
{
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
            NewestNegotiatedAt = Later(before.NewestNegotiatedAt, connected.NegotiatedAt),
            Subscriptions = resumed ? before.Subscriptions : before.Subscriptions.Cleared(),
            Tally = TallyOfAttach(before, connected, resumed),
        };
        var mailbox = resumed ? before.Mailbox.ResumedAfter(connected.LastSeq) : before.Mailbox.Cleared();
        return Greet(turn, after.Expecting(mailbox), resumed, reason);
    }

    static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other || other is null ? one : other;

    // The attachment tells how the app stands, so that an ack that is sent again says the same.
    static AppSession Expecting(this AppSession session, Mailbox mailbox) => session with
    {
        Mailbox = mailbox with { Missed = 0 },
        Attachment = session.Attachment! with { BaseSeq = mailbox.SentUpTo, Missed = mailbox.Missed },
    };

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
        var after = attached with
        {
            // One without a name has no token: the last one stays good until it has.
            AttachedEpoch = attached.Attachment!.ConnectionId is null ? before.AttachedEpoch : attached.Epoch,
            Deadline = null,
            LostAt = null,
            Trace = null,
            KeptUntil = null,
            Released = false,
            Run = null,
        };
        after = resumed ? GroupsRestored(turn, after) : GroupsLeft(turn, after);
        turn.Do(AckTo(turn, after))
            .DoIf(CameByItself(before), new TellApp(new AppAttached(Unsent(turn))))
            .DoIf(before.Run is { Phase: RunPhase.Confirming, Confirm: true }, new TellApp(new AppAnswered()));
        if (before.LostAt is { } lost)
        {
            turn.Do(new Measure(resumed ? Measurement.ReconnectLatency : Measurement.RecoveryTime, turn.Now - lost));
        }

        after = SendUnsent(turn, after);
        return turn.Move(AppState.Running, reason, _ => after);
    }

    static bool CameByItself(AppSession before) =>
        before.Run is { Phase: RunPhase.Waiting or RunPhase.Asking or RunPhase.Admitted or RunPhase.Looking };

    // Nobody will hear of an attempt that is not made: others must not wait for its verdict.
    static string? Unsent(Turn turn) =>
        turn.Before.Run is { Phase: RunPhase.Admitted or RunPhase.Looking } run ? WebhookId(turn, run, run.Attempt + 1) : null;

    static SendAck AckTo(Turn turn, AppSession session)
    {
        var attachment = session.Attachment!;
        var ack = new Ack(
            turn.Id.SessionId,
            turn.Id.PackageName,
            AppState.Running.WireName(),
            attachment.Resumed,
            session.Epoch,
            session.CorrelationId,
            session.Subscriptions.Streams,
            session.Subscriptions.Version,
            Token: null,
            attachment.Missed,
            attachment.BaseSeq,
            turn.Policy.ReconnectGraceMs,
            InitWanted: attachment.ConnectionId is null);
        return new SendAck(attachment.ConnectionId, ack, session.InstanceId);
    }

    static string NewCorrelation(Turn turn, long epoch, string? salt) =>
        StableHash.Name("c", turn.Id, $"{epoch}|{salt}|{turn.Now.UtcTicks}");

    // The service reported this connection before its own event arrived: now it has a name.
    static AppSession Named(Turn turn, Connected connected)
    {
        var session = turn.Before;
        if (session.Attachment is not { ConnectionId: null })
        {
            return session;
        }

        var bound = session with
        {
            AttachedEpoch = session.Epoch,
            Attachment = session.Attachment with
            {
                ConnectionId = connected.ConnectionId,
                InstanceId = connected.InstanceId,
                NegotiatedAt = connected.NegotiatedAt,
            },
            InstanceId = connected.InstanceId ?? session.InstanceId,
            NewestNegotiatedAt = Later(session.NewestNegotiatedAt, connected.NegotiatedAt),
        };
        if (session.Attachment.Resumed)
        {
            bound = bound.Expecting(session.Mailbox.ResumedAfter(connected.LastSeq) with { Missed = session.Attachment.Missed });
        }

        turn.Do(AckTo(turn, bound));
        return SendUnsent(turn, bound);
    }
}

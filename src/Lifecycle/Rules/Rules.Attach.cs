namespace Lifecycle;

public static partial class Rules
{
    static Decision Attach(Turn turn, Connected connected, bool resumed, string reason, string? closes = null)
    {
        var before = turn.Before;
        var epoch = before.Epoch + 1;
        var isSame = IsSameHolder(before, connected);
        var after = WithoutMissing(turn, before, Reasons.Superseded, connected.ConnectionId)
            .WithClosed(closes)
            .WithReplaced(connected.InstanceId ?? (resumed ? before.InstanceId : null)) with
        {
            Epoch = epoch,
            CorrelationId = resumed ? before.CorrelationId : NewCorrelation(turn, epoch, connected.ConnectionId),
            Attachment = AttachmentOf(turn, connected, resumed),
            Predecessor = PredecessorOf(turn, connected, resumed),
            TakenOverBy = IsInvited(before, connected) ? connected.TakeOver : isSame ? before.TakenOverBy : null,
            Invited = isSame && before.Invited is { Reason: RunReason.HandOver } ? before.Invited : null,
            InstanceId = connected.InstanceId ?? (resumed ? before.InstanceId : null),
            NewestNegotiatedAt = Later(before.NewestNegotiatedAt, connected.NegotiatedAt),
            Subscriptions = resumed ? before.Subscriptions : before.Subscriptions.Cleared(),
            Life = LifeOf(turn, connected),
            Tally = TallyOfAttach(before, connected, resumed),
        };
        var mailbox = MailboxOf(turn, connected, resumed, isAwaited: after.Predecessor is not null);
        return Greet(turn.Blaming(BlameOf(before, connected)), after.Expecting(mailbox), resumed, reason, isSame);
    }

    static Attachment AttachmentOf(Turn turn, Connected connected, bool resumed) => new()
    {
        ConnectionId = connected.ConnectionId,
        InstanceId = connected.InstanceId,
        NegotiatedAt = connected.NegotiatedAt,
        AttachedAt = turn.Now,
        Resumed = resumed,
        Version = connected.Version,
        TakenOver = resumed && IsInvited(turn.Before, connected),
    };

    // What a predecessor that is awaited did not finish is known only when it has said so.
    static Mailbox MailboxOf(Turn turn, Connected connected, bool resumed, bool isAwaited)
    {
        var (mailbox, isSame, tells) = (turn.Before.Mailbox, IsSameHolder(turn.Before, connected), connected.Version >= Wire.TellsFrom);
        return !resumed ? mailbox.Cleared(tells)
            : isAwaited ? mailbox with { OpenSince = null }
            : Inherited(turn, isSame).ResumedAfter(connected.LastSeq, isSame, tells);
    }

    internal static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;

    internal static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other || other is null ? one : other;

    // The attachment tells how the app stands, so that an ack that is sent again says the same.
    static AppSession Expecting(this AppSession session, Mailbox mailbox) => session with
    {
        Mailbox = mailbox with { Missed = 0 },
        Attachment = session.Attachment! with
        {
            BaseSeq = session.Predecessor is null ? mailbox.SentUpTo : mailbox.SettledUpTo,
            Missed = mailbox.Missed,
        },
    };

    static SessionTally TallyOfAttach(AppSession before, Connected connected, bool resumed)
    {
        // Whether one that is on its way goes out is not known yet (OpenWebhook).
        var sent = before.Run is { Reason: RunReason.Resurrection } run ? run.Attempt - (run.Phase == RunPhase.Sending ? 1 : 0) : 0;
        var wasAlive = sent > 0 && (before.Run!.Alive || IsSameHolder(before, connected));
        var isTakeOver = resumed && IsInvited(before, connected);
        return before.Tally with
        {
            Connects = before.Tally.Connects + (resumed ? 0 : 1),
            Reconnects = before.Tally.Reconnects + (resumed && !isTakeOver ? 1 : 0),
            TakeOvers = before.Tally.TakeOvers + (isTakeOver ? 1 : 0),
            FalseResurrections = before.Tally.FalseResurrections + (wasAlive ? 1 : 0),
        };
    }

    static Decision Greet(Turn turn, AppSession attached, bool resumed, string reason, bool sameProcess)
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
            StartPending = false,
            Run = null,
            Evidence = Evidence.None,
            WrittenOff = WrittenOffBy(before, attached, sameProcess),
            OpenWebhook = OpenedBy(before, sameProcess, turn.BlameFor(reason)),
        };
        after = resumed ? GroupsRestored(turn, after) : GroupsLeft(turn, after);
        turn.Do(AckTo(turn, after));
        after = PutOnRoll(turn, TellGate(turn, after), hasLeft: !resumed && LeavesGroups(before));
        if (before.LostAt is { } lost)
        {
            turn.Do(new Measure(resumed ? Measurement.ReconnectLatency : Measurement.RecoveryTime, turn.Now - lost));
        }

        after = SendUnsent(turn, after);
        return turn.Move(AppState.Running, reason, _ => after);
    }

    // What attaches in its place says nothing of whether it lived.
    static string? WrittenOffBy(AppSession before, AppSession attached, bool sameProcess) =>
        before.Run is { Reason: RunReason.Resurrection, Alive: false } run && run.Attempt - (run.Phase == RunPhase.Sending ? 1 : 0) > 0
            && !sameProcess && before.InstanceId != attached.InstanceId
            ? before.InstanceId
            : before.WrittenOff;

    static OpenWebhook? OpenedBy(AppSession before, bool sameProcess, Blame blame) => before.Run is { Phase: RunPhase.Sending, Attempt: 1 } run
        ? new OpenWebhook(run.Id, run.Reason, run.Attempt, run.Reason == RunReason.Resurrection && (sameProcess || run.Alive), sameProcess ? null : before.InstanceId) { Blame = blame }
        : before.OpenWebhook;

    // An attach after a webhook went out is the app's answer, whoever is heard first; one before that is a sign that the app is up. One within the
    // grace window tells nothing that the gate does not take for granted, and costs nothing.
    static AppSession TellGate(Turn turn, AppSession after)
    {
        switch (turn.Before)
        {
            case { Run.Reason: RunReason.HandOver } when !after.Attachment!.TakenOver:
                LeavingLine(turn);
                return after;
            case { Run: { Phase: RunPhase.Sending } run }:
                var id = WebhookId(turn, run.Id, run.Attempt);
                turn.Do(new TellApp(new AppAttached(id, AfterWebhook: true)));
                return after.Telling(id, run.Unhurried || !AppRules.Learns(turn.Policy) ? null : run.DueAt);
            case { Run: { Phase: RunPhase.Confirming } run }:
                turn.DoIf(run.Confirm, new TellApp(new AppAnswered()));
                return after;
            case { Run: { } run }:
                turn.Do(new TellApp(new AppAttached(turn.Unmade, run.Ticket, SessionId: turn.Id.SessionId)));
                return turn.Unmade is { } unmade ? after.Telling(unmade) : after;
            case { State: AppState.Evicted or AppState.Dormant or AppState.Disconnected }:
                turn.Do(new TellApp(new AppAttached()));
                return after;
            default:
                return after;
        }
    }

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
            InitWanted: attachment.ConnectionId is null)
        {
            TakenOver = attachment.TakenOver,
            HandOverMs = turn.Policy.HandOverMs,
        };
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

        var bound = WithoutMissing(turn, session, Reasons.Superseded, connected.ConnectionId)
            .WithReplaced(connected.InstanceId ?? session.InstanceId) with
        {
            AttachedEpoch = session.Epoch,
            Attachment = session.Attachment with
            {
                ConnectionId = connected.ConnectionId,
                InstanceId = connected.InstanceId,
                NegotiatedAt = connected.NegotiatedAt,
                Version = connected.Version,
                TakenOver = session.Attachment.Resumed && IsInvited(session, connected),
            },
            Invited = IsSameHolder(session, connected) ? session.Invited : null,
            TakenOverBy = IsSameHolder(session, connected) ? session.TakenOverBy : null,
            InstanceId = connected.InstanceId ?? session.InstanceId,
            NewestNegotiatedAt = Later(session.NewestNegotiatedAt, connected.NegotiatedAt),
        };
        // What is missed from what the app says it handled is counted only now.
        var (isSame, tells) = (IsSameHolder(session, connected), connected.Version >= Wire.TellsFrom);
        var mailbox = session.Predecessor is not null ? session.Mailbox
            : session.Attachment.Resumed ? session.Mailbox.ResumedAfter(connected.LastSeq, isSame, tells)
            : session.Mailbox.ToldBy(tells);
        bound = bound.Expecting(mailbox with { Missed = mailbox.Missed + session.Attachment.Missed });

        turn.Do(AckTo(turn, bound));
        return SendUnsent(turn, bound);
    }
}

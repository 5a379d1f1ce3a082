namespace Lifecycle;

public static partial class Rules
{
    static readonly TimeSpan firstMend = TimeSpan.FromSeconds(1);
    static readonly TimeSpan longestMend = TimeSpan.FromSeconds(30);

    static Decision OnMessagePosted(Turn turn, MessagePosted posted)
    {
        var session = turn.Before;
        if (session.Mailbox.ReceiptOf(posted.MessageId) is not null)
        {
            return turn.Ignore(Reasons.Duplicate);
        }

        return session.State switch
        {
            AppState.Running when posted.Reachable == false => LoseAndKeep(turn, posted),
            AppState.Running => Deliver(turn, posted),
            AppState.GracePeriod => Keep(turn, posted),
            AppState.Disconnected or AppState.Resurrecting or AppState.Backoff or AppState.Dormant when session.KeepsState(turn.Now) => Keep(turn, posted),
            AppState.None => BlamingAbsence(turn).Refuse(Reasons.NotAttached),
            _ => RefuseMessage(turn, posted, Reasons.NotAttached),
        };
    }

    // The service does not know the connection: better found out now than at the next reconciliation.
    static Decision LoseAndKeep(Turn turn, MessagePosted posted)
    {
        var lost = LoseSocket(turn, turn.Before.Attachment!.ConnectionId, Reasons.ConnectionMissing);
        if (lost.Session.State != AppState.GracePeriod)
        {
            var none = Answering(lost.Session, posted, turn, MessageOutcome.Refused, lost.Session.Mailbox, Reasons.NotAttached);
            return lost with { Session = none };
        }

        return lost with { Session = Posted(lost.Session, posted, turn, MessageOutcome.Buffered) ?? NoRoom(lost.Session, posted, turn) };
    }

    static Decision Keep(Turn turn, MessagePosted posted) => Posted(turn.Before, posted, turn, MessageOutcome.Buffered) is { } after
        ? turn.Stay(Reasons.MessageBuffered, after)
        : turn.Refuse(Reasons.BufferFull, NoRoom(turn.Before, posted, turn));

    static Decision Deliver(Turn turn, MessagePosted posted)
    {
        // A connection without a name cannot be told apart from another one of the user; one that failed lately, or whose predecessor is not done, has
        // older messages to come.
        if (turn.Before.Attachment!.ConnectionId is not { } connection || turn.Before.Mailbox.HasUnsent || turn.Before.Predecessor is not null)
        {
            return Keep(turn, posted);
        }

        var seq = turn.Before.Mailbox.LastSeq + 1;
        // One that is too large to be kept is sent all the same.
        var after = Posted(turn.Before, posted, turn, MessageOutcome.Sent)
            ?? Answering(turn.Before, posted, turn, MessageOutcome.Sent, turn.Before.Mailbox with { LastSeq = seq });
        turn.Do(new SendMessage(connection, seq, posted.Body) { IsAwaited = posted.IsAwaited });
        return turn.Stay(Reasons.MessageSent, WatchOpen(turn, after with { Mailbox = after.Mailbox.AllSent(turn.Now) }));
    }

    static Decision RefuseMessage(Turn turn, MessagePosted posted, string reason) =>
        BlamingAbsence(turn).Refuse(reason, Answering(turn.Before, posted, turn, MessageOutcome.Refused, turn.Before.Mailbox, reason));

    static AppSession NoRoom(AppSession session, MessagePosted posted, Turn turn)
    {
        var mailbox = session.Mailbox with { Missed = session.Mailbox.Missed + 1 };
        return Answering(session, posted, turn, MessageOutcome.Refused, mailbox, Reasons.BufferFull);
    }

    static AppSession? Posted(AppSession session, MessagePosted posted, Turn turn, MessageOutcome outcome) =>
        session.Mailbox.Trimmed(turn.Now).With(posted.Body, turn.Now, turn.Policy) is { } mailbox
            ? Answering(session, posted, turn, outcome, mailbox)
            : null;

    static AppSession Answering(
        AppSession session, MessagePosted posted, Turn turn, MessageOutcome outcome, Mailbox mailbox, string? reason = null)
    {
        var seq = outcome == MessageOutcome.Refused ? 0 : mailbox.LastSeq;
        var receipt = new MessageReceipt(posted.MessageId, turn.Now, outcome, seq, session.State, reason);
        return session with { Mailbox = mailbox.Trimmed(turn.Now).Answering(receipt) };
    }

    static AppSession SendUnsent(Turn turn, AppSession session)
    {
        if (session.Attachment!.ConnectionId is not { } connection || session.Predecessor is not null)
        {
            return session;
        }

        foreach (var message in session.Mailbox.Unsent)
        {
            turn.Do(new SendMessage(connection, message.Seq, message.Body));
        }

        return WatchOpen(turn, session with { Mailbox = session.Mailbox.AllSent(turn.Now) });
    }

    static Decision OnMessageUndelivered(Turn turn, MessageUndelivered undelivered)
    {
        var (session, seq) = (turn.Before, undelivered.Seq);
        // While its predecessor is awaited nothing is sent to it, so what is told is of an attachment before.
        if (session.State != AppState.Running || session.Attachment!.ConnectionId != undelivered.ConnectionId || session.Predecessor is not null || !session.Mailbox.Awaits(seq))
        {
            return turn.Ignore(Reasons.StaleLook);
        }

        var mailbox = session.Mailbox.Unsending(seq);
        if (!mailbox.Keeps(seq))
        {
            // Too large to be kept, it was sent all the same; so there is no other try.
            return GiveUp(turn, mailbox, seq, undelivered.Never ? Reasons.Undeliverable : Reasons.BufferFull);
        }

        mailbox = undelivered.Never ? mailbox.Refused(seq) : mailbox;
        return mailbox.LastRefused is { Times: >= Mailbox.MostRefusals } refused && refused.Seq == seq && undelivered.Never
            ? GiveUp(turn, mailbox, seq, Reasons.Undeliverable)
            : MendSoon(turn, session with { Mailbox = mailbox });
    }

    // Those behind it have waited long enough.
    static Decision GiveUp(Turn turn, Mailbox mailbox, long seq, string reason)
    {
        var session = turn.Before with
        {
            Mailbox = mailbox.GivingUp(seq, reason),
            Attachment = turn.Before.Attachment! with { Mends = 0 },
        };
        var blame = reason == Reasons.Undeliverable ? Blame.Platform : Blame.SignalR;
        turn.Blaming(blame).Do(new LoseMessage(seq, reason, blame));
        return turn.Stay(reason, SendUnsent(turn, session));
    }

    static Decision MendSoon(Turn turn, AppSession session)
    {
        var attachment = session.Attachment!;
        if (attachment.MendAt is not null)
        {
            return turn.Stay(Reasons.ServiceFailed, session);
        }

        var at = turn.Now + WaitAfter(attachment.Mends);
        turn.Do(new ArmTimer(TimerKind.Mend, at, session.Epoch));
        return turn.Stay(Reasons.ServiceFailed, session with { Attachment = attachment with { MendAt = at, Mends = attachment.Mends + 1 } });
    }

    // Early does no harm here, so it is not armed again.
    static Decision OnMend(Turn turn, TimerFired timer)
    {
        var session = turn.Before;
        if (session.State != AppState.Running || timer.Epoch != session.Epoch || session.Attachment!.MendAt is null)
        {
            return turn.Ignore(Reasons.StaleTimer);
        }

        var after = session with { Attachment = session.Attachment with { MendAt = null } };
        after = after.Groups.AreInForce(turn.Now) ? after : GroupsJoined(turn, after);
        return turn.Stay(Reasons.Mended, SendUnsent(turn, after));
    }
}

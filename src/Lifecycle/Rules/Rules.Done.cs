namespace Lifecycle;

/// <content>How far the app's handlers have come, and whether they come on at all.</content>
public static partial class Rules
{
    /// <summary>How long a deaf app has to tell that it goes on, once it is asked.</summary>
    public static readonly TimeSpan DeafAnswer = TimeSpan.FromSeconds(5);

    static Decision OnMessagesDone(Turn turn, MessagesDone done)
    {
        var session = turn.Before;
        if (IsBackFromMissing(session, done))
        {
            return ProvenFirst(turn, done);
        }

        if (session.Predecessor?.ConnectionId == done.ConnectionId)
        {
            // One that has nothing left has finished, whether or not it has heard that it may go.
            var told = WithDone(turn, session, done);
            var isDone = done.IsLast || !told.Mailbox.HasOpen;
            turn.DoIf(isDone && !done.IsLast, new CloseConnection(done.ConnectionId, Reasons.Superseded));
            return isDone
                ? turn.Stay(Reasons.PredecessorDone, WithoutPredecessor(turn, told))
                : turn.Stay(Reasons.MessagesHandled, told);
        }

        if (!IsOfHolder(session, done))
        {
            return turn.Ignore(Reasons.StaleDone);
        }

        var after = WithDone(turn, IsFromAttachment(session, done.ConnectionId) ? Named(turn, ClaimOf(done)) : session, done);
        return after == session ? turn.Ignore(Reasons.Nothing) : turn.Stay(Reasons.MessagesHandled, after);
    }

    /// <summary>Whether nothing more will become of a message that waiting for it would tell.</summary>
    /// <param name="receipt">What is known of it.</param>
    /// <param name="session">The session as it is stored; null when it is gone.</param>
    public static bool IsSettled(MessageReceipt receipt, AppSession? session) =>
        receipt.Outcome is not (MessageOutcome.Sent or MessageOutcome.Buffered)
        || session is null or { State: AppState.Running, Attachment: { ConnectionId: not null, Tells: false } };

    // What was handled is handled, also when it is heard after the socket is lost: the numbers are the session's, whichever connection they come over.
    static bool IsOfHolder(AppSession session, MessagesDone done) =>
        IsFromAttachment(session, done.ConnectionId)
        || (session.Mailbox.DoneUpTo is not null && done.Negotiated?.InstanceId is { } instance && instance == session.InstanceId);

    static AppSession WithDone(Turn turn, AppSession session, MessagesDone done)
    {
        var (mailbox, failed) = (session.Mailbox, session.Tally.FailedMessages);
        foreach (var message in done.Failed.Where(message => message.Seq > mailbox.DoneUpTo && message.Seq <= Math.Min(done.Seq, mailbox.SentUpTo)))
        {
            turn.Do(new FailMessage(message.Seq, message.Error));
            mailbox = mailbox.Failing(message.Seq, Reasons.HandlerFailed);
            failed++;
        }

        var after = session with { Mailbox = mailbox.Done(done.Seq, turn.Now), Tally = session.Tally with { FailedMessages = failed } };
        return after.Mailbox.DoneUpTo > session.Mailbox.DoneUpTo && after.Attachment is { DeafAt: not null } attachment
            ? WatchOpen(turn, after with { Attachment = attachment with { DeafAt = null } })
            : after;
    }

    // One timer at a time, and none while nothing is open: what is sent meanwhile is looked at when it comes.
    static AppSession WatchOpen(Turn turn, AppSession session) =>
        session is { Attachment: { Tells: true, DeafLookAt: null, DeafAt: null }, Mailbox: { HasOpen: true, OpenSince: { } since } }
            ? LookAt(turn, session, since.AddMilliseconds(turn.Policy.AckTimeoutMs))
            : session;

    static AppSession LookAt(Turn turn, AppSession session, DateTimeOffset at)
    {
        turn.Do(new ArmTimer(TimerKind.Deaf, at, session.Epoch));
        return session with { Attachment = session.Attachment! with { DeafLookAt = at } };
    }

    /// <summary>The look at an app that never came; null when none is missing.</summary>
    public static TimerFired? LostDeafLookOf(AppSession session, DateTimeOffset now) =>
        now - session.Attachment?.DeafLookAt > TimerLost ? new TimerFired(TimerKind.Deaf, session.Epoch) : null;

    static Decision OnDeafLook(Turn turn, TimerFired timer)
    {
        var session = turn.Before;
        if (session.State != AppState.Running || timer.Epoch != session.Epoch || session.Attachment!.DeafLookAt is not { } due || timer.DueAt < due)
        {
            return turn.Ignore(Reasons.StaleTimer);
        }

        if (turn.Now < due)
        {
            return turn.Stay(Reasons.TimerEarly, LookAt(turn, session, due));
        }

        return LookNow(turn, session with { Attachment = session.Attachment with { DeafLookAt = null } }, due);
    }

    static Decision LookNow(Turn turn, AppSession looked, DateTimeOffset due)
    {
        var attachment = looked.Attachment!;
        if (!looked.Mailbox.HasOpen || looked.Predecessor is not null || looked.Released)
        {
            return turn.Stay(Reasons.AppKeepsUp, looked);
        }

        // While this system was away nobody could tell it anything.
        if (IsLate(due, turn.Now, turn.Policy.LateLimitMs))
        {
            return turn.Stay(Reasons.PlatformAway, WatchOpen(turn, looked with { Mailbox = looked.Mailbox with { OpenSince = turn.Now }, Attachment = attachment with { DeafAt = null } }));
        }

        var since = looked.Mailbox.OpenSince ?? due;
        return attachment.DeafAt is not null ? ReplaceDeaf(turn, looked)
            : turn.Now < since.AddMilliseconds(turn.Policy.AckTimeoutMs) ? turn.Stay(Reasons.AppKeepsUp, WatchOpen(turn, looked))
            : FindDeaf(turn, looked, since);
    }

    static Decision FindDeaf(Turn turn, AppSession session, DateTimeOffset since)
    {
        turn.Do(new ReportDeaf(session.Mailbox.Kept[0].Seq, since))
            .Do(new TellApp(new SessionDeaf(StableHash.Name("df_", turn.Id, $"{session.Epoch}|{since.UtcTicks}"))));
        var deaf = session with { Attachment = session.Attachment! with { DeafAt = turn.Now } };
        if (!turn.Policy.ReplaceDeaf || deaf.Attachment.ConnectionId is not { } connection)
        {
            return turn.Stay(Reasons.Deaf, deaf);
        }

        turn.Do(new AskToTell(connection));
        return turn.Stay(Reasons.Deaf, LookAt(turn, deaf, turn.Now + DeafAnswer));
    }

    // It has no grace window: its socket was never the trouble. What it has not finished goes to whoever is started in its place.
    static Decision ReplaceDeaf(Turn turn, AppSession deaf)
    {
        var connection = deaf.Attachment!.ConnectionId;
        var lost = WithoutSuccession(turn, deaf, Reasons.Superseded).WithClosed(connection).WithReplaced(null) with
        {
            Epoch = deaf.Epoch + 1,
            Attachment = null,
            AttachedEpoch = 0,
            InstanceId = null,
            Run = null,
            LostAt = turn.Now,
            Trace = turn.Trace,
            KeptUntil = turn.After(turn.Policy.RetentionMs),
        };
        var replaced = LeavingLine(turn).Replacing(lost);
        replaced.DoIf(connection is not null, new SendSuperseded(connection ?? "")).DoIf(connection is not null, new CloseConnection(connection ?? "", Reasons.Superseded));
        replaced.Knowing(LifeAfterLoss(replaced));
        return lost.Away ? replaced.Move(AppState.Dormant, Reasons.UserAway, s => s)
            : IsPutOff(replaced) ? PutOffRestart(replaced, Blame.App)
            : Disconnect(replaced, Reasons.Deaf, Blame.App);
    }
}

namespace Lifecycle;

/// <content>A process that leaves stays attached while another one is asked to take over. The run is as any other, but it moves no state and gives nobody up.</content>
public static partial class Rules
{
    /// <summary>The longest wait between two tries of a hand-over: there is little time.</summary>
    static readonly TimeSpan longestHandOverWait = TimeSpan.FromSeconds(5);

    static Decision OnHandOverAsked(Turn turn, HandOverAsked asked)
    {
        var session = turn.Before;
        if (IsBackFromMissing(session, asked))
        {
            return ProvenFirst(turn, asked);
        }

        if (!IsFromAttachment(session, asked.ConnectionId))
        {
            return turn.Refuse(Reasons.NotAttached);
        }

        if (session.Released || session.Run is not null)
        {
            return turn.Ignore(session.Released ? Reasons.AppReleased : Reasons.AlreadyStarting);
        }

        var named = Named(turn, ClaimOf(asked));
        var run = NewRun(turn, session.Epoch, RunReason.HandOver, turn.Now) with { HorizonAt = turn.After(turn.Policy.HandOverMs) };
        return turn.Do(AskFor(turn, run, session.Foreground))
            .Stay(Reasons.HandOverAsked, named with { Run = run, Invited = new Invitation(run.Id, named.InstanceId, RunReason.HandOver) });
    }

    static Decision HandOverAdmitted(Turn turn, ResurrectionRun told, Admission admission)
    {
        switch (admission.Kind)
        {
            case AdmissionKind.Go when turn.Now > admission.At + SlotKept && !told.Missed:
                return Ask(turn, told with { Missed = true });
            case AdmissionKind.Go:
                return Send(turn, told with { Phase = RunPhase.Sending, Attempt = told.Attempt + 1, DueAt = turn.Now, Missed = false });
            case AdmissionKind.Refuse:
                return GiveUpHandOver(turn);
        }

        if (turn.Now >= told.HorizonAt)
        {
            return GiveUpHandOver(turn.DoIf(told.Ticket is not null, new TellApp(new AdmissionReturned(null, told.Ticket, turn.Id.SessionId))));
        }

        var waiting = told with { Phase = RunPhase.Waiting, DueAt = Earlier(admission.At, told.HorizonAt), InTurn = admission.Moving };
        return turn.Stay(Reasons.AppAwaited, turn.Before with { Run = waiting }, WaitOrder(waiting));
    }

    static Decision HandOverUnanswered(Turn turn, ResurrectionRun told, WebhookResult result) => result.Verdict is WebhookVerdict.Gone or WebhookVerdict.Rejected
        ? GiveUpHandOver(turn)
        : HandOverLater(turn, told, result.IsLeaving ? Reasons.AnsweredByLeaving : Reasons.AttemptFailed);

    static Decision HandOverLater(Turn turn, ResurrectionRun run, string reason)
    {
        if (turn.Now >= run.HorizonAt)
        {
            return GiveUpHandOver(turn);
        }

        var cap = Math.Max(turn.Policy.BackoffBaseMs, (int)Math.Min(longestHandOverWait.TotalMilliseconds, turn.Policy.BackoffCapMs));
        var delay = Backoff.NextMs(run.LastDelayMs, turn.Policy.BackoffBaseMs, cap, StableHash.Uniform(turn.Id, run.Id, run.Attempt));
        var waiting = run with { Phase = RunPhase.Waiting, LastDelayMs = delay, DueAt = Earlier(turn.After(delay), run.HorizonAt), InTurn = false };
        return turn.Stay(reason, turn.Before with { Run = waiting }, WaitOrder(waiting));
    }

    // No webhook went out, and the app is not to blame: something of ours is behind, or nobody can attach.
    static Decision HandOverPutOff(Turn turn, ResurrectionRun run)
    {
        turn.Do(new TellApp(new AdmissionReturned(WebhookId(turn, run.Id, run.Attempt))));
        if (turn.Now >= run.HorizonAt)
        {
            return GiveUpHandOver(turn);
        }

        // Under the next number: an answer that comes twice would start the same orchestration again.
        var unmade = Unmade(turn.Before, run);
        var waiting = unmade.Run! with { Phase = RunPhase.Waiting, DueAt = Earlier(turn.Now + stallWait, run.HorizonAt), Driver = run.Driver + 1, InTurn = false };
        return turn.Do(AskFor(turn, waiting, turn.Before.Foreground))
            .Stay(Reasons.StepFailed, unmade with { Run = waiting }, RunOrder.End(Reasons.StepFailed));
    }

    // Whoever was asked may still come: the invitation stays good until another process attaches.
    static Decision GiveUpHandOver(Turn turn) =>
        turn.Stay(Reasons.HandOverFailed, turn.Before with { Run = null }, RunOrder.End(Reasons.HandOverFailed));

    // Of a hand-over from its beginning; of a resurrection when there is something that the app was given and has not finished.
    static Invitation? InviteOf(Turn turn, ResurrectionRun run) => run.Reason switch
    {
        RunReason.HandOver => turn.Before.Invited,
        RunReason.Resurrection when turn.Before.Mailbox.HasUnfinished && turn.Before.KeepsState(turn.Now) =>
            turn.Before.Invited ?? new Invitation(run.Id, turn.Before.InstanceId, RunReason.Resurrection),
        _ => null,
    };
}

namespace Lifecycle;

public static partial class Rules
{
    static Decision OnAttemptDue(Turn turn, AttemptDue due)
    {
        if (CurrentRun(turn, due.RunId) is not { } run)
        {
            return EndRun(turn, Reasons.RunOver);
        }

        if (turn.Now < run.DueAt)
        {
            return turn.Ignore(Reasons.TimerEarly, RunOrder.WaitUntil(run.DueAt));
        }

        if (turn.Before.Away)
        {
            return turn.Move(AppState.Dormant, Reasons.UserAway, s => s with { Run = null }, RunOrder.End(Reasons.UserAway));
        }

        return run.Phase switch
        {
            RunPhase.Waiting or RunPhase.Looking when turn.Now >= run.HorizonAt => Evict(turn, run, Reasons.HorizonOver),
            RunPhase.Waiting or RunPhase.Looking => Look(turn, run),
            RunPhase.Sending => turn.Ignore(Reasons.Duplicate, SendOrder(turn, run)),
            _ => TryLater(turn, run with { LastOutcome = Reasons.NotAttachedInTime }, Reasons.NotAttachedInTime, null),
        };
    }

    static Decision Look(Turn turn, ResurrectionRun run) =>
        turn.Stay(Reasons.AttemptBegins, turn.Before with { Run = run with { Phase = RunPhase.Looking } }, RunOrder.Look);

    static Decision OnAttemptLooked(Turn turn, AttemptLooked looked)
    {
        if (CurrentRun(turn, looked.RunId) is not { } run)
        {
            return EndRun(turn, Reasons.StaleRun);
        }

        if (looked.Found)
        {
            return Adopt(turn);
        }

        return run.Phase == RunPhase.Looking
            ? Send(turn, run with { Phase = RunPhase.Sending, Attempt = run.Attempt + 1 })
            : turn.Ignore(Reasons.Duplicate, OrderOf(turn, run));
    }

    // The service knows a connection of this user, so its connected event was lost: the app is attached, no webhook goes out.
    static Decision Adopt(Turn turn)
    {
        var before = turn.Before;
        var resumed = before.State != AppState.Starting && before.KeepsState(turn.Now);
        var epoch = before.Epoch + 1;
        var after = before with
        {
            Epoch = epoch,
            CorrelationId = resumed ? before.CorrelationId : NewCorrelation(turn, epoch, Reasons.Adopted),
            Attachment = new Attachment { AttachedAt = turn.Now, Resumed = resumed },
            Subscriptions = resumed ? before.Subscriptions : before.Subscriptions.Cleared(),
            Tally = before.Tally with
            {
                Connects = before.Tally.Connects + (resumed ? 0 : 1),
                Reconnects = before.Tally.Reconnects + (resumed ? 1 : 0),
            },
        };
        return Greet(turn, after, resumed, Reasons.Adopted) with { Order = RunOrder.End(Reasons.Adopted) };
    }

    static Decision Send(Turn turn, ResurrectionRun run)
    {
        var to = run.Reason == RunReason.Start ? AppState.Starting : AppState.Resurrecting;
        AppSession Sending(AppSession s) => s with { Run = run, Tally = s.Tally with { Webhooks = s.Tally.Webhooks + 1 } };
        return turn.State == to
            ? turn.Stay(Reasons.AttemptBegins, Sending(turn.Before), SendOrder(turn, run))
            : turn.Move(to, Reasons.AttemptBegins, Sending, SendOrder(turn, run));
    }

    static Decision OnAttemptSent(Turn turn, AttemptSent sent)
    {
        if (CurrentRun(turn, sent.RunId) is not { } run)
        {
            return EndRun(turn, Reasons.StaleRun);
        }

        if (run.Phase != RunPhase.Sending || run.Attempt != sent.Attempt)
        {
            return turn.Ignore(Reasons.Duplicate, OrderOf(turn, run));
        }

        var told = run with { LastOutcome = sent.Result.Detail };
        return sent.Result.Verdict switch
        {
            WebhookVerdict.Accepted => AwaitAttach(turn, told with { GoneInARow = 0 }),
            WebhookVerdict.Gone => Evict(turn, told, Reasons.AppGone),
            WebhookVerdict.Rejected => Evict(turn, told, Reasons.WebhookRejected),
            WebhookVerdict.PerhapsGone when run.GoneInARow > 0 => Evict(turn, told, Reasons.AppGone),
            WebhookVerdict.PerhapsGone => TryLater(turn, told with { GoneInARow = 1 }, Reasons.AttemptFailed, null),
            _ => TryLater(turn, told with { GoneInARow = 0 }, Reasons.AttemptFailed, sent.Result.RetryAfterMs),
        };
    }

    static Decision AwaitAttach(Turn turn, ResurrectionRun run)
    {
        var until = turn.After(turn.Policy.ConnectTimeoutMs);
        var waiting = run with { Phase = RunPhase.Confirming, DueAt = until };
        return turn.Stay(Reasons.WebhookAccepted, turn.Before with { Run = waiting }, RunOrder.WaitUntil(until));
    }

    static Decision TryLater(Turn turn, ResurrectionRun run, string reason, double? retryAfterMs)
    {
        var policy = turn.Policy;
        var random = StableHash.Uniform(turn.Id, run.Id, run.Attempt);
        var delay = Backoff.NextMs(run.LastDelayMs, policy.BackoffBaseMs, policy.BackoffCapMs, random);
        // The wait that the app asked for is the floor; the jitter goes on top, or its sessions would come back as one.
        var wait = Math.Max(delay, (retryAfterMs ?? 0) + (policy.BackoffBaseMs * random));
        var dueAt = turn.After(wait);
        var waiting = run with
        {
            Phase = RunPhase.Waiting,
            LastDelayMs = delay,
            DueAt = dueAt < run.HorizonAt ? dueAt : run.HorizonAt,
        };
        return turn.Move(AppState.Backoff, reason, s => s with { Run = waiting }, RunOrder.WaitUntil(waiting.DueAt));
    }

    static Decision Evict(Turn turn, ResurrectionRun run, string reason)
    {
        turn.DoIf(!turn.Before.Subscriptions.Streams.IsEmpty, new LeaveAllGroups())
            .Do(new DeadLetter(reason, run.Attempt, run.LastOutcome));
        return turn.Move(
            AppState.Evicted,
            reason,
            s => s with { Run = null, KeptUntil = null, LostAt = null, Subscriptions = s.Subscriptions.Cleared() },
            RunOrder.End(reason));
    }

    static ResurrectionRun? CurrentRun(Turn turn, string runId) => turn.Before.Run is { } run && run.Id == runId ? run : null;

    static Decision EndRun(Turn turn, string reason) => turn.Ignore(
        reason, RunOrder.End(turn.State == AppState.Running ? Reasons.Connect : Reasons.Superseded));

    static RunOrder SendOrder(Turn turn, ResurrectionRun run) =>
        RunOrder.Send(run.Attempt, StableHash.Name("wh_", turn.Id, $"{run.Id}|{run.Attempt}"));

    static RunOrder OrderOf(Turn turn, ResurrectionRun run) => run.Phase switch
    {
        RunPhase.Looking => RunOrder.Look,
        RunPhase.Sending => SendOrder(turn, run),
        _ => RunOrder.WaitUntil(run.DueAt),
    };
}

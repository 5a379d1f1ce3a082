namespace Lifecycle;

public static partial class Rules
{
    /// <summary>How late a slot can be used: after a longer outage of ours everybody asks anew, or all missed slots would go at once.</summary>
    static readonly TimeSpan slotKept = TimeSpan.FromSeconds(5);

    /// <summary>How long to leave alone what could not be asked.</summary>
    static readonly TimeSpan stallWait = TimeSpan.FromSeconds(5);

    static Decision OnAttemptDue(Turn turn, AttemptDue due)
    {
        if (CurrentRun(turn, due.RunId) is not { } run)
        {
            return EndRun(turn, Reasons.RunOver);
        }

        if (turn.Now < EarliestOf(run))
        {
            return turn.Ignore(Reasons.TimerEarly, WaitOrder(run));
        }

        if (turn.Before.Away)
        {
            return turn.Move(AppState.Dormant, Reasons.UserAway, s => s with { Run = null }, RunOrder.End(Reasons.UserAway));
        }

        return run.Phase switch
        {
            RunPhase.Waiting or RunPhase.Asking => Ask(turn, run),
            RunPhase.Admitted when turn.Now > run.DueAt + slotKept => Ask(turn, run),
            RunPhase.Admitted or RunPhase.Looking => Look(turn, run),
            RunPhase.Sending => turn.Ignore(Reasons.Duplicate, SendOrder(turn, run)),
            _ => TryLater(
                turn, run.Noting(turn.Now, Reasons.NotAttachedInTime) with { InVain = WebhookId(turn, run, run.Attempt) }, Reasons.NotAttachedInTime, null),
        };
    }

    static DateTimeOffset EarliestOf(ResurrectionRun run) =>
        run.Phase == RunPhase.Admitted ? run.DueAt - TimerAlignment.SlotTolerance : run.DueAt;

    static RunOrder WaitOrder(ResurrectionRun run) =>
        run.Phase == RunPhase.Admitted ? RunOrder.WaitForSlot(run.DueAt) : RunOrder.WaitUntil(run.DueAt);

    // Past the horizon it is asked once more: nobody is given up whose app has just come back and who merely waits for a slot.
    static Decision Ask(Turn turn, ResurrectionRun run) =>
        turn.Stay(Reasons.AttemptDue, turn.Before with { Run = run with { Phase = RunPhase.Asking } }, AskOrder(turn, run));

    static Decision OnAttemptAdmitted(Turn turn, AttemptAdmitted admitted)
    {
        if (CurrentRun(turn, admitted.RunId) is not { } run)
        {
            return EndRun(turn, Reasons.StaleRun);
        }

        if (run.Phase != RunPhase.Asking || admitted.WebhookId != WebhookId(turn, run, run.Attempt + 1))
        {
            return turn.Ignore(Reasons.Duplicate, OrderOf(turn, run));
        }

        var (kind, at) = (admitted.Admission.Kind, admitted.Admission.At);
        var told = run with { InVain = null, Ticket = admitted.Admission.Ticket, Confirm = admitted.Admission.Confirm };
        return kind switch
        {
            AdmissionKind.Go when at > turn.Now => Slot(turn, told, at),
            AdmissionKind.Go => Look(turn, told with { DueAt = at }),
            AdmissionKind.Refuse => Evict(turn, run, admitted.Admission.Reason ?? Reasons.AppUnreachable),
            _ when turn.Now >= run.HorizonAt => Evict(turn, run, Reasons.HorizonOver),
            _ => WaitForVerdict(turn, told, at),
        };
    }

    static Decision Slot(Turn turn, ResurrectionRun run, DateTimeOffset at) => turn.Stay(
        Reasons.Admitted,
        turn.Before with { Run = run with { Phase = RunPhase.Admitted, DueAt = at } },
        RunOrder.WaitForSlot(at));

    static Decision WaitForVerdict(Turn turn, ResurrectionRun run, DateTimeOffset at)
    {
        var dueAt = at < run.HorizonAt ? at : run.HorizonAt;
        var waiting = run with { Phase = RunPhase.Waiting, DueAt = dueAt };
        return turn.Stay(Reasons.AppAwaited, turn.Before with { Run = waiting }, RunOrder.WaitUntil(dueAt));
    }

    // Something of ours failed. That is no reason to send a webhook, and none to give up.
    static Decision OnAttemptStalled(Turn turn, AttemptStalled stalled)
    {
        if (CurrentRun(turn, stalled.RunId) is not { } run)
        {
            return EndRun(turn, Reasons.StaleRun);
        }

        return (stalled.Step, run.Phase) switch
        {
            (RunOrderKind.Send, RunPhase.Sending) when run.Attempt == stalled.Attempt =>
                OnAttemptSent(turn, new AttemptSent(run.Id, run.Attempt, WebhookResult.FromFailure(WebhookFailure.Network))),
            (RunOrderKind.Look, RunPhase.Looking) => AskAgain(turn, run, RunPhase.Admitted),
            (RunOrderKind.Ask, RunPhase.Asking) => AskAgain(turn, run, RunPhase.Waiting),
            _ => turn.Ignore(Reasons.Duplicate, OrderOf(turn, run)),
        };
    }

    static Decision AskAgain(Turn turn, ResurrectionRun run, RunPhase phase)
    {
        if (turn.Now >= run.HorizonAt)
        {
            return Evict(turn, run, Reasons.HorizonOver);
        }

        var dueAt = turn.Now + stallWait;
        return turn.Stay(Reasons.StepFailed, turn.Before with { Run = run with { Phase = phase, DueAt = dueAt } }, RunOrder.WaitUntil(dueAt));
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
            return Adopt(turn) with { Order = RunOrder.End(Reasons.Adopted) };
        }

        return run.Phase == RunPhase.Looking
            ? Send(turn, run with { Phase = RunPhase.Sending, Attempt = run.Attempt + 1 })
            : turn.Ignore(Reasons.Duplicate, OrderOf(turn, run));
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

        var told = run.Noting(turn.Now, sent.Result.Detail);
        turn.Do(new TellApp(new OutcomeReported(WebhookId(turn, run, run.Attempt), sent.Result)));
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
        if (turn.Now >= run.HorizonAt)
        {
            return Evict(turn, run, Reasons.HorizonOver);
        }

        var policy = turn.Policy;
        var random = StableHash.Uniform(turn.Id, run.Id, run.Attempt);
        var delay = Backoff.NextMs(run.LastDelayMs, policy.BackoffBaseMs, CapOf(turn, run), random);
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

    // Never longer than the app's own probes are apart, so that an app with one session is found again as soon as one with many.
    static int CapOf(Turn turn, ResurrectionRun run)
    {
        var age = turn.Now - (turn.Before.LostAt > run.BeganAt.AddHours(-1) ? turn.Before.LostAt.Value : run.BeganAt);
        var spacing = (int)Math.Min(ProbeSchedule.SpacingMs(age, turn.Policy), int.MaxValue);
        return Math.Max(turn.Policy.BackoffBaseMs, Math.Min(turn.Policy.BackoffCapMs, spacing));
    }

    static Decision Evict(Turn turn, ResurrectionRun run, string reason)
    {
        turn.DoIf(turn.Before.Subscriptions.HasGroups, LeaveAll(turn.Before))
            .Do(new DeadLetter(reason, run.Attempt, run.LastAttempts))
            .Do(new TellApp(new SessionGivenUp(reason)));
        return turn.Move(
            AppState.Evicted,
            reason,
            s => s with { Run = null, KeptUntil = null, LostAt = null, Trace = null, Mailbox = s.Mailbox.Cleared(), Subscriptions = s.Subscriptions.Cleared() },
            RunOrder.End(reason));
    }

    static ResurrectionRun? CurrentRun(Turn turn, string runId) => turn.Before.Run is { } run && run.Id == runId ? run : null;

    static Decision EndRun(Turn turn, string reason) => turn.Ignore(
        reason, RunOrder.End(turn.State == AppState.Running ? Reasons.Connect : Reasons.Superseded));

    static RunOrder SendOrder(Turn turn, ResurrectionRun run) =>
        RunOrder.Send(run.Attempt, WebhookId(turn, run, run.Attempt));

    static RunOrder AskOrder(Turn turn, ResurrectionRun run) => RunOrder.AskFor(new AdmissionAsked(
        WebhookId(turn, run, run.Attempt + 1), run.Reason, turn.Before.Foreground, turn.Before.LostAt, run.Ticket, run.InVain));

    static string WebhookId(Turn turn, ResurrectionRun run, int attempt) => StableHash.Name("wh_", turn.Id, $"{run.Id}|{attempt}");

    static RunOrder OrderOf(Turn turn, ResurrectionRun run) => run.Phase switch
    {
        RunPhase.Asking => AskOrder(turn, run),
        RunPhase.Looking => RunOrder.Look,
        RunPhase.Sending => SendOrder(turn, run),
        _ => WaitOrder(run),
    };
}

namespace Lifecycle;

public static partial class Rules
{
    /// <summary>
    /// How many last looks in a row may fail before a webhook goes out without one. What cannot be asked must not stand still for ever: the
    /// entity, which says that nobody is attached, is believed then.
    /// </summary>
    public const int LooksAtMost = 3;

    /// <summary>How long a webhook waits, at the least, for which the durable engine is too far behind: another try makes it later still.</summary>
    public static readonly TimeSpan EngineBusyWait = TimeSpan.FromSeconds(30);

    /// <summary>And at the most.</summary>
    public static readonly TimeSpan EngineBusyLongest = TimeSpan.FromMinutes(5);

    /// <summary>Whether a webhook may go out. One of a hand-over needs a token: without it whoever comes would begin anew, beside the process that is still attached.</summary>
    /// <param name="invite">By which whoever takes it may take over; null when nobody is invited.</param>
    /// <param name="hasToken">Whether there is a token of it.</param>
    public static bool MaySend(Invitation? invite, bool hasToken) => hasToken || invite is not { Reason: RunReason.HandOver };

    /// <summary>
    /// What came of a webhook that could not be relayed for the SignalR service's sake. It says nothing of the app, so there is a next look; one that goes out
    /// blind was put off often enough, and counts as lost on its way. A hand-over always goes out blind, and is put off for as long as it has time.
    /// </summary>
    /// <param name="blind">Whether it went out without a last look.</param>
    /// <param name="invite">By which whoever takes it may take over; null when nobody is invited.</param>
    /// <returns>Null: nothing went out.</returns>
    public static WebhookResult? Unrelayed(bool blind, Invitation? invite) =>
        blind && invite is not { Reason: RunReason.HandOver } ? WebhookResult.FromFailure(WebhookFailure.Network) : null;

    static Decision Send(Turn turn, ResurrectionRun run)
    {
        var to = run.Reason switch
        {
            RunReason.Start => AppState.Starting,
            RunReason.HandOver => turn.State,
            _ => AppState.Resurrecting,
        };
        AppSession Sending(AppSession s) => s with { Run = run, Invited = InviteOf(turn, run) ?? s.Invited, Tally = s.Tally with { Webhooks = s.Tally.Webhooks + 1 } };
        return turn.State == to
            ? turn.Stay(Reasons.AttemptBegins, Sending(turn.Before), SendOrder(turn, run))
            : turn.Move(to, Reasons.AttemptBegins, Sending, SendOrder(turn, run));
    }

    static RunOrder SendOrder(Turn turn, ResurrectionRun run) => new(
        RunOrderKind.Send,
        run.DueAt > turn.Now ? run.DueAt : null,
        run.Attempt,
        WebhookId(turn, run.Id, run.Attempt),
        // Who leaves is attached: there is nothing to look for.
        Blind: run.Stalls >= LooksAtMost || run.Reason == RunReason.HandOver,
        Unhurried: run.Unhurried,
        Driver: run.Driver)
    {
        Invite = InviteOf(turn, run),
        AskedAt = run.Reason == RunReason.Start ? turn.Before.StartAskedAt : null,
        Holder = run.Reason == RunReason.Resurrection ? turn.Before.InstanceId : null,
        Terms = run.Reason == RunReason.Resurrection ? new HoldTerms(
            run.DueAt, turn.Before.LostAt, turn.Policy.ReconnectGraceMs, IsLateStep(turn, run) ? turn.Policy.LateLimitMs : null) : null,
    };

    static Decision OnAttemptFound(Turn turn, AttemptFound found)
    {
        if (InFlight(turn, found.RunId, found.Attempt) is not { } run)
        {
            return LearnOfNone(turn, found.RunId, found.Attempt);
        }

        if (run.Reason == RunReason.HandOver)
        {
            return HandOverPutOff(turn, run); // it is attached: nobody looks for a connection
        }

        return Adopt(turn.From(Unmade(turn.Before, run), WebhookId(turn, run.Id, run.Attempt))) with { Order = RunOrder.End(Reasons.Adopted) };
    }

    static Decision OnAttemptUnlooked(Turn turn, AttemptUnlooked unlooked)
    {
        if (InFlight(turn, unlooked.RunId, unlooked.Attempt) is not { } run)
        {
            return LearnOfNone(turn, unlooked.RunId, unlooked.Attempt);
        }

        if (run.Reason == RunReason.HandOver)
        {
            return HandOverPutOff(turn, run);
        }

        if (turn.Before.Away)
        {
            return FallDormant(turn.Do(new TellApp(new AdmissionReturned(WebhookId(turn, run.Id, run.Attempt)))));
        }

        if (unlooked.Busy)
        {
            // That is ours, and says nothing of the app: it is neither given up nor asked without a look for it.
            var later = run with { DueAt = turn.Now + BusyWait(turn, run) };
            return turn.Stay(Reasons.EngineBusy, turn.Before with { Run = later }, SendOrder(turn, later));
        }

        if (IsOurs(turn, run, unlooked))
        {
            return Unsent(turn, run, unlooked);
        }

        // The next look is not due yet: the last one is told once more.
        if (turn.Now < run.DueAt - TimerTolerance)
        {
            return turn.Ignore(Reasons.Duplicate, OrderOf(turn, run));
        }

        if (turn.Now >= run.HorizonAt)
        {
            return Evict(turn.Do(new TellApp(new AdmissionReturned(WebhookId(turn, run.Id, run.Attempt)))), run, Reasons.HorizonOver);
        }

        var stalled = run.Stalls + 1 < LooksAtMost
            ? run with { Stalls = run.Stalls + 1, DueAt = turn.Now + stallWait }
            : run.Noting(turn.Now, Reasons.NotLooked) with { Stalls = LooksAtMost, DueAt = turn.Now };
        return turn.Blaming(Blame.SignalR).Stay(
            stalled.Stalls < LooksAtMost ? Reasons.StepFailed : Reasons.NotLooked, turn.Before with { Run = stalled }, SendOrder(turn, stalled));
    }

    // For as long as evidence holds anything back.
    static bool IsOurs(Turn turn, ResurrectionRun run, AttemptUnlooked unlooked) => run.Reason == RunReason.Start
        ? unlooked.Sight?.IsAway == true && run.HeldMs < turn.Policy.AliveLimitMs
        : unlooked.Late ? IsLateStep(turn, run) : unlooked.Sight is not null && IsHoldable(turn);

    // Half of the time that the run has tried already, so that the tries of a long backlog grow with its logarithm; and not all at once.
    static TimeSpan BusyWait(Turn turn, ResurrectionRun run)
    {
        var half = (turn.Now - run.BeganAt) / 2;
        var wait = half < EngineBusyWait ? EngineBusyWait : half < EngineBusyLongest ? half : EngineBusyLongest;
        return wait * (1 + (StableHash.Uniform(turn.Id, $"{run.Id}|busy", (int)(turn.Now - run.BeganAt).TotalSeconds) / 2));
    }

    static Decision OnAttemptSent(Turn turn, AttemptSent sent)
    {
        if (InFlight(turn, sent.RunId, sent.Attempt) is not { } run)
        {
            return LearnOf(turn, sent);
        }

        var id = WebhookId(turn, run.Id, run.Attempt);
        var told = run.Noting(turn.Now, sent.Result.Detail) with { Stalls = 0, Gone = GoneEvidence.After(run.Gone, sent.Result, turn.Now) };
        turn.Do(new TellApp(run.Reason == RunReason.HandOver && sent.Result.IsLeaving ? new AdmissionReturned(id) : OutcomeOf(turn, run, sent.Result)));
        var decision = sent.Result.Verdict switch
        {
            not WebhookVerdict.Accepted when run.Reason == RunReason.HandOver => HandOverUnanswered(turn, told, sent.Result),
            WebhookVerdict.Accepted when run.Reason == RunReason.Resurrection && IsHeld(turn, sent.Result) =>
                BackToGrace(turn, Reasons.HeldByApp, Signed(turn, turn.Now), Signed(turn, turn.Now).AwakeUntil, run.Attempt),
            WebhookVerdict.Accepted => AwaitAttach(turn, told),
            WebhookVerdict.Gone => Evict(turn, told, Reasons.AppGone),
            WebhookVerdict.Rejected => Evict(turn, told, Reasons.WebhookRejected),
            _ when told.Gone is { IsConclusive: true } => Evict(turn, told, Reasons.AppGone),
            _ => TryLater(turn, told, Reasons.AttemptFailed, sent.Result.RetryAfterMs),
        };
        return decision with { Session = decision.Session.Telling(id) };
    }

    // The process that was attached last says that it has the session: it knows that it is asked for, and comes.
    static bool IsHeld(Turn turn, WebhookResult result) =>
        result.HeldBy is { } holder && holder == turn.Before.InstanceId && IsHoldable(turn);

    // Whoever was asked to come later, or found nobody, is called when the app turns out to be up before that.
    static OutcomeReported OutcomeOf(Turn turn, ResurrectionRun run, WebhookResult result)
    {
        var isLate = run.Unhurried && result.Verdict == WebhookVerdict.Accepted;
        var reported = new OutcomeReported(WebhookId(turn, run.Id, run.Attempt), result) { DueAt = run.DueAt, SentAt = isLate ? run.DueAt : null };
        return result.RetryAfterMs is null && !result.IsNobodyThere
            ? reported
            : reported with { SessionId = turn.Id.SessionId, RunId = run.Id, Foreground = turn.Before.Foreground };
    }

    // The run is over, and only now is it known what became of its webhook. The gate is told by whoever learns it, however late, and once.
    static Decision LearnOf(Turn turn, AttemptSent sent)
    {
        if (CurrentRun(turn, sent.RunId) is { } run)
        {
            return turn.Ignore(Reasons.Duplicate, OrderOf(turn, run));
        }

        var id = WebhookId(turn, sent.RunId, sent.Attempt);
        var isTold = turn.Before.ToldWebhook == id;
        var isTimed = turn.Before.PacedAt is not null && sent.Result.TookMs is not null;
        turn.DoIf(!isTold, new TellApp(new OutcomeReported(id, sent.Result)))
            .DoIf(isTold && isTimed, new TellApp(new OutcomeReported(id, sent.Result) { DueAt = turn.Before.PacedAt, HasAttached = true }));
        return EndRun(turn, Settled(turn.Before, sent.RunId, sent.Attempt, wasSent: true).Telling(id));
    }

    static Decision LearnOfNone(Turn turn, string runId, int attempt)
    {
        if (CurrentRun(turn, runId) is { } run)
        {
            return turn.Ignore(Reasons.Duplicate, OrderOf(turn, run));
        }

        var id = WebhookId(turn, runId, attempt);
        turn.DoIf(turn.Before.ToldWebhook != id, new TellApp(new AdmissionReturned(id)));
        return EndRun(turn, Settled(turn.Before, runId, attempt, wasSent: false).Telling(id));
    }

    // Nothing is stored for a session that does not exist, or a late word of its run would create one.
    static AppSession Telling(this AppSession session, string webhookId, DateTimeOffset? pacedAt = null) =>
        session.State == AppState.None ? session : session with { ToldWebhook = webhookId, PacedAt = pacedAt };

    static AppSession Settled(AppSession session, string runId, int attempt, bool wasSent)
    {
        if (session.OpenWebhook is not { } open || open.RunId != runId || open.Attempt != attempt)
        {
            return session;
        }

        var tally = session.Tally;
        return session with
        {
            OpenWebhook = null,
            WrittenOff = wasSent && !open.WasAlive && open.Reason == RunReason.Resurrection ? open.Instance ?? session.WrittenOff : session.WrittenOff,
            Tally = wasSent
                ? tally with { FalseResurrections = tally.FalseResurrections + (open.WasAlive ? 1 : 0) }
                : tally with { Webhooks = tally.Webhooks - 1 },
        };
    }

    static ResurrectionRun? InFlight(Turn turn, string runId, int attempt) =>
        CurrentRun(turn, runId) is { Phase: RunPhase.Sending } run && run.Attempt == attempt ? run : null;

    static Decision AwaitAttach(Turn turn, ResurrectionRun run)
    {
        var (until, awake) = (turn.After(turn.Policy.ConnectTimeoutMs), turn.Before.Evidence.AwakeUntil);
        until = run.Reason == RunReason.HandOver ? Earlier(until, run.HorizonAt) : awake > until ? awake.Value : until;
        var waiting = run with { Phase = RunPhase.Confirming, DueAt = until, IsHeld = false };
        return turn.Stay(Reasons.WebhookAccepted, turn.Before with { Run = waiting }, WaitOrder(waiting));
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
        var wait = Math.Max(delay, RetryAfter.GrantedMs(retryAfterMs, run.HorizonAt - turn.Now) + (policy.BackoffBaseMs * random));
        var dueAt = turn.After(wait);
        var waiting = run with
        {
            Phase = RunPhase.Waiting,
            LastDelayMs = delay,
            DueAt = dueAt < run.HorizonAt ? dueAt : run.HorizonAt,
            InTurn = false,
        };
        return turn.Move(AppState.Backoff, reason, s => s with { Run = waiting }, WaitOrder(waiting));
    }

    // Never longer than the app's own probes are apart, so that an app with one session is found again as soon as one with many.
    static int CapOf(Turn turn, ResurrectionRun run)
    {
        var age = turn.Now - (turn.Before.LostAt > run.BeganAt.AddHours(-1) ? turn.Before.LostAt.Value : run.BeganAt);
        var spacing = (int)Math.Min(ProbeSchedule.SpacingMs(age, turn.Policy), int.MaxValue);
        return Math.Max(turn.Policy.BackoffBaseMs, Math.Min(turn.Policy.BackoffCapMs, spacing));
    }
}

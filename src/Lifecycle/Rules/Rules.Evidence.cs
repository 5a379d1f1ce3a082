namespace Lifecycle;

public static partial class Rules
{
    /// <summary>The longest wait before a session looks again for itself whether the SignalR service is back. Whoever sees it come back tells it sooner.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(5);

    /// <summary>By up to which share of it <see cref="Policy.AliveLimitMs"/> is stretched, for each session by its own.</summary>
    public const double LimitSpread = 0.2;

    /// <summary>
    /// For how many grace windows from its loss a session waits for a process that is coming back to its others. Five thousand of them took one process twelve
    /// to fifty seconds after a cloud restart; one whose process lives and has forgotten it is not to wait for ever.
    /// </summary>
    public const int SeenWindows = 10;

    /// <summary>The shortest wait before a run asks again that could not go on because the service was away.</summary>
    static readonly TimeSpan awayWait = TimeSpan.FromSeconds(5);

    /// <summary>And the longest.</summary>
    static readonly TimeSpan longestAwayWait = TimeSpan.FromSeconds(30);

    /// <summary>Whether a timer is decided upon by what the canary sees: only then somebody looks.</summary>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="timer">The timer that fired.</param>
    /// <param name="now">The time, UTC.</param>
    public static bool WantsSight(AppSession session, TimerFired timer, DateTimeOffset now) =>
        timer.Kind == TimerKind.Grace && (timer.Epoch == session.Epoch || IsCountedOn(session, timer)) && session is { State: AppState.GracePeriod, Released: false, Away: false }
        && now >= session.Deadline;

    /// <summary>The same for an app that accepted a webhook and was to attach by now.</summary>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="due">The step that is due.</param>
    /// <param name="now">The time, UTC.</param>
    public static bool WantsSight(AppSession session, AttemptDue due, DateTimeOffset now) =>
        session is { Away: false, Run: { Phase: RunPhase.Confirming } run } && run.Id == due.RunId && run.Driver == due.Driver && now >= run.DueAt;

    /// <summary>
    /// Whether what the canary saw holds a webhook back: no client can open a socket; or, for a resurrection, not for a whole grace window yet.
    /// </summary>
    /// <param name="sight">What it saw.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="terms">Of a resurrection; null for a start.</param>
    public static bool HoldsWebhook(ServiceSight sight, DateTimeOffset now, HoldTerms? terms) => terms is null
        ? sight.For(now - CanarySchedule.Proof).IsAway
        : sight.For(terms.LostAt) is var seen && (seen.IsAway || seen.AwayAt?.AddMilliseconds(terms.GraceMs) > now);

    /// <summary>Whether something that was due at a time comes so late that this system was away.</summary>
    /// <param name="due">When it was due.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="lateMs">The limit, in milliseconds.</param>
    public static bool IsLate(DateTimeOffset due, DateTimeOffset now, double lateMs) => now > due.AddMilliseconds(lateMs);

    /// <summary>Whether everybody has had a whole grace window since clients can open sockets again, as far as a sweep knows.</summary>
    /// <param name="sight">What the canary saw.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="graceMs">The grace window, in milliseconds.</param>
    public static bool IsBackForLong(ServiceSight sight, DateTimeOffset now, double graceMs) =>
        sight.Open == true && !(sight.AwayAt?.AddMilliseconds(graceMs) > now);

    /// <summary>When those who were held back are told: once everybody has had a whole grace window, so that those whose apps live have attached and cost nothing.</summary>
    /// <param name="backAt">Since when clients can open sockets again.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="fleet">The fleet's policy.</param>
    public static TimeSpan ToldBackIn(DateTimeOffset backAt, DateTimeOffset now, Policy fleet)
    {
        var left = backAt.AddMilliseconds(fleet.ReconnectGraceMs) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>What a session is told that was held back because no client could open a socket, now that one can; null for nothing.</summary>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="backAt">Since when one can.</param>
    public static ServiceBack? BackTo(AppSession session, DateTimeOffset backAt) =>
        session is { State: AppState.GracePeriod, Evidence: { AwayAt: { } away, BackAt: null } } && away <= backAt ? new ServiceBack(session.Epoch, backAt) : null;

    // Evidence holds a loss back for so long, and not for ever: whatever it is, somebody must get to know.
    static bool IsHoldable(Turn turn) =>
        turn.Before.LostAt is { } lost && turn.Now < LimitOf(turn, lost);

    // Sessions that were lost together begin their runs apart: up to a fifth of the limit later, and well within the horizon.
    static DateTimeOffset LimitOf(Turn turn, DateTimeOffset lost)
    {
        var spread = Math.Min(turn.Policy.AliveLimitMs * LimitSpread, turn.Policy.HorizonMs / 2.0);
        return lost.AddMilliseconds(turn.Policy.AliveLimitMs + (spread * StableHash.Uniform(turn.Id, "limit", 0)));
    }

    static DateTimeOffset HeldUntil(Turn turn, DateTimeOffset until)
    {
        var limit = LimitOf(turn, turn.Before.LostAt!.Value);
        return until < limit ? until : limit;
    }

    // Null when nothing holds it back: sockets can be made, this system is here, and nothing was heard of the process for a whole grace window.
    static (string Reason, DateTimeOffset Until, Evidence Evidence)? HoldOf(Turn turn, TimerFired timer, DateTimeOffset due)
    {
        var sight = (timer.Sight ?? ServiceSight.Unknown).For(turn.Before.LostAt);
        var (evidence, graceMs) = (turn.Before.Evidence, turn.Policy.ReconnectGraceMs);
        if (!IsHoldable(turn))
        {
            return null;
        }

        if (sight.IsAway)
        {
            return (Reasons.ServiceAway, turn.Now + NextLook(turn), evidence.SeenAway(turn.Now));
        }

        if (IsLate(due, turn.Now, turn.Policy.LateLimitMs) && evidence.LateAt is null)
        {
            return (Reasons.PlatformAway, turn.After(graceMs), evidence.SeenLate(turn.Now));
        }

        if (WellUntil(turn, sight) is { } well && well > turn.Now)
        {
            return (Reasons.ServiceBack, well, (evidence.AwayAt is null ? evidence.SeenAway(turn.Now) : evidence) with { BackAt = turn.Now });
        }

        var seenOpen = sight.Open == true ? evidence with { OpenAt = turn.Now } : evidence;
        return IsAwake(turn) ? (Reasons.SignOfLife, evidence.AwakeUntil!.Value, seenOpen)
            : SeenUntil(turn, timer.SeenAt) is { } seen && seen > turn.Now ? (Reasons.ProcessSeen, seen, seenOpen with { SeenAt = timer.SeenAt })
            : null;
    }

    // A process comes back to its sessions in turns. While it does it lives, and whoever is still in line is not to be started anew.
    static DateTimeOffset? SeenUntil(Turn turn, DateTimeOffset? seenAt)
    {
        var (lost, graceMs) = (turn.Before.LostAt!.Value, turn.Policy.ReconnectGraceMs);
        return Within(seenAt, turn.Now, 0) is { } seen && seen > lost ? Earlier(seen.AddMilliseconds(graceMs), lost.AddMilliseconds(SeenWindows * graceMs)) : null;
    }

    // Whoever looks all the time knows when it came back. Whoever does not has found it back only now.
    static DateTimeOffset? WellUntil(Turn turn, ServiceSight sight)
    {
        var evidence = turn.Before.Evidence;
        var isNews = evidence is { AwayAt: not null, BackAt: null } && !(sight.AwayAt >= evidence.AwayAt);
        return (isNews ? turn.Now : Within(sight.AwayAt, turn.Now, 0))?.AddMilliseconds(turn.Policy.ReconnectGraceMs);
    }

    // The longer it lasts the more seldom it is looked, and never by all at once: ten minutes are some ten looks, and each session at its own time.
    static TimeSpan NextLook(Turn turn)
    {
        var age = turn.Now - turn.Before.LostAt!.Value;
        var wait = age * (0.75 + (0.5 * StableHash.Uniform(turn.Id, "away", (int)age.TotalSeconds)));
        var grace = TimeSpan.FromMilliseconds(turn.Policy.ReconnectGraceMs);
        return wait < grace ? grace : wait < LongestHold ? wait : LongestHold;
    }

    static Decision Hold(Turn turn, string reason, DateTimeOffset until, Evidence evidence)
    {
        var deadline = HeldUntil(turn, until);
        turn.Do(new ArmTimer(TimerKind.Grace, deadline, turn.Before.Epoch)).Do(new HeldBack(reason, turn.BlameFor(reason)));
        return turn.Stay(reason, turn.Before with { Deadline = deadline, GraceTimerAt = null, KeptUntil = KeptFrom(turn, deadline), Evidence = evidence });
    }

    static DateTimeOffset KeptFrom(Turn turn, DateTimeOffset deadline) => deadline.AddMilliseconds(turn.Policy.RetentionMs);

    // A run that was begun too soon ends, and the grace window begins anew. Its state is kept as if it had never run out.
    static Decision BackToGrace(Turn turn, string reason, Evidence evidence, DateTimeOffset? until = null, int sent = 0)
    {
        var epoch = turn.Before.Epoch + 1;
        var deadline = HeldUntil(turn, until ?? turn.After(turn.Policy.ReconnectGraceMs));
        var blame = BlameTable.Of(reason, evidence.Blame);
        turn.Blaming(blame).Do(new ArmTimer(TimerKind.Grace, deadline, epoch)).Do(new HeldBack(reason, blame));
        var judged = Judged(turn.Before, sent, lived: reason is Reasons.SignOfLife or Reasons.HeldByApp);
        return turn.Move(
            AppState.GracePeriod,
            reason,
            _ => judged with
            {
                Epoch = epoch,
                Deadline = deadline,
                GraceTimerAt = null,
                KeptUntil = KeptFrom(turn, deadline),
                Run = null,
                Evidence = evidence,
                Tally = judged.Tally with { Graces = judged.Tally.Graces + 1 },
            },
            RunOrder.End(reason));
    }

    // Null when the app had all the time that it was given. It cannot attach while nobody can; and what was due while this system was away was not seen.
    static Decision? AwaitAnew(Turn turn, ResurrectionRun run, ServiceSight? seen)
    {
        var isOurs = run.Reason == RunReason.Start ? run.HeldMs < turn.Policy.AliveLimitMs : IsHoldable(turn);
        var isAway = isOurs && seen?.For(turn.Before.LostAt ?? turn.Now - CanarySchedule.Proof).IsAway == true;
        if (isAway || (isOurs && run.IsHeld))
        {
            var wait = isAway ? AwayWaitOf(turn, run) : TimeSpan.FromMilliseconds(turn.Policy.ConnectTimeoutMs);
            return AwaitAnew(turn, Stretched(run, wait) with { DueAt = turn.Now + wait, IsHeld = isAway }, isAway ? Reasons.ServiceAway : Reasons.ServiceBack);
        }

        return IsLate(run.DueAt, turn.Now, turn.Policy.LateLimitMs) && IsLateStep(turn, run)
            ? AwaitAnew(turn, run with { DueAt = turn.After(turn.Policy.ReconnectGraceMs) }, Reasons.PlatformAway)
            : null;
    }

    static Decision AwaitAnew(Turn turn, ResurrectionRun awaited, string reason)
    {
        var evidence = turn.Before.Evidence;
        var seen = reason switch
        {
            Reasons.ServiceAway => evidence.SeenAway(turn.Now),
            Reasons.PlatformAway => evidence.SeenLate(turn.Now),
            _ => evidence,
        };
        return turn.DoIf(awaited.Reason == RunReason.Resurrection, new HeldBack(reason, turn.BlameFor(reason))).Stay(reason, turn.Before with { Run = awaited, Evidence = seen }, WaitOrder(awaited));
    }

    static Decision OnServiceBack(Turn turn, ServiceBack back)
    {
        var session = turn.Before;
        // It may have gone again since, and that was seen here first.
        if (session.Epoch != back.Epoch || BackTo(session, back.BackAt) is null || session.Deadline is not { } deadline)
        {
            return turn.Ignore(Reasons.StaleLook);
        }

        var until = Within(back.BackAt, turn.Now, 0)!.Value.AddMilliseconds(turn.Policy.ReconnectGraceMs);
        var sooner = until > turn.Now ? until : turn.Now;
        return Hold(turn, Reasons.ServiceBack, sooner < deadline ? sooner : deadline, session.Evidence with { BackAt = back.BackAt });
    }

    // The webhook did not go out, and the app is not to blame.
    static Decision Unsent(Turn turn, ResurrectionRun run, AttemptUnlooked unlooked)
    {
        var (sight, evidence) = (unlooked.Sight?.For(turn.Before.LostAt), turn.Before.Evidence);
        var isAway = sight?.IsAway == true;
        if (run.Reason != RunReason.Resurrection)
        {
            return PutOff(Returning(turn, run, isAway), run);
        }

        var unmade = Returning(turn.From(Unmade(turn.Before, run), WebhookId(turn, run.Id, run.Attempt)), run, isAway);
        if (sight is null)
        {
            return BackToGrace(unmade, Reasons.PlatformAway, evidence.SeenLate(turn.Now), sent: run.Attempt - 1);
        }

        var seen = evidence.SeenAway(turn.Now);
        return isAway
            ? BackToGrace(unmade, Reasons.ServiceAway, seen, turn.Now + NextLook(turn), run.Attempt - 1)
            : BackToGrace(unmade, Reasons.ServiceBack, seen with { BackAt = turn.Now }, sight.AwayAt?.AddMilliseconds(turn.Policy.ReconnectGraceMs), run.Attempt - 1);
    }

    static Turn Returning(Turn turn, ResurrectionRun run, bool isAway)
    {
        var webhook = WebhookId(turn, run.Id, run.Attempt);
        return turn.Do(new TellApp(new AdmissionReturned(webhook) { Away = isAway ? StableHash.Name("aw_", turn.Id, $"{webhook}|{turn.Now.UtcTicks}") : null }));
    }

    // As if the webhook had never been ordered, for it did not go out.
    static AppSession Unmade(AppSession session, ResurrectionRun run) => session with
    {
        Run = run with { Phase = RunPhase.Asking, Attempt = run.Attempt - 1 },
        Tally = session.Tally with { Webhooks = session.Tally.Webhooks - 1 },
    };

    // Nobody was attached, so there is no grace window to go back to: it asks again by itself, and its horizon does not pass meanwhile. Under the next number, for
    // the webhook keeps its name, and an answer that comes twice would start the same orchestration again.
    static Decision PutOff(Turn turn, ResurrectionRun run)
    {
        var wait = AwayWaitOf(turn, run);
        var unmade = Unmade(turn.Before, run);
        var waiting = Stretched(unmade.Run!, wait) with
        {
            Phase = RunPhase.Waiting,
            DueAt = turn.Now + wait,
            Driver = run.Driver + 1,
            Stalls = 0,
            InTurn = false,
        };
        return turn.Do(AskFor(turn, waiting, turn.Before.Foreground))
            .Stay(Reasons.ServiceAway, unmade with { Run = waiting }, RunOrder.End(Reasons.ServiceAway));
    }

    static TimeSpan AwayWaitOf(Turn turn, ResurrectionRun run)
    {
        var random = StableHash.Uniform(turn.Id, $"{run.Id}|away", (int)run.HeldMs);
        var half = TimeSpan.FromMilliseconds(run.HeldMs / 2);
        return (half < awayWait ? awayWait : half < longestAwayWait ? half : longestAwayWait) * (1 + random);
    }

    // Its horizon does not pass meanwhile.
    static ResurrectionRun Stretched(ResurrectionRun run, TimeSpan wait) =>
        run with { HeldMs = run.HeldMs + wait.TotalMilliseconds, HorizonAt = run.HorizonAt + wait };
}

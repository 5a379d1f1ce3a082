namespace Lifecycle;

public static partial class Rules
{
    /// <summary>How long after its deadline a timer counts as lost: longer than the 90 s within which a killed host's work is redone (docs/host.md).</summary>
    public static readonly TimeSpan TimerLost = TimeSpan.FromMinutes(2);

    /// <summary>By how much the clocks of two hosts may differ before a deadline counts as too far off.</summary>
    public static readonly TimeSpan TimerTolerance = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The timer of a session that never came; null when none is missing. A signal is not repeated when its operation fails, because the
    /// version that ran then could not read the state, say. One whose deadline is further off than the policy allows is told as well, since a clock was
    /// set back: it is armed anew.
    /// </summary>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="policy">The policy in force; null when it is not known.</param>
    public static TimerFired? LostTimerOf(AppSession session, DateTimeOffset now, Policy? policy = null)
    {
        var (kind, due) = session is { State: AppState.Running, Attachment: { } attachment }
            ? attachment.MendAt is { } mend ? (TimerKind.Mend, mend) : (TimerKind.Stable, session.Life.StableAt)
            : (TimerOf(session.State), session.Deadline);
        var isFarOff = policy is not null && session.Deadline - now > TimeSpan.FromMilliseconds(WindowMs(session, policy)) + TimerTolerance;
        return (now - due > TimerLost || isFarOff) && kind != TimerKind.None ? new TimerFired(kind, session.Epoch) : null;
    }

    // A durable timer is a hint: only the stored deadline decides.
    static Decision OnTimerFired(Turn turn, TimerFired timer)
    {
        var session = turn.Before;
        var isCountedOn = IsCountedOn(session, timer);
        if ((timer.Epoch != session.Epoch && !isCountedOn) || TimerOf(session.State) != timer.Kind || session.Deadline is not { } deadline)
        {
            return turn.Ignore(Reasons.StaleTimer);
        }

        if (timer.DueAt < deadline && !isCountedOn)
        {
            return turn.Ignore(Reasons.StaleTimer);
        }

        if (turn.Now < deadline)
        {
            return turn.Do(new ArmTimer(timer.Kind, deadline, session.Epoch))
                .Stay(Reasons.TimerEarly, isCountedOn ? session with { GraceTimerAt = deadline } : session);
        }

        turn.Do(new Measure(Measurement.TimerLateness, turn.Now - deadline));
        return timer.Kind switch
        {
            TimerKind.Grace => ExpireGrace(turn, timer, deadline),
            TimerKind.Stop => EndStop(turn, Reasons.StopTimeout, null),
            _ when session.Chores.DueAt is not null => KeepForChores(turn),
            _ => turn.Forget(Reasons.RetentionOver),
        };
    }

    // The one that was on its way, whichever window it was armed in. The next one takes its place, so that a second copy of it is stale.
    static bool IsCountedOn(AppSession session, TimerFired timer) =>
        timer.Kind == TimerKind.Grace && timer.DueAt is { } due && due == session.GraceTimerAt;

    static TimerKind TimerOf(AppState state) => state switch
    {
        AppState.GracePeriod => TimerKind.Grace,
        AppState.Stopping => TimerKind.Stop,
        AppState.Stopped => TimerKind.Retention,
        _ => TimerKind.None,
    };

    static Decision ExpireGrace(Turn turn, TimerFired timer, DateTimeOffset due)
    {
        var session = turn.Before;
        if (session.Released)
        {
            return FinishStop(turn, Reasons.AppReleased, null);
        }

        if (session.Away)
        {
            return turn.Knowing(LifeAfterLoss(turn)).Move(AppState.Dormant, Reasons.UserAway, Expired);
        }

        if (HoldOf(turn, timer, due) is var (reason, until, evidence))
        {
            return Hold(turn, reason, until, evidence);
        }

        turn.DoIf(IsAwake(turn), new TellApp(new SessionUnattached(StableHash.Name("un_", turn.Id, $"{session.Epoch}"))));
        var blame = BlameAtExpiry(turn, timer.Sight ?? ServiceSight.Unknown);
        return IsPutOff(turn.Knowing(LifeAfterLoss(turn))) ? PutOffRestart(turn, blame) : Disconnect(turn, Reasons.GraceExpired, blame);
    }

    static Decision Disconnect(Turn turn, string reason, Blame blame = Blame.Unknown)
    {
        if (turn.Before is { StartPending: true, Foreground: var foreground } && !turn.Policy.Resurrect)
        {
            return Start(turn, Reasons.StartRequested, foreground);
        }

        // A return of the user may follow a run that ended in this epoch: a new epoch gives the new run an id of its own.
        var epoch = turn.Before.Epoch + (reason == Reasons.UserBack ? 1 : 0);
        var run = turn.Policy.Resurrect ? ResurrectionOf(turn, epoch) : null;
        var trace = reason == Reasons.UserBack ? turn.Trace : turn.Before.Trace;
        if (run is not null)
        {
            turn.Do(AskFor(turn, run, turn.Before.Foreground));
        }

        var evidence = turn.Before.Evidence;
        evidence = blame == Blame.Unknown ? evidence : evidence with { Blame = blame };
        return turn.Blaming(blame).Move(
            AppState.Disconnected,
            reason,
            s => (reason == Reasons.GraceExpired ? Expired(s) : s) with { Epoch = epoch, Away = false, Trace = trace, Run = run, Evidence = evidence });
    }

    static AppSession Expired(AppSession session) =>
        session with { Deadline = null, Tally = session.Tally with { Expired = session.Tally.Expired + 1 } };

    static ResurrectionRun ResurrectionOf(Turn turn, long epoch)
    {
        var spread = Backoff.InitialMs(turn.Policy.InitialSpreadMs, StableHash.Uniform(turn.Id, RunId(turn, epoch), 0));
        return NewRun(turn, epoch, RunReason.Resurrection, turn.After(spread));
    }

    static ResurrectionRun NewRun(Turn turn, long epoch, RunReason reason, DateTimeOffset dueAt) => new()
    {
        Id = RunId(turn, epoch),
        Reason = reason,
        Phase = RunPhase.Asking,
        DueAt = dueAt,
        BeganAt = turn.Now,
        HorizonAt = turn.After(turn.Policy.HorizonMs),
    };

    // The time makes it unique over the lives of one key: a session can be forgotten and begin again at epoch 1.
    static string RunId(Turn turn, long epoch) => $"r{epoch}-{turn.Now.ToUnixTimeMilliseconds():x}";
}

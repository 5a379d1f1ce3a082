namespace Lifecycle;

/// <content>App processes that are lost soon after they attached, again and again: their restarts are spaced like failures, and the app's gate is told.</content>
public static partial class Rules
{
    // A life ends when nobody came back for a whole grace window, or when another process comes in its place.
    static Life LifeAfterLoss(Turn turn)
    {
        var (session, life) = (turn.Before, turn.Before.Life);
        if (session.LostAt is not { } lost)
        {
            return life;
        }

        var ended = life.Ended(lost, turn.Policy.StableMs);
        if (ended.IsLooping && ended.Short > life.Short)
        {
            turn.Do(new TellApp(new SessionLooping(LifeName(turn, life, "lp_"), turn.Id.SessionId)));
        }

        return life.IsLooping && !ended.IsLooping ? TellStable(turn, ended) : ended;
    }

    // Another process than the one before it begins a life. One that takes the place of an attached process says nothing of how that one fared.
    static Life LifeOf(Turn turn, Connected connected)
    {
        var (before, life) = (turn.Before, turn.Before.Life);
        var isAttached = before.State == AppState.Running;
        var isUnsure = isAttached || before.State == AppState.GracePeriod;
        if (life.BeganAt is not null && (SayingSameProcess(before, connected) ?? isUnsure))
        {
            return Watched(turn, life);
        }

        var wasWell = isAttached && life.IsStable(turn.Now, turn.Policy.StableMs);
        return Watched(turn, (wasWell ? WellNow(turn, life) : isAttached ? life : LifeAfterLoss(turn)).Next(turn.Now));
    }

    // Of a connection that says nothing of its process: within the grace window it is the one that was lost.
    static Life LifeOfAdopted(Turn turn) => turn.Before is { State: AppState.GracePeriod, Life: { BeganAt: not null } life }
        ? Watched(turn, life)
        : Watched(turn, LifeAfterLoss(turn).Next(turn.Now));

    // Only what loops is watched: a session that does not pays nothing.
    static Life Watched(Turn turn, Life life)
    {
        if (!life.IsLooping)
        {
            return life;
        }

        if (life.IsStable(turn.Now, turn.Policy.StableMs))
        {
            return WellNow(turn, life);
        }

        var stableAt = life.BeganAt!.Value.AddMilliseconds(turn.Policy.StableMs);
        turn.Do(new ArmTimer(TimerKind.Stable, stableAt, turn.Before.Epoch + 1));
        return life with { StableAt = stableAt };
    }

    static Life WellNow(Turn turn, Life life) =>
        life.IsLooping ? TellStable(turn, life with { Short = 0, StableAt = null }) : life with { Short = 0 };

    static Life TellStable(Turn turn, Life life)
    {
        turn.Do(new TellApp(new SessionStable(LifeName(turn, life, "st_"), turn.Id.SessionId)));
        return life;
    }

    static string LifeName(Turn turn, Life life, string prefix) => StableHash.Name(prefix, turn.Id, $"{life.BeganAt?.UtcTicks}");

    static Decision OnStable(Turn turn, TimerFired timer)
    {
        var session = turn.Before;
        if (session.State != AppState.Running || timer.Epoch != session.Epoch || session.Life.StableAt is not { } due || timer.DueAt < due)
        {
            return turn.Ignore(Reasons.StaleTimer);
        }

        if (turn.Now < due)
        {
            return turn.Do(new ArmTimer(TimerKind.Stable, due, session.Epoch)).Stay(Reasons.TimerEarly, session);
        }

        return turn.Stay(Reasons.Stable, session with { Life = WellNow(turn, session.Life) });
    }

    // Whoever asked for a start meanwhile wants it now.
    static bool IsPutOff(Turn turn) => turn.Before is { Life.IsLooping: true, StartPending: false } && turn.Policy.Resurrect;

    // The app came up and went down again: a webhook now would only bring the next round. It asks by itself when the wait is over, and its horizon counts from there.
    static Decision PutOffRestart(Turn turn, Blame blame)
    {
        var session = turn.Before;
        var random = StableHash.Uniform(turn.Id, RunId(turn, session.Epoch), session.Life.Short);
        var wait = CrashLoop.WaitMs(session.Life.Short, turn.Policy, random);
        var run = PutOffBy(NewRun(turn, session.Epoch, RunReason.Resurrection, turn.After(wait)), wait) with { Phase = RunPhase.Waiting };
        turn.Do(AskFor(turn, run, session.Foreground));
        var evidence = blame == Blame.Unknown ? session.Evidence : session.Evidence with { Blame = blame };
        return turn.Move(AppState.Backoff, Reasons.CrashLoop, s => Expired(s) with { Run = run, Evidence = evidence });
    }

    static ResurrectionRun PutOffBy(ResurrectionRun run, double ms) => run with { LoopMs = run.LoopMs + ms, HorizonAt = run.HorizonAt.AddMilliseconds(ms) };

    // As of the gate: a restart that somebody asked for, or that is tried again, is held back by nobody else's.
    static int LoopOf(AppSession session, ResurrectionRun run) =>
        run is { Reason: RunReason.Resurrection, Wanted: false, Attempt: 0 } && session is { Life.IsLooping: true, StartPending: false } ? session.Life.Short : 0;
}

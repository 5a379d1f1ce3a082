namespace Lifecycle;

public static partial class Rules
{
    // A host's clock can step back, and hosts differ. What is stored of the past lies in the future then: nothing waits for that, and no deadline is
    // further off than the policy allows.
    static AppSession InTime(AppSession session, DateTimeOffset now, Policy policy)
    {
        var deadline = Within(session.Deadline, now, WindowMs(session, policy));
        var kept = Within(session.KeptUntil, now, GraceWindowMs(session, policy) + policy.RetentionMs);
        var evidence = session.Evidence == Evidence.None ? Evidence.None : session.Evidence.InTime(now, policy.ReconnectGraceMs);
        // Of two connections of which one was negotiated in the future nobody knows which is the newer.
        var newest = session.NewestNegotiatedAt > now ? null : session.NewestNegotiatedAt;
        var lost = Within(session.LostAt, now, 0);
        var run = session.Run is { } itsRun ? InTime(itsRun, now, policy, GraceWindowMs(session, policy)) : null;
        var chores = session.Chores.DueAt - now > longestMend + TimerTolerance ? session.Chores with { DueAt = now } : session.Chores;
        var predecessor = session.Predecessor is { } old ? old with { Until = Within(old.Until, now, policy.HandOverMs)!.Value } : null;
        var roll = session.Roll?.At > now ? session.Roll with { At = now } : session.Roll;
        var life = session.Life.BeganAt > now || session.Life.StableAt > now.AddMilliseconds(policy.StableMs) ? InTime(session.Life, now, policy) : session.Life;
        return (deadline, kept, newest, lost, run, chores, roll, evidence, predecessor, life) ==
            (session.Deadline, session.KeptUntil, session.NewestNegotiatedAt, session.LostAt, session.Run, session.Chores, session.Roll, session.Evidence, session.Predecessor, session.Life)
            ? session
            : session with { Deadline = deadline, KeptUntil = kept, NewestNegotiatedAt = newest, LostAt = lost, Run = run, Chores = chores, Roll = roll, Evidence = evidence, Predecessor = predecessor, Life = life };
    }

    static Life InTime(Life life, DateTimeOffset now, Policy policy) =>
        life with { BeganAt = Within(life.BeganAt, now, 0), StableAt = Within(life.StableAt, now, policy.StableMs) };

    static ResurrectionRun InTime(ResurrectionRun run, DateTimeOffset now, Policy policy, double graceMs)
    {
        var due = run.Phase == RunPhase.Confirming ? Within(run.DueAt, now, Math.Max(policy.ConnectTimeoutMs, graceMs))!.Value : run.DueAt;
        return run.BeganAt <= now && due == run.DueAt
            ? run
            : run with { DueAt = due, BeganAt = Within(run.BeganAt, now, 0)!.Value, HorizonAt = Within(run.HorizonAt, now, policy.HorizonMs + run.PutOffMs)!.Value };
    }

    internal static DateTimeOffset? Within(DateTimeOffset? time, DateTimeOffset now, double ms) => time > now.AddMilliseconds(ms) ? now.AddMilliseconds(ms) : time;

    // One that was held back because the service was away looks again later the longer it lasts.
    static double GraceWindowMs(AppSession session, Policy policy) => session.Carried is not null
        ? LongestCarry.TotalMilliseconds + policy.ReconnectGraceMs
        : session.Evidence is { AwayAt: not null, BackAt: null }
        ? Math.Max(policy.ReconnectGraceMs, LongestHold.TotalMilliseconds)
        : policy.ReconnectGraceMs + (session.Evidence.SignAt is null ? 0 : Evidence.LongestGap.TotalMilliseconds);

    static double WindowMs(AppSession session, Policy policy) => session.State switch
    {
        AppState.GracePeriod => GraceWindowMs(session, policy),
        AppState.Stopping => policy.StopTimeoutMs,
        AppState.Stopped => Math.Max(policy.RetentionMs, ChoresKept.TotalMilliseconds),
        _ => policy.RetentionMs,
    };
}

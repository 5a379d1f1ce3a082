namespace Lifecycle;

public static partial class Rules
{
    // A host's clock can step back, and hosts differ. What is stored of the past lies in the future then: nothing waits for that, and no deadline is
    // further off than the policy allows.
    static AppSession InTime(AppSession session, DateTimeOffset now, Policy policy)
    {
        var deadline = Within(session.Deadline, now, WindowMs(session.State, policy));
        var kept = Within(session.KeptUntil, now, (double)policy.ReconnectGraceMs + policy.RetentionMs);
        // Of two connections of which one was negotiated in the future nobody knows which is the newer.
        var newest = session.NewestNegotiatedAt > now ? null : session.NewestNegotiatedAt;
        var lost = Within(session.LostAt, now, 0);
        var run = session.Run is { } itsRun ? InTime(itsRun, now, policy) : null;
        var chores = session.Chores.DueAt - now > longestMend + TimerTolerance ? session.Chores with { DueAt = now } : session.Chores;
        return (deadline, kept, newest, lost, run, chores) ==
            (session.Deadline, session.KeptUntil, session.NewestNegotiatedAt, session.LostAt, session.Run, session.Chores)
            ? session
            : session with { Deadline = deadline, KeptUntil = kept, NewestNegotiatedAt = newest, LostAt = lost, Run = run, Chores = chores };
    }

    static ResurrectionRun InTime(ResurrectionRun run, DateTimeOffset now, Policy policy)
    {
        var due = run.Phase == RunPhase.Confirming ? Within(run.DueAt, now, policy.ConnectTimeoutMs)!.Value : run.DueAt;
        return run.BeganAt <= now && due == run.DueAt
            ? run
            : run with { DueAt = due, BeganAt = Within(run.BeganAt, now, 0)!.Value, HorizonAt = Within(run.HorizonAt, now, policy.HorizonMs)!.Value };
    }

    internal static DateTimeOffset? Within(DateTimeOffset? time, DateTimeOffset now, double ms) => time > now.AddMilliseconds(ms) ? now.AddMilliseconds(ms) : time;

    static double WindowMs(AppState state, Policy policy) => state switch
    {
        AppState.GracePeriod => policy.ReconnectGraceMs,
        AppState.Stopping => policy.StopTimeoutMs,
        AppState.Stopped => Math.Max(policy.RetentionMs, ChoresKept.TotalMilliseconds),
        _ => policy.RetentionMs,
    };
}

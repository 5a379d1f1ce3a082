namespace Lifecycle;

/// <content>Apps that come up and go down again: their sessions are restarted one at a time, and their owner is told once.</content>
public static partial class AppRules
{
    static AppDecision OnLooping(AppTurn turn, SessionLooping looping)
    {
        if (!IsFirst(turn, looping.Id))
        {
            return turn.Done();
        }

        turn.Change(g => g with { Loops = g.Loops.With(looping.SessionId, turn.Now, turn.Now - CrashLoop.QuietAfter(turn.Policy)) });
        OpenIncident(turn, IncidentCause.CrashLoop);
        if (turn.Gate.Incident is not { LoopToldAt: null } incident)
        {
            return turn.Done();
        }

        var told = incident with { LoopToldAt = turn.Now, Cause = incident.Cause == IncidentCause.SessionsLost ? IncidentCause.CrashLoop : incident.Cause };
        turn.Change(g => g with { Incident = told }).Do(new TellOwner(OwnerNoticeKind.CrashLoop, told));
        return (told.Cause == incident.Cause ? turn : turn.Do(new IncidentBegan(told, turn.Gate.Breaker))).Done();
    }

    // One that stays up says it for all: it is the same app.
    static AppDecision OnSessionStable(AppTurn turn, SessionStable stable) =>
        (IsFirst(turn, stable.Id) && turn.Gate.Loops.IsOpen ? EndLoop(turn) : turn).Done();

    static AppTurn EndLoop(AppTurn turn)
    {
        foreach (var waiting in turn.Gate.Loops.Waiting)
        {
            turn.Do(new CallUp(waiting.SessionId, waiting.RunId!));
        }

        turn.Change(g => g with { Loops = CrashLoops.None });
        return turn.Gate.Breaker.IsOpen ? turn : EndIncident(turn, attached: true);
    }

    static bool IsLoopQuiet(AppGate gate, DateTimeOffset now, Policy policy) => now - gate.Loops.LastAt > CrashLoop.QuietAfter(policy);

    // Whatever opened it: the app answers, and does not stay.
    static bool IsStillLooping(AppGate gate, Incident incident) => gate.Loops.IsOpen && incident.LoopToldAt is not null;

    // Null when nothing of the loop holds it back. While the breaker is open that alone decides.
    static AppDecision? HeldByLoop(AppTurn turn, AdmissionAsked ask)
    {
        if (!IsPaced(turn, ask) || turn.Gate.Loops.NextAt is not { } next || next <= turn.Now)
        {
            return null;
        }

        var (loops, before) = Leave(turn, ask.Ticket).Gate.Loops.WithWaiting(ask, turn.Now);
        turn.Change(g => g with { Loops = loops });
        var each = TimeSpan.FromMilliseconds(CrashLoop.WaitMs(CrashLoop.FromTimes + loops.Restarts, turn.Policy, 0));
        return turn.Done(new Admission(AdmissionKind.Wait, before is { } places ? next + (each * places) : turn.Now + UncalledWait(turn, ask, each))
        {
            Loop = true,
            Callable = before is null ? 0 : OvertakenAtMost,
        });
    }

    // Whoever is not called when it is over asks for itself, later the longer it has waited: sooner than half of what one restart takes makes no difference.
    static TimeSpan UncalledWait(AppTurn turn, AdmissionAsked ask, TimeSpan each)
    {
        var patience = PatienceOf(turn, ask) is var waited && waited > LineIdle ? waited : LineIdle;
        var random = StableHash.Uniform(new AppSessionId(ask.SessionId ?? "", turn.PackageName), ask.WebhookId, turn.Gate.Loops.Restarts);
        return (patience < each / 2 ? patience : each / 2) * (1 + random);
    }

    // One that was let go and has missed its slot is no other one.
    static bool IsPaced(AppTurn turn, AdmissionAsked ask) =>
        ask.Loop >= CrashLoop.FromTimes && turn.Gate.Loops is { IsShared: true } loops && loops.Restart?.WebhookId != ask.WebhookId;

    // Whoever goes holds up those behind it, longer each time: what it comes to is known when it has stayed for a while.
    static AppDecision CountingRestart(AppTurn turn, AdmissionAsked ask, AppDecision decision)
    {
        if (!IsPaced(turn, ask) || decision.Admission is not { Kind: AdmissionKind.Go } go)
        {
            return decision;
        }

        var loops = turn.Gate.Loops.WithoutWaiting(ask.SessionId);
        var random = StableHash.Uniform(new AppSessionId("", turn.PackageName), $"{loops.LastAt?.UtcTicks}", loops.Restarts);
        var next = go.At.AddMilliseconds(CrashLoop.WaitMs(CrashLoop.FromTimes + loops.Restarts, turn.Policy, random));
        return decision with
        {
            Gate = decision.Gate with { Loops = loops with { Restarts = loops.Restarts + 1, Restart = new Flight(ask.WebhookId, go.At), NextAt = next } },
        };
    }

    // It did not go out: as if it had never been admitted.
    static AppTurn ReturnRestart(AppTurn turn, string? webhook)
    {
        if (webhook is null || turn.Gate.Loops.Restart?.WebhookId != webhook)
        {
            return turn;
        }

        turn.Change(g => g with { Loops = g.Loops with { Restarts = g.Loops.Restarts - 1, Restart = null, NextAt = turn.Now } });
        return CallLooper(turn);
    }

    static AppTurn LeaveLoop(AppTurn turn, string? sessionId)
    {
        var wasFirst = turn.Gate.Loops.Waiting.FirstOrDefault() is { } first && first.SessionId == sessionId;
        turn.Change(g => g with { Loops = g.Loops.WithoutWaiting(sessionId) });
        return wasFirst ? CallLooper(turn) : turn;
    }

    static AppTurn CallLooper(AppTurn turn) => turn.Gate.Loops.Waiting.FirstOrDefault() is { } next
        ? turn.Do(new CallUp(next.SessionId, next.RunId!, turn.Gate.Loops.NextAt > turn.Now ? turn.Gate.Loops.NextAt : null))
        : turn;

    // Somebody wants the app: the next one may go, a little apart from the last.
    static AppTurn RestartSoon(AppTurn turn)
    {
        if (turn.Gate.Loops is not { NextAt: { } next } loops || next <= turn.Now)
        {
            return turn;
        }

        var soonest = Rules.Later(loops.Restart?.At.AddMilliseconds(turn.Policy.ProbeFloorMs), turn.Now)!.Value;
        turn.Change(g => g with { Loops = loops with { NextAt = soonest < next ? soonest : next } });
        return CallLooper(turn);
    }
}

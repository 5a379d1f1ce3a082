namespace Lifecycle;

public static partial class AppRules
{
    /// <summary>For how long nobody is admitted after one found that no client can open a socket at the SignalR service.</summary>
    public static readonly TimeSpan AwayWait = TimeSpan.FromSeconds(5);

    /// <summary>For how long after that waiting counts towards no horizon.</summary>
    public static readonly TimeSpan AwayCounts = TimeSpan.FromSeconds(30);

    /// <summary>A question is late beyond doubt when it is by so many late limits: it may have stood in a line.</summary>
    public const int LateLimits = 3;

    /// <summary>How soon after one such question another one can mean that this system was away again.</summary>
    public static readonly TimeSpan LateCounts = TimeSpan.FromMinutes(1);

    static DateTimeOffset? AwayUntil(AppGate gate) => gate.AwayAt + AwayWait;

    // Nothing is said about the app, and whoever would be next would find the same.
    static AppDecision WaitAway(AppTurn turn, string webhook)
    {
        var wasProbe = turn.Gate.Breaker.Probe?.WebhookId == webhook;
        Landed(turn, webhook).Change(g => g with { AwayAt = turn.Now, Breaker = wasProbe ? g.Breaker.Unmade(turn.Now) : g.Breaker });
        return CallNext(turn).Done();
    }

    static AppDecision WaitUntil(AppTurn turn, AdmissionAsked ask, DateTimeOffset held) =>
        Wait(turn, ask, Rules.Later(turn.Gate.Breaker.IsOpen ? turn.Gate.ProbeFrom : turn.Gate.HoldUntil, held)!.Value);

    static AppDecision WithEvidence(AppTurn turn, AppDecision decision) => turn.Now - turn.Gate.AwayAt < AwayCounts
        ? decision with { Admission = decision.Admission! with { Away = true } }
        : decision;

    // A question that comes so late waited because nobody was here, and not because others stood in line before it. Whoever asks then is given nothing for
    // a whole grace window: who has come back by then needs nothing. Once a minute, for an engine that is slow is not away.
    static AppTurn Noticing(AppTurn turn, AdmissionAsked ask)
    {
        var isLate = ask is { Reason: RunReason.Resurrection, DueAt: { } due } && Rules.IsLate(due, turn.Now, (double)turn.Policy.LateLimitMs * LateLimits);
        return isLate && !(turn.Now - turn.Gate.LateAt < LateCounts) ? turn.Change(g => g with { LateAt = turn.Now }) : turn;
    }

    static DateTimeOffset? HeldUntil(AppTurn turn, AdmissionAsked ask)
    {
        var late = ask.Reason == RunReason.Resurrection ? turn.Gate.LateAt?.AddMilliseconds(turn.Policy.ReconnectGraceMs) : null;
        return Rules.Later(late, AwayUntil(turn.Gate));
    }

    // Once an incident, however many of its sessions it is.
    static AppDecision OnUnattached(AppTurn turn, SessionUnattached unattached)
    {
        if (!IsFirst(turn, unattached.Id))
        {
            return turn.Done();
        }

        OpenIncident(turn, IncidentCause.SessionsLost);
        if (turn.Gate.Incident is not { UnattachedToldAt: null } incident)
        {
            return turn.Done();
        }

        var told = incident with { UnattachedToldAt = turn.Now };
        return turn.Change(g => g with { Incident = told }).Do(new TellOwner(OwnerNoticeKind.AliveUnattached, told)).Done();
    }
}

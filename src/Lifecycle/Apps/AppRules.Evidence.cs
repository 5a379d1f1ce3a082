namespace Lifecycle;

public static partial class AppRules
{
    /// <summary>For how long nobody is admitted after one found that no client can open a socket at the SignalR service.</summary>
    public static readonly TimeSpan AwayWait = TimeSpan.FromSeconds(5);

    /// <summary>For how long after that waiting counts towards no horizon.</summary>
    public static readonly TimeSpan AwayCounts = TimeSpan.FromSeconds(30);

    static DateTimeOffset? AwayUntil(AppGate gate) => gate.AwayAt + AwayWait;

    static DateTimeOffset? NotBefore(DateTimeOffset? time, DateTimeOffset? earliest) => time > earliest || earliest is null ? time : earliest;

    // Nothing is said about the app, and whoever would be next would find the same.
    static AppDecision WaitAway(AppTurn turn, string webhook)
    {
        var wasProbe = turn.Gate.Breaker.Probe?.WebhookId == webhook;
        Landed(turn, webhook).Change(g => g with { AwayAt = turn.Now, Breaker = wasProbe ? g.Breaker with { NextProbeAt = turn.Now } : g.Breaker });
        return CallNext(turn).Done();
    }

    static AppDecision WaitForService(AppTurn turn, AdmissionAsked ask) =>
        Wait(turn, ask, NotBefore(turn.Gate.Breaker.IsOpen ? turn.Gate.ProbeFrom : turn.Gate.HoldUntil, AwayUntil(turn.Gate))!.Value);

    static AppDecision WithEvidence(AppTurn turn, AdmissionAsked ask, AppDecision decision)
    {
        var away = turn.Now - turn.Gate.AwayAt < AwayCounts;
        var late = ask.DueAt is { } due && Rules.IsLate(due, turn.Now, turn.Policy.LateLimitMs);
        return away || late ? decision with { Admission = decision.Admission! with { Away = away, Late = late } } : decision;
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

namespace Lifecycle;

/// <content>Processes that are attached and do not handle what is sent to them.</content>
public static partial class AppRules
{
    // Once an incident, however many of its sessions it is.
    static AppDecision OnDeaf(AppTurn turn, SessionDeaf deaf)
    {
        if (!IsFirst(turn, deaf.Id))
        {
            return turn.Done();
        }

        OpenIncident(turn, IncidentCause.Deaf);
        var before = turn.Gate.Incident!;
        var incident = before with { DeafAt = turn.Now, DeafToldAt = before.DeafToldAt ?? turn.Now };
        turn.Change(g => g with { Incident = incident });
        return before.DeafToldAt is null ? turn.Do(new TellOwner(OwnerNoticeKind.Deaf, incident)).Done() : turn.Done();
    }

    // An app that answers may be as deaf as before: it is over when none of its processes was found so for long.
    static bool IsStillDeaf(Incident incident, DateTimeOffset now, Policy policy) =>
        incident.Cause == IncidentCause.Deaf && now - incident.DeafAt < TimeSpan.FromMilliseconds(policy.HorizonMs);

    static bool IsDeafLongAgo(AppGate gate, DateTimeOffset now, Policy policy) =>
        gate.Incident is { IsOpen: true, Cause: IncidentCause.Deaf } incident && !IsStillDeaf(incident, now, policy);
}

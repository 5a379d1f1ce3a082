namespace Lifecycle;

public static partial class AppRules
{
    /// <summary>
    /// Whether something of the gate has come to its end that only time could end: a sweep tells it with <see cref="TimePassed"/>, since
    /// nobody else may come for days.
    /// </summary>
    /// <param name="gate">The gate as it is stored.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="policy">The app's policy.</param>
    public static bool IsOverdue(AppGate gate, DateTimeOffset now, Policy policy) =>
        gate.Schema == AppGate.CurrentSchema && !gate.Breaker.IsOpen
        && ((IsQuiet(gate, now, policy) && (gate.LostSince is not null || (gate.Incident is { IsOpen: true, Cause: IncidentCause.SessionsLost } && !IsStillUnattached(gate.Incident, now, policy))))
            || IsLoopQuiet(gate, now, policy) || IsGivenUpLongAgo(gate, now, policy) || IsDeafLongAgo(gate, now, policy));

    // An outage begins when it begins. Sessions that were lost once and of which nobody has heard since came back, or went, by themselves: what they
    // began is over, or the next outage would seem to be as old as they are, and its first probe would wait for days.
    static AppTurn Quieted(AppTurn turn)
    {
        if (turn.Gate.Breaker.IsOpen)
        {
            return turn;
        }

        if (IsLoopQuiet(turn.Gate, turn.Now, turn.Policy))
        {
            EndLoop(turn);
        }

        var isQuiet = IsQuiet(turn.Gate, turn.Now, turn.Policy);
        turn.Change(g => isQuiet ? g with { LostSince = null, Waiting = [] } : g);
        var isOver = (isQuiet && turn.Gate.Incident is { Cause: IncidentCause.SessionsLost })
            || IsGivenUpLongAgo(turn.Gate, turn.Now, turn.Policy) || IsDeafLongAgo(turn.Gate, turn.Now, turn.Policy);
        return isOver ? EndIncident(turn) : turn;
    }

    // Whoever waits asks again within a share of the time that it has waited, or when the app wants to be called again, and nobody waits beyond the
    // horizon.
    static bool IsQuiet(AppGate gate, DateTimeOffset now, Policy policy)
    {
        var asked = (gate.BusyAt - gate.LostSince) * AskAgainShare;
        var longest = (asked > AskAgain ? asked.Value : AskAgain) * 2;
        var window = TimeSpan.FromMilliseconds(policy.BreakerWindowMs);
        var heard = gate.HoldUntil > gate.BusyAt ? gate.HoldUntil : gate.BusyAt;
        return gate.Flights.IsEmpty && now - (heard ?? now) > (longest > window ? longest : window);
    }

    static bool IsGivenUpLongAgo(AppGate gate, DateTimeOffset now, Policy policy) =>
        gate.Incident is { IsOpen: true, Cause: IncidentCause.SessionEvicted } incident
        && now - (incident.LastEvictedAt ?? incident.OpenedAt) > TimeSpan.FromMilliseconds(policy.HorizonMs);
}

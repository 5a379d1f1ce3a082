namespace Lifecycle;

/// <summary>What an app's gate means to one of its sessions.</summary>
/// <param name="Breaker"><c>CLOSED</c>, <c>OPEN</c>, or <c>HALF_OPEN</c> while a probe is in flight.</param>
/// <param name="NextProbeAt">When the app is looked for next, UTC; null while the breaker is closed.</param>
/// <param name="Place">The session's place in line, from 1; null when it does not stand in line.</param>
/// <param name="Waiting">How many sessions of the app stand in line.</param>
/// <param name="EarliestAt">When its webhook can go out at the earliest, UTC; null when that is now, or it wants none.</param>
/// <param name="IncidentId">The incident that is open; null for none.</param>
public sealed record GateSight(string Breaker, DateTimeOffset? NextProbeAt, int? Place, int Waiting, DateTimeOffset? EarliestAt, string? IncidentId)
{
    /// <summary>What the gate means to a session.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="run">The session's run; null for none.</param>
    /// <param name="policy">The app's policy.</param>
    /// <param name="now">The time, UTC.</param>
    public static GateSight Of(AppGate gate, ResurrectionRun? run, Policy policy, DateTimeOffset now)
    {
        int? ahead = run?.Ticket is { } ticket && ticket.Line == gate.Line.Number ? Math.Max(0, gate.Line.RankOf(ticket) - gate.Line.Served) : null;
        return new(
            NameOf(gate.Breaker), gate.ProbeFrom, ahead + 1, gate.Line.Held, EarliestOf(gate, run, ahead ?? 0, policy, now), gate.Incident is { IsOpen: true } open ? open.Id : null);
    }

    /// <summary>The breaker's state by name.</summary>
    public static string NameOf(Breaker breaker) => breaker.Condition switch
    {
        BreakerCondition.Open => "OPEN",
        BreakerCondition.Probing => "HALF_OPEN",
        _ => "CLOSED",
    };

    static DateTimeOffset? EarliestOf(AppGate gate, ResurrectionRun? run, int ahead, Policy policy, DateTimeOffset now)
    {
        if (run is null)
        {
            return null;
        }

        var open = gate.Breaker.IsOpen ? gate.ProbeFrom : Rules.Later(gate.HoldUntil, gate.Line.AdmittedFrom is null ? null : gate.NextSlotAt);
        var at = (open > now ? open.Value : now) + (Pacer.IntervalOf(AppRules.PaceOf(gate, policy)) * ahead);
        var own = run.Phase == RunPhase.Waiting && run.Ticket is null ? Rules.Later(at, run.DueAt) : at;
        return own > now ? own : null;
    }
}

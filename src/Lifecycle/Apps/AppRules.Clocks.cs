namespace Lifecycle;

public static partial class AppRules
{
    // As for sessions: a clock that was set back by minutes must not hold the app's webhooks up for as long. What stops wait for is not bounded by
    // anything that is known, and overstays.
    static AppGate InTime(AppGate gate, DateTimeOffset now, Policy policy)
    {
        var longestLead = SlotLead + (Pacer.IntervalOf(PaceOf(gate, policy)) * (policy.PaceBurst + 1)) + TimeSpan.FromMilliseconds(policy.ReconnectGraceMs);
        return gate with
        {
            Breaker = InTime(gate.Breaker, now),
            Health = InTime(gate.Health, now),
            Pace = gate.Pace?.InTime(now, longestLead),
            NextSlotAt = Within(gate.NextSlotAt, now, longestLead)!.Value,
            Line = gate.Line with { AdmittedFrom = Within(gate.Line.AdmittedFrom, now, longestLead) },
            HoldUntil = Within(gate.HoldUntil, now, RetryAfter.Longest),
            AnsweredAt = Within(gate.AnsweredAt, now),
            LostSince = Within(gate.LostSince, now),
            AwayAt = Within(gate.AwayAt, now),
            LateAt = Within(gate.LateAt, now),
            ConnectedAt = Within(gate.ConnectedAt, now),
            BusyAt = Within(gate.BusyAt, now),
            Flights = gate.Flights.Any(flight => flight.At > now) ? [.. gate.Flights.Select(flight => flight with { At = Within(flight.At, now)!.Value })] : gate.Flights,
            Gone = gate.Gone?.Last > now ? null : gate.Gone,
            Loops = InTime(gate.Loops, now, policy),
        };
    }

    static CrashLoops InTime(CrashLoops loops, DateTimeOffset now, Policy policy) => !loops.IsOpen ? loops : loops with
    {
        LastAt = Within(loops.LastAt, now),
        NextAt = Within(loops.NextAt, now, SlotLead + TimeSpan.FromMilliseconds(policy.CrashLoopCapMs * CrashLoop.MostStretch)),
        Restart = loops.Restart?.At > now + SlotLead ? loops.Restart with { At = now } : loops.Restart,
    };

    static Breaker InTime(Breaker breaker, DateTimeOffset now) => breaker with
    {
        NextProbeAt = Within(breaker.NextProbeAt, now, TimeSpan.FromMilliseconds(breaker.SpacingMs)),
        OutageBegan = Within(breaker.OutageBegan, now),
        OpenedAt = Within(breaker.OpenedAt, now),
        Probe = breaker.Probe?.At > now ? breaker.Probe with { At = now } : breaker.Probe,
    };

    static DateTimeOffset? Within(DateTimeOffset? time, DateTimeOffset now, TimeSpan most = default) => Rules.Within(time, now, most.TotalMilliseconds);
}

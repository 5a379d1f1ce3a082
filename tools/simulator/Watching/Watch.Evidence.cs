using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Watching;

/// <content>Rules 1, 6, 10 and 12: what goes out, and whose fault it is.</content>
sealed partial class Watch
{
    // What a look has seen counts for two seconds; and a look takes its time.
    const long SeenWithinMs = 3_000;

    const long WellFor = 600_000;
    const double PaceTolerance = 1.1;
    const int PaceSlack = 12;

    int wishes;
    double aheadOfPace;
    long lastSentAt;
    long? downFrom;
    int sentWhileDown;

    /// <summary>A webhook is about to go out.</summary>
    public void Sending(Session session, StartRun run, RunOrder order)
    {
        journal?.Note(Now, $"s{session.Index} webhook {order.WebhookId} of {run.RunId} ({run.Reason}, attempt {order.Attempt}{(order.Blind ? ", blind" : "")})");
        world.Figures.Webhooks++;
        Paced(session);
        if (run.Reason != RunReason.Resurrection)
        {
            return;
        }

        var (memory, isAlive) = (session.Memory, world.App.IsHeldByLiving(session));
        world.Figures.False += isAlive && memory.SentRun != run.RunId ? 1 : 0;
        LookedBefore(session, run, order);
        if (IsCloudAway && !order.Blind && IsWithinLimit(session))
        {
            Fail(10, session, "a webhook goes out while no socket can be opened");
        }

        Spaced(session, run);
        memory.SentRun = run.RunId;
    }

    bool IsCloudAway => !world.IsAccepting && Now - world.AwayFrom > SeenWithinMs && !world.IsProven;

    bool IsWithinLimit(Session session) =>
        session.Stored.LostAt is { } lost && world.Now < lost.AddMilliseconds(world.Policy.AliveLimitMs) && Now - world.LastUpheaval > 3_600_000;

    void LookedBefore(Session session, StartRun run, RunOrder order)
    {
        if (order.Blind && (session.Memory.Unlooked.Run != run.RunId || session.Memory.Unlooked.Times < Rules.LooksAtMost))
        {
            Fail(1, session, $"a webhook goes out without a last look, of which {session.Memory.Unlooked.Times} failed");
        }

        if (!order.Blind && session.Open.Count > 0)
        {
            Fail(1, session, "a webhook goes out while a socket of the app is open");
        }
    }

    // A bucket that drains at the pace knows all windows; an app that is down gets what the probe's schedule has.
    void Paced(Session session)
    {
        var policy = world.Policy;
        aheadOfPace = Math.Max(0, aheadOfPace - ((Now - lastSentAt) / 1000.0 * Math.Max(policy.PacePerSecond, policy.PaceCeiling) * PaceTolerance)) + 1;
        lastSentAt = Now;
        var isQuiet = Now - world.BackAt > 120_000 && Now - world.LastUpheaval > 600_000;
        if (isQuiet && aheadOfPace > policy.PaceBurst + policy.FirstFlight + PaceSlack)
        {
            Fail(6, session, $"{aheadOfPace:F0} webhooks ahead of the pace");
        }

        // Nobody can tell an app that is down from one whose ingress takes its webhooks.
        if (world.App.IsUp || world.App.IsSpokenFor || world.App.DownFrom is not { } down)
        {
            return;
        }

        (sentWhileDown, wishes, downFrom) = downFrom == down ? (sentWhileDown + 1, wishes, down) : (1, 0, down);
        world.Figures.WebhooksWhileDown++;
        if (isQuiet && sentWhileDown > MostWhileDown(Now - down, policy))
        {
            Fail(6, session, $"{sentWhileDown} webhooks to an app that has been down for {(Now - down) / 1000} s");
        }
    }

    // What may be on its way when it dies, what opens the breaker, and twice the probes.
    double MostWhileDown(long ageMs, Policy policy)
    {
        var knee = policy.ProbeFloorMs * 100.0 / policy.ProbePercent;
        var probes = (Math.Min(ageMs, knee) / policy.ProbeFloorMs) + (ageMs > knee ? Math.Log(ageMs / knee) * 100.0 / policy.ProbePercent : 0);
        return world.Sessions.Count + policy.FirstFlight + policy.BreakerFailures + (2 * probes) + (3 * wishes) + 10;
    }

    // Since when the app, the host, the service and the way between them are well; null while one of them is not.
    long? WellFrom(Session session)
    {
        var from = Math.Max(Math.Max(world.AwayUntil, world.BackAt), Math.Max(session.BlockedUntil, world.App.LoopsUntil));
        return world.App.UpFrom is { } up && from <= Now ? Math.Max(up, from) : null;
    }

    // Within a short horizon a client that backs off need not come even once.
    const int LeastHorizonMs = 120_000;

    // Nobody is given up whose app, and the way to it, have been well for as long as it is tried. An app that was away beyond the horizon is looked for seldom, and is excepted.
    void GivenUpInVain(Session session, Decision decision)
    {
        if (world.Gate.Breaker.OutageBegan is { } began && (world.At(world.App.UpFrom ?? Now) - began).TotalMilliseconds > world.Policy.HorizonMs)
        {
            return;
        }

        var wellFrom = Math.Max(WellFrom(session) ?? Now, world.LastUpheaval);
        if (decision.Outcome.Reason is Reasons.HorizonOver or Reasons.AppUnreachable && world.Policy.HorizonMs >= LeastHorizonMs && Now - wellFrom > world.Policy.HorizonMs + WellFor)
        {
            Fail(6, session, $"given up ({decision.Outcome.Reason}) though everything has been well for {(Now - wellFrom) / 1000} s");
        }
    }

    // Restarts of what does not stay are spaced like failures.
    void Spaced(Session session, StartRun run)
    {
        var memory = session.Memory;
        if (memory.ShortLives < CrashLoop.FromTimes)
        {
            memory.Restarts.Clear();
        }
        else if (memory.SentRun != run.RunId)
        {
            memory.Restarts.Enqueue(Now);
            while (Now - memory.Restarts.Peek() > 3_600_000)
            {
                memory.Restarts.Dequeue();
            }

            if (memory.Restarts.Count > MostRestarts(world.Policy))
            {
                Fail(12, session, $"{memory.Restarts.Count} restarts within an hour of an app that does not stay");
            }
        }
    }

    static int MostRestarts(Policy policy)
    {
        var (waited, wait, times) = (0.0, (double)policy.CrashLoopBaseMs, 2);
        while (waited < 3_600_000)
        {
            (waited, wait, times) = (waited + wait, Math.Min(policy.CrashLoopCapMs, wait * 2), times + 1);
        }

        return times;
    }

    void CloudIsNotBlamed(Session session, AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now)
    {
        if (@event is not TimerFired { Kind: TimerKind.Grace } || before is not { State: AppState.GracePeriod, LostAt: { } lost, Deadline: { } deadline }
            || decision.Session.State is not (AppState.Disconnected or AppState.Backoff)
            || now >= lost.AddMilliseconds(world.Policy.AliveLimitMs) || Now - world.LastUpheaval <= 3_600_000)
        {
            return;
        }

        if (IsCloudAway)
        {
            Fail(10, session, "a grace window runs out while no socket can be opened");
        }

        if (Rules.IsLate(deadline, now, world.Policy.LateLimitMs + 100) && before.Evidence.LateAt is null)
        {
            Fail(10, session, $"a grace window runs out that nobody looked at for {(now - deadline).TotalSeconds:F1} s");
        }
    }

    public void GateDecided(AppGate before, AppEvent @event, AppDecision decision)
    {
        journal?.Decided(Now, @event, decision);
        foreach (var broken in GateInvariants.Broken(before, @event, decision, world.Now, world.Policy))
        {
            Fail(broken.Invariant.Rule, null, $"{broken.Name}: {broken.Sentence}");
        }
    }
}

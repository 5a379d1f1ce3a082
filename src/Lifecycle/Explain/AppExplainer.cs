using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>Says in one sentence how an app fares, and what its sessions wait for.</summary>
public static class AppExplainer
{
    /// <summary>Explains an app.</summary>
    /// <param name="gate">Its gate.</param>
    /// <param name="policy">Its policy.</param>
    /// <param name="now">The time, UTC.</param>
    public static Explanation Of(AppGate gate, Policy policy, DateTimeOffset now)
    {
        var (what, waitsFor, until) = StateOf(gate, policy, now);
        return new(Phrases.Sentence(what, HealthOf(gate, policy, now), WaitingOf(gate, policy, now), IncidentOf(gate, now)), waitsFor, until, ChangesOf(gate));
    }

    static (string What, string WaitsFor, DateTimeOffset? Until) StateOf(AppGate gate, Policy policy, DateTimeOffset now) => gate switch
    {
        { Breaker.IsOpen: true } => OfAway(gate, now),
        { HoldUntil: { } hold } when hold > now => ($"it asked to be left alone until {Phrases.At(hold, now)} (Retry-After)", WaitsFor.RetryAfter, hold),
        { AwayAt: { } away } when away.AddMilliseconds(policy.ReconnectGraceMs) > now => ($"no client can open a socket at the SignalR service, as seen at {Phrases.Clock(away, now)}, so none of its sessions is restarted: {Phrases.Fault(Blame.SignalR)}", WaitsFor.Service, null),
        { Loops.IsOpen: true } => ($"{Phrases.Count(gate.Loops.Sessions.Length, "session")} of it attach and are lost again and again, a crash loop, and are restarted {(gate.Loops.IsShared ? "one at a time" : "later each time")}: {Phrases.Fault(Blame.App)}", WaitsFor.CrashLoop, gate.Loops.NextAt),
        { Incident: { IsOpen: true, Cause: IncidentCause.Deaf } } => ("a process of it is attached and does not handle what it is sent", WaitsFor.Nothing, null),
        { Line: { AdmittedFrom: not null, Held: > 0 } } => ($"it is up, and its waiting sessions go {Phrases.Pace(gate, policy)}", WaitsFor.Turn, null),
        { LostSince: { } lost } when !(gate.AnsweredAt > lost) => ($"sessions were lost at {Phrases.At(lost, now)} that it has not answered for yet, so at most {policy.FirstFlight} are tried at once", WaitsFor.Others, null),
        { Distrusted: true } => ("it accepts webhooks and does not attach, so its answers are not believed until it does", WaitsFor.Attach, null),
        { AnsweredAt: { } answered } => ($"it is well, and last accepted a webhook at {Phrases.At(answered, now)}", WaitsFor.Nothing, null),
        _ => ("nothing stands against it, and it has not been asked for anything yet", WaitsFor.Nothing, null),
    };

    static (string What, string WaitsFor, DateTimeOffset? Until) OfAway(AppGate gate, DateTimeOffset now)
    {
        var since = gate.Breaker.OutageBegan ?? gate.Incident?.BeganAt;
        var last = gate.Incident?.LastOutcome is { } outcome ? $" ({Phrases.Outcome(outcome)})" : "";
        var probe = gate.Breaker.Probe is not null ? "the webhook that looks for it is on its way" : gate.ProbeFrom is { } next ? $"it is looked for at {Phrases.At(next, now)}, when a session wants it" : "it is looked for when a session wants it";
        return ($"it is away{(since is { } began ? $" since {Phrases.At(began, now)}" : "")}{last}, and {probe}: {Phrases.Fault(Blame.App)}", WaitsFor.Probe, gate.ProbeFrom);
    }

    static string? HealthOf(AppGate gate, Policy policy, DateTimeOffset now)
    {
        if (gate is not { Breaker.IsOpen: true, Health: { } watch })
        {
            return null;
        }

        var spacing = HealthSchedule.SpacingMs(now - (gate.Breaker.OutageBegan ?? watch.BeganAt), policy);
        var last = watch.Last is { } outcome ? $": at {Phrases.At(watch.LastAt!.Value, now)} {Phrases.Outcome(outcome)}" : ", and nothing is known of it yet";
        return $"its health URL is asked every {Phrases.Span((double)spacing)}, and a webhook follows the first 2xx{last}";
    }

    static string? WaitingOf(AppGate gate, Policy policy, DateTimeOffset now) => gate.Line.Held switch
    {
        0 => null,
        var held when gate.Line.AdmittedFrom is not null => $"{Phrases.Count(held, "session")} wait for their turn, the last until about {Phrases.Clock((gate.NextSlotAt > now ? gate.NextSlotAt : now) + (Pacer.IntervalOf(AppRules.PaceOf(gate, policy)) * held), now)}",
        var held => $"{Phrases.Count(held, "session")} wait for it",
    };

    static string? IncidentOf(AppGate gate, DateTimeOffset now) => gate.Incident switch
    {
        { IsOpen: true } open => $"incident {open.Id} is open since {Phrases.At(open.OpenedAt, now)}, with {Phrases.Count(open.Probes, "probe")} and {Phrases.Count(open.Evicted, "session")} given up{(open.IsTold ? ", and its owner was told" : "")}",
        { EndedAt: { } ended } last => $"the last incident, {last.Id}, ended at {Phrases.At(ended, now)}",
        _ => null,
    };

    static ImmutableArray<string> ChangesOf(AppGate gate) => gate switch
    {
        { Breaker.IsOpen: true, Incident.LastOutcome: WebhookResult.NobodyConnected } => ["a process of it connecting to take webhooks, which has it looked for at once", "PUT /api/apps/{packageName} with an http(s) webhookUrl, if its webhooks are not to be relayed any more"],
        { Breaker.IsOpen: true, Health: not null } => ["its health URL answering 2xx, after which a webhook looks for it at once", .. ChangesOf(gate with { Health = null })],
        { Breaker.IsOpen: true } => ["the app answering the next webhook that looks for it, which ends the wait for all its sessions", "POST …/start or …/revive of a session, which has it looked for now", "PUT /api/apps/{packageName} with another webhookUrl, if it has moved"],
        { Loops.IsOpen: true } => ["the app staying attached for its stable time (stableMs)", "POST …/start or …/revive of a session, which is restarted at once"],
        { Line: { AdmittedFrom: not null, Held: > 0 } } => ["pacePerSecond in its policy"],
        _ => [],
    };
}

using Lifecycle.Entities;
using static Lifecycle.Entities.LifecycleInstruments;

namespace Lifecycle.Scenarios;

/// <summary>
/// Compares what the instruments counted with the truth: with what the apps saw, and with what app sessions and gates remember. In
/// every scenario, whatever it expects.
/// </summary>
sealed class CounterVerdicts(Scenario scenario, ScenarioReport report)
{
    static readonly string[] underWay = ["STARTING", "RESURRECTING", "BACKOFF"];

    CounterBook Book => report.Counters;

    public IEnumerable<string> Check() => All().Where(failure => failure.Length > 0);

    IEnumerable<string> All() =>
    [
        .. Tallies(),
        .. Deliveries(),
        .. Runs(),
        .. Equal("evictions", Book.Sum(Evictions), report.Gates.Sum(g => g.Evicted)),
        .. Equal("messages sent or buffered", Book.Sum(Messages, ("outcome", "sent")) + Book.Sum(Messages, ("outcome", "buffered")), report.Talks.Values.Sum(t => t.Taken.Count)),
        .. Latencies(),
        .. LatenessOfGraceTimers(),
        .. OpenIncidents(),
        .. Book.Unbounded().Select(series => $"counters: {series} has a value that is not in its set"),
    ];

    // Who takes over from a process that is attached ends no loss.
    IEnumerable<string> Latencies()
    {
        var (measured, most) = (Book.Times(ReconnectLatency), Book.Sum(Reconnects) - Book.Sum(Reconnects, ("reason", Reasons.Takeover)));
        if (measured > most || measured < most - Book.Sum(Reconnects, ("reason", Reasons.TakenOver)))
        {
            yield return $"counters: latencies of reconnects were measured {measured} times, and {most} can have one";
        }
    }

    // Measured whether the window ends or is held open.
    IEnumerable<string> LatenessOfGraceTimers()
    {
        var (measured, expired) = (Book.Times(TimerLateness, ("timer", "grace")), Book.Sum(GracesExpired));
        if (measured < expired || measured > expired + Book.Sum(ResurrectionsHeld))
        {
            yield return $"counters: lateness of grace timers was measured {measured} times, {expired} grace windows expired and {Book.Sum(ResurrectionsHeld)} times one was held open";
        }
    }

    // A session that was forgotten took its tally along.
    IEnumerable<string> Tallies() => report.Sessions.Any(s => s.Session is null) ? [] :
    [
        .. Equal("connects", Book.Sum(Connects), report.Sum(t => t.Connects)),
        .. Equal("reconnects that stayed ones", Book.Sum(Reconnects) - Book.Sum(Connects, ("reason", Reasons.DeclaredFresh)), report.Sum(t => t.Reconnects + t.TakeOvers)),
        .. Equal("graces started", Book.Sum(GracesStarted), report.Sum(t => t.Graces)),
        .. Equal("graces expired", Book.Sum(GracesExpired) - Book.Sum(GracesExpired, ("state", "stopped")), report.Sum(t => t.Expired)),
        .. Equal("false resurrections", Book.Sum(FalseResurrections), report.Sum(t => t.FalseResurrections)),
        .. Equal("false resurrections and restarts of living processes", Book.Sum(FalseResurrections), report.RestartsOfLiving),
        .. Equal("stale arrivals", Book.Sum(StaleArrivals), report.Sum(t => t.Stale) + report.Gates.Sum(g => g.StaleLooks)),
    ];

    IEnumerable<string> Deliveries()
    {
        foreach (var type in new[] { "session_request", "resurrection_request", "handover_request", "stop_request" })
        {
            foreach (var group in report.Seen.Where(seen => seen.Call.Type == type).GroupBy(seen => seen.Outcome ?? OutcomeOf(seen.Status)))
            {
                yield return Different($"{type}s of outcome {group.Key}", Book.Sum(LifecycleInstruments.Webhooks, ("type", type), ("outcome", group.Key)), group.Count());
            }

            yield return Different($"{type}s", Book.Sum(LifecycleInstruments.Webhooks, ("type", type)), report.Seen.Count(seen => seen.Call.Type == type));
        }

        yield return Different("notices to owners that an app is away", Book.Sum(LifecycleInstruments.Webhooks, ("type", "app_unreachable")), report.NoticesOf(OwnerNoticeKind.Unreachable));
        yield return Different("notices to owners that an app cannot attach", Book.Sum(LifecycleInstruments.Webhooks, ("type", "alive_unattached")), report.NoticesOf(OwnerNoticeKind.AliveUnattached));
        yield return Different("notices to owners that an app does not stay up", Book.Sum(LifecycleInstruments.Webhooks, ("type", "crash_loop")), report.NoticesOf(OwnerNoticeKind.CrashLoop));
        yield return Different("notices to owners that an app is back", Book.Sum(LifecycleInstruments.Webhooks, ("type", "app_recovered")), report.NoticesOf(OwnerNoticeKind.Recovered));
    }

    static string OutcomeOf(int status) => status switch
    {
        0 => "refused",
        401 or 403 or 404 or 410 or 429 or 502 or 503 or 504 => $"http_{status}",
        _ => $"http_{status / 100}xx",
    };

    // Each expired grace window that led to DISCONNECTED began a run, where the policy has any, and each run that is not under way has ended.
    IEnumerable<string> Runs()
    {
        if (report.Sessions.Any(s => s.Session is null || underWay.Contains(s.Session.State.WireName())))
        {
            yield break;
        }

        var without = scenario.Apps.Where(app => (LastPolicyOf(app) ?? app.Policy).Resurrect == false).Select(app => app.Package).ToHashSet();
        var untouched = report.Sessions.Where(s => without.Contains(s.Id.PackageName)).Sum(s => s.Session!.Tally.Expired);
        yield return Different("resurrections", Book.Sum(Resurrections), Book.Sum(GracesExpired, ("state", "disconnected")) + Book.Sum(GracesExpired, ("state", "backoff")) + Book.Sum(DeafApps, ("outcome", "replaced")) - untouched);
        var sent = report.Webhooks.Where(w => w.Type == "resurrection_request" && w.RunId.Length > 0).Select(w => (w.Id, w.RunId)).Distinct().Count();
        var needed = Book.Sum(Resurrections, ("outcome", "succeeded")) + Book.Sum(Resurrections, ("outcome", "false"));
        var ended = needed + Book.Sum(Resurrections, ("outcome", "held")) + Book.Sum(Resurrections, ("outcome", "evicted")) + Book.Sum(Resurrections, ("outcome", "stopped"));
        if (sent < needed || sent > ended)
        {
            yield return $"counters: {needed} resurrections led to an attach and {ended - needed} ended otherwise, but {sent} runs sent webhooks";
        }
    }

    PolicyOverrides? LastPolicyOf(AppModel app) =>
        scenario.Steps.Where(s => s.Do == StepKind.SetPolicy && (s.Package ?? app.Package) == app.Package).OrderBy(s => s.AtMs).LastOrDefault()?.Policy;

    IEnumerable<string> OpenIncidents()
    {
        var (opened, closed) = (Book.Sum(LifecycleInstruments.Incidents, ("phase", "opened")), Book.Sum(LifecycleInstruments.Incidents, ("phase", "closed")));
        yield return Different("incidents open at the end", opened - closed, report.OpenIncidents);
    }

    static IEnumerable<string> Equal(string what, double counted, double truth) => [Different(what, counted, truth)];

    static string Different(string what, double counted, double truth) => counted == truth ? "" : $"counters: {what}: counted {counted}, in truth {truth}";
}

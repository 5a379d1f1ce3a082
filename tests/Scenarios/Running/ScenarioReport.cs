using System.Collections.Immutable;
using System.Globalization;
using Lifecycle.Entities;

namespace Lifecycle.Scenarios;

/// <summary>What one run of a scenario led to.</summary>
sealed record ScenarioReport
{
    public required IReadOnlyList<(AppSessionId Id, SessionSnapshot? Session)> Sessions { get; init; }

    /// <summary>The losses that ended, and those whose session was given up.</summary>
    public IReadOnlyList<LossSeen> Losses { get; init; } = [];

    public required IReadOnlyList<WebhookSeen> Seen { get; init; }

    public required IReadOnlyList<NoticeSeen> Notices { get; init; }

    /// <summary>What the gates of the apps have counted.</summary>
    public required IReadOnlyList<GateTally> Gates { get; init; }

    /// <summary>How many apps have an incident that is open.</summary>
    public required int OpenIncidents { get; init; }

    /// <summary>What the instruments counted.</summary>
    public required CounterBook Counters { get; init; }

    /// <summary>How often sessions asked their app's gate, in all.</summary>
    public int GateAsked => Gates.Sum(gate => gate.Asked);

    /// <summary>Operations on the app entity per session: asks, and a report for every webhook.</summary>
    public double GateOperationsPerSession => Sessions.Count == 0 ? 0 : (double)(GateAsked + Seen.Count) / Sessions.Count;

    /// <summary>How often apps tried to attach, in all.</summary>
    public int Attempts { get; init; }

    /// <summary>Starts that were refused at once.</summary>
    public int StartsRefused { get; init; }

    public IEnumerable<WebhookCall> Webhooks => Seen.Select(seen => seen.Call);

    /// <summary>Milliseconds, ascending, of the sessions that somebody looks at.</summary>
    public required IReadOnlyList<double> ForegroundRecoveries { get; init; }

    /// <summary>Milliseconds, ascending.</summary>
    public required IReadOnlyList<double> Recoveries { get; init; }

    public required IReadOnlyDictionary<AppSessionId, ImmutableArray<string>> AppSubscriptions { get; init; }

    public required IReadOnlyDictionary<AppSessionId, Talk> Talks { get; init; }

    /// <summary>What the sweeps counted; null where they cannot know all of it.</summary>
    public FleetSeen? Fleet { get; init; }

    public List<string> Failures { get; } = [];

    public bool Passed => Failures.Count == 0;

    public int ResurrectionWebhooks => Distinct("resurrection_request");

    public int StartWebhooks => Distinct("session_request");

    public int HandOverWebhooks => Distinct("handover_request");

    /// <summary>The most webhooks that one session got, starts not counted.</summary>
    public int MostWebhooksToOne => Webhooks.Where(call => call.Type is "handover_request" or "resurrection_request")
        .GroupBy(call => call.Id).Select(its => its.Select(call => call.WebhookId).Distinct().Count()).DefaultIfEmpty().Max();

    /// <summary>When messages first came to apps that had gone deaf; null when none had.</summary>
    public DateTimeOffset? DeafFrom { get; init; }

    /// <summary>From then to their replacement, the slowest, in milliseconds; infinite when none was replaced.</summary>
    public double DeafReplacedMs => Sessions.SelectMany(s => s.Session?.Trail ?? []).Where(step => step.Reason == Reasons.Deaf)
        .Select(step => (step.At - DeafFrom)?.TotalMilliseconds).Max() ?? double.PositiveInfinity;

    IReadOnlyList<WebhookSeen> Resurrections => [.. Seen.Where(seen => seen.Call.Type == "resurrection_request")];

    /// <summary>Runs that asked for a process to be started anew while the one that held the session lived: false resurrections, in truth.</summary>
    public int RestartsOfLiving => Resurrections.Where(seen => seen.ToLiving).Select(seen => (seen.Call.Id, seen.Call.RunId)).Distinct().Count();

    /// <summary>Sessions that were begun anew in another process while the one that held them lived.</summary>
    public int Moved { get; init; }

    /// <summary>The most negotiates in one second, of their mean.</summary>
    public double NegotiatePeak { get; init; }

    /// <summary>When the endpoints took connections again, since the scenario began; null when they always did.</summary>
    public TimeSpan? EndpointsBack { get; init; }

    /// <summary>When a killed host was back, since the scenario began; null when none was killed.</summary>
    public TimeSpan? HostBack { get; init; }

    /// <summary>From then to the first resurrection webhook after it, in milliseconds; infinite when none followed.</summary>
    public double FirstWebhookAfterHostMs =>
        Resurrections.Where(seen => seen.At >= HostBack).Select(seen => (seen.At - HostBack)?.TotalMilliseconds).Min() ?? double.PositiveInfinity;

    /// <summary>When the first resurrection webhook went out, in milliseconds since the scenario began; infinite when none did.</summary>
    public double FirstWebhookAtMs => Resurrections.Select(seen => (double?)seen.At.TotalMilliseconds).Min() ?? double.PositiveInfinity;

    /// <summary>From then to the first resurrection webhook, in milliseconds; below zero when one went out before, infinite when none did.</summary>
    public double FirstWebhookAfterMs => Resurrections.Select(seen => (seen.At - EndpointsBack)?.TotalMilliseconds).Min() ?? double.PositiveInfinity;

    public int WebhooksWhileDown => Seen.Count(seen => seen.WhileDown);

    public int WebhooksAfter(TimeSpan time) => Seen.Count(seen => seen.At >= time);

    /// <summary>The most webhooks of one session, as they were told apart by their ids, until then.</summary>
    public int MostPerSessionWithin(TimeSpan time) => Seen.Where(seen => seen.At <= time)
        .GroupBy(seen => seen.Call.Id).Select(its => its.Select(seen => seen.Call.WebhookId).Distinct().Count()).DefaultIfEmpty().Max();

    /// <summary>How often a breaker opened: an incident began with it, or got worse by it.</summary>
    public long BreakersOpened => Counters.Sum(LifecycleInstruments.Incidents, ("cause", "unreachable")) - Counters.Sum(LifecycleInstruments.Incidents, ("cause", "unreachable"), ("phase", "closed"));

    /// <summary>How often notices of a kind were delivered.</summary>
    public int NoticesOf(OwnerNoticeKind kind) => Notices.Count(n => n.Kind == kind);

    /// <summary>How many of a kind there were: one may be delivered twice (activities run at least once), under the same id.</summary>
    public int DistinctNoticesOf(OwnerNoticeKind kind) => Notices.Where(n => n.Kind == kind).Distinct().Count();

    /// <summary>The most resurrection webhooks within one second.</summary>
    public int PeakPerSecond => PeakOf(Resurrections);

    /// <summary>The most webhooks of any kind within one second.</summary>
    public int PeakOfAllPerSecond => PeakOf(Seen);

    static int PeakOf(IReadOnlyList<WebhookSeen> seen) =>
        seen.Select((first, i) => seen.Skip(i).TakeWhile(other => other.At < first.At + TimeSpan.FromSeconds(1)).Count()).DefaultIfEmpty().Max();

    // A webhook may be delivered twice (activities run at least once); the same id says that it is the same one.
    int Distinct(string type) => Webhooks.Where(w => w.Type == type).Select(w => w.WebhookId).Distinct().Count();

    public int Sum(Func<SessionTally, int> count) => Sessions.Sum(s => s.Session is { } session ? count(session.Tally) : 0);

    public double Recovery(double share) => Recoveries.Count == 0 ? 0 : Recoveries[(int)Math.Min(Recoveries.Count - 1, share * Recoveries.Count)];

    public string States => string.Join(" ", Sessions.GroupBy(s => s.Session?.State ?? AppState.None).OrderBy(g => g.Key).Select(g => $"{g.Key.WireName()}={g.Count()}"));

    public string Numbers => string.Create(
        CultureInfo.InvariantCulture,
        $"{States}  webhooks start={StartWebhooks} resurrection={ResurrectionWebhooks} hand-over={HandOverWebhooks} deliveries={Seen.Count} while-down={WebhooksWhileDown} peak={PeakPerSecond}/s gate={GateOperationsPerSession:0.0}/session notices={NoticesOf(OwnerNoticeKind.Unreachable)}+{NoticesOf(OwnerNoticeKind.Recovered)} false={Sum(t => t.FalseResurrections)}  " +
        $"reconnects={Sum(t => t.Reconnects)} connects={Sum(t => t.Connects)} take-overs={Sum(t => t.TakeOvers)} attempts={Attempts} stale={Sum(t => t.Stale)}  recovery p50={Recovery(0.5):0} p95={Recovery(0.95):0} max={Recovery(1):0} ms  negotiate-peak={NegotiatePeak:0.00}") + Blamed + Held + Talking;

    string Blamed => Losses.Count == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture, $"  losses={Losses.Count} blame{Verdicts} unknown={100.0 * Losses.Count(loss => loss.Verdict == Blame.Unknown) / Losses.Count:0}%");

    string Verdicts => string.Concat(Losses.Where(loss => loss.Verdict != Blame.Unknown).GroupBy(loss => loss.Verdict).OrderBy(group => group.Key).Select(group => $" {group.Key.WireName()}={group.Count()}"));

    string Held => string.Concat(LifecycleInstruments.ResurrectionsHeld.Tags[0].Values
        .Select(reason => (reason, Times: Counters.Sum(LifecycleInstruments.ResurrectionsHeld, ("reason", reason))))
        .Where(held => held.Times > 0)
        .Select(held => $"  {held.reason}={held.Times}"));

    string Talking => Talks.Values.Sum(t => t.Taken.Count + t.Expected.Count) == 0
        ? ""
        : $"  messages={Talks.Values.Sum(t => t.Handled.Count)}/{Talks.Values.Sum(t => t.Taken.Count)} told={Talks.Values.Sum(t => t.Calls)} published={Talks.Values.Sum(t => t.Expected.Count)} unheard={Talks.Values.Sum(t => t.Unheard)} disagreements={Talks.Values.Sum(t => t.Disagreements)}";

    /// <summary>Attempts that went out under two ids, and ids that went out for two attempts; of those that reached anybody who could tell.</summary>
    public int WebhookIdConflicts =>
        Told.GroupBy(w => (w.Id, w.RunId, w.Attempt)).Count(g => g.Select(w => w.WebhookId).Distinct().Count() > 1)
        + Told.GroupBy(w => w.WebhookId).Count(g => g.Select(w => (w.Id, w.RunId, w.Attempt)).Distinct().Count() > 1);

    IEnumerable<WebhookCall> Told => Webhooks.Where(w => w.RunId.Length > 0);
}

/// <summary>One notice as its owner saw it.</summary>
/// <param name="Package">The app.</param>
/// <param name="Kind">What it says.</param>
/// <param name="WebhookId">Names it.</param>
sealed record NoticeSeen(string Package, OwnerNoticeKind Kind, string WebhookId);

/// <summary>One webhook as its app saw it.</summary>
/// <param name="Call">The webhook.</param>
/// <param name="At">When, since the scenario began.</param>
/// <param name="WhileDown">Whether the app could not serve anybody then.</param>
/// <param name="Status">What it answered; 0 when nobody listened.</param>
sealed record WebhookSeen(WebhookCall Call, TimeSpan At, bool WhileDown, int Status)
{
    /// <summary>Whether the process that it reached had the session, attached or about to be again.</summary>
    public bool ToLiving { get; init; }

    /// <summary>What came of it, as the instruments name it; null for what its status says.</summary>
    public string? Outcome { get; init; }
}

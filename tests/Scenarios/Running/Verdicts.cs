using System.Globalization;

namespace Lifecycle.Scenarios;

/// <summary>Compares what happened with what must hold; says both where they differ. Where the engine is slow, recoveries may be later and webhooks bunch a little; nothing else may be worse.</summary>
sealed class Verdicts(Expectations expect, (double Ms, double PerSecond) later, ScenarioReport report)
{
    /// <summary>
    /// Whether posts may have overlapped, as in real time on a slow engine: then the order of their answers is not that in which they were
    /// taken. Apps handle nothing that comes behind its turn, so what they handled all of they handled in order.
    /// </summary>
    public bool PostsOverlap { get; init; }

    public IEnumerable<string> Check() =>
    [
        .. States(),
        .. Range("resurrection webhooks", expect.ResurrectionWebhooks, report.ResurrectionWebhooks),
        .. Range("start webhooks", expect.StartWebhooks, report.StartWebhooks),
        .. Range("false resurrections", expect.FalseResurrections, report.Sum(t => t.FalseResurrections)),
        .. Range("hand-over webhooks", expect.HandOverWebhooks, report.HandOverWebhooks),
        .. Range("most webhooks to one session but starts", expect.WebhooksPerSession, report.MostWebhooksToOne),
        .. Range("take-overs", expect.TakeOvers, report.Sum(t => t.TakeOvers)),
        .. Range("messages that nobody handled", expect.MessagesUnhandled, report.Talks.Values.Sum(t => t.Taken.Except(t.Handled).Count())),
        .. Range("messages that two living processes were at", expect.MessagesShared, report.Talks.Values.Sum(t => t.Shared)),
        .. Range("slowest replacement of a deaf app in ms", expect.DeafReplacedMs?.Plus(later.Ms), report.DeafReplacedMs),
        .. Range("notices that an app is deaf", expect.DeafNotices, report.Notices.Count(notice => $"{notice.Kind}" == "Deaf")),
        .. Range("sessions moved to another process while theirs lived", expect.MovedSessions, report.Moved),
        .. Range("95th percentile of recovery in ms", expect.RecoveryP95Ms?.Plus(later.Ms), report.Recovery(0.95)),
        .. Range("first resurrection webhook after the endpoints were back, in ms", expect.FirstWebhookAfterMs?.Plus(later.Ms), report.FirstWebhookAfterMs),
        .. Range("first resurrection webhook after the host was back, in ms", expect.FirstWebhookAfterHostMs, report.FirstWebhookAfterHostMs),
        .. Range("first resurrection webhook at, in ms", expect.FirstWebhookAtMs, report.FirstWebhookAtMs),
        .. Range("most negotiates in a second, of a hundred times the mean", expect.NegotiatePeak is { } peak ? new RangeModel(peak.Min * 100, peak.Max * 100) : null, report.NegotiatePeak * 100),
        .. Range("notices that an app lives and cannot attach", expect.UnattachedNotices, report.DistinctNoticesOf(OwnerNoticeKind.AliveUnattached)),
        .. Resurrected(),
        .. Range("reconnects", expect.Reconnects, report.Sum(t => t.Reconnects)),
        .. Range("connects", expect.Connects, report.Sum(t => t.Connects)),
        .. Range("attempts to attach", expect.Attempts, report.Attempts),
        .. Range("grace windows", expect.GraceWindows, report.Sum(t => t.Graces)),
        .. Range("stale events", expect.StaleEvents, report.Sum(t => t.Stale)),
        .. Range("median recovery in ms", expect.RecoveryP50Ms?.Plus(later.Ms), report.Recovery(0.5)),
        .. Range("slowest recovery in ms", expect.RecoveryMaxMs?.Plus(later.Ms), report.Recovery(1)),
        .. Range("slowest foreground recovery in ms", expect.ForegroundRecoveryMaxMs?.Plus(later.Ms), report.ForegroundRecoveries.LastOrDefault()),
        .. Range("webhooks in all", expect.Webhooks, report.Seen.Count),
        .. Range("webhooks while the app was down", expect.WebhooksWhileDown, report.WebhooksWhileDown),
        .. Range("webhooks after the first hour", expect.WebhooksAfterFirstHour, report.WebhooksAfter(TimeSpan.FromHours(1))),
        .. Range("webhooks of one session in the first hour", expect.WebhooksPerSessionInFirstHour, report.MostPerSessionWithin(TimeSpan.FromHours(1))),
        .. Range("breakers opened", expect.BreakersOpened, report.BreakersOpened),
        .. Range("notices that an app does not stay up", expect.CrashLoopNotices, report.DistinctNoticesOf(OwnerNoticeKind.CrashLoop)),
        .. Range("resurrection webhooks within one second", expect.WebhooksPerSecond?.Plus(later.PerSecond), report.PeakPerSecond),
        .. Range("webhooks of any kind within one second", expect.AllWebhooksPerSecond?.Plus(later.PerSecond), report.PeakOfAllPerSecond),
        .. Range("notices that an app is unreachable", expect.UnreachableNotices, report.DistinctNoticesOf(OwnerNoticeKind.Unreachable)),
        .. Range("notices that an app is back", expect.RecoveredNotices, report.DistinctNoticesOf(OwnerNoticeKind.Recovered)),
        .. Range("operations on the app entity per session", expect.GateOperationsPerSession, report.GateOperationsPerSession),
        .. Range("starts refused at once", expect.StartsRefused, report.StartsRefused),
        .. Range("webhook id conflicts", expect.WebhookIdConflicts, report.WebhookIdConflicts),
        .. Paths(),
        .. Subscriptions(),
        .. Range("disagreements on subscriptions", expect.Disagreements, report.Talks.Values.Sum(t => t.Disagreements)),
        .. Range("messages taken", expect.MessagesTaken, report.Talks.Values.Sum(t => t.Taken.Count)),
        .. Range("publications", expect.Published, report.Talks.Values.Sum(t => t.Expected.Count)),
        .. Range("publications not heard", expect.Unheard, report.Talks.Values.Sum(t => t.Unheard)),
        .. Messages(),
    ];

    IEnumerable<string> Resurrected() => report.Seen
        .Where(seen => seen.Call.Type == "resurrection_request" && expect.OnlyResurrected?.Contains(seen.Call.Id.PackageName) == false)
        .Take(1)
        .Select(seen => $"{seen.Call.Id} got a resurrection webhook after {seen.At.TotalSeconds:F1} s");

    IEnumerable<string> Messages()
    {
        foreach (var (id, talk) in report.Talks.Where(t => expect.MessagesExact && !AreExact(t.Value)))
        {
            yield return $"messages of {id}: taken {string.Join(",", talk.Taken)}, handled {string.Join(",", talk.Handled)}";
            yield break;
        }
    }

    bool AreExact(Talk talk) =>
        PostsOverlap ? talk.Taken.Order(StringComparer.Ordinal).SequenceEqual(talk.Handled.Order(StringComparer.Ordinal)) : talk.Taken.SequenceEqual(talk.Handled);

    IEnumerable<string> States()
    {
        if (expect.States is null)
        {
            yield break;
        }

        var wanted = string.Join(" ", AppStates.All.Where(s => expect.States.ContainsKey(s.WireName())).Select(s => $"{s.WireName()}={expect.States[s.WireName()]}"));
        if (wanted != report.States)
        {
            yield return $"states: expected {wanted}, were {report.States}";
        }
    }

    static IEnumerable<string> Range(string what, RangeModel? range, double value)
    {
        if (range is not null && !range.Holds(value))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{what}: expected {range}, were {value:0}");
        }
    }

    IEnumerable<string> Paths()
    {
        if (expect.Path is null)
        {
            yield break;
        }

        var wanted = string.Join(" -> ", expect.Path);
        foreach (var (id, session) in report.Sessions)
        {
            var path = string.Join(" -> ", session?.Trail.Select(step => step.State.WireName()) ?? []);
            if (path != wanted)
            {
                yield return $"path of {id}: expected {wanted}, was {path}";
                yield break; // one example says enough
            }
        }
    }

    IEnumerable<string> Subscriptions()
    {
        if (!expect.SubscriptionsEqual)
        {
            yield break;
        }

        foreach (var (id, session) in report.Sessions)
        {
            var (server, app) = (session?.Subscriptions.Streams ?? [], report.AppSubscriptions.GetValueOrDefault(id, []));
            if (!server.AsSpan().SequenceEqual(app.AsSpan()))
            {
                yield return $"subscriptions of {id}: the server has [{string.Join(", ", server)}], the app [{string.Join(", ", app)}]";
                yield break;
            }
        }
    }
}

using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>Counts what a sweep reads of app sessions, one after the other. It costs nothing but that.</summary>
/// <param name="at">When the sweep began, UTC.</param>
/// <param name="countedUntil">Up to which time transitions were counted before, UTC; null when nobody has.</param>
public sealed class FleetCount(DateTimeOffset at, DateTimeOffset? countedUntil)
{
    /// <summary>What is younger is left to the next sweep: its operation has begun, and may not be stored yet.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    /// <summary>The longest time whose transitions are counted: after a pause of the sweeps older ones would say nothing of now.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(15);

    /// <summary>The window of a first sweep.</summary>
    public static readonly TimeSpan FirstWindow = TimeSpan.FromSeconds(30);

    readonly Dictionary<string, int[]> apps = new(StringComparer.Ordinal);
    readonly int[] states = new int[AppStates.All.Count];
    readonly List<TimeSpan> latencies = [];
    readonly DateTimeOffset until = at - Settled;
    readonly DateTimeOffset after = AfterOf(at - Settled, countedUntil);
    FleetFlow flow;
    TimeSpan late;
    int waiting;
    DateTimeOffset? oldest;

    /// <summary>How many sessions it has found in each state.</summary>
    public IReadOnlyDictionary<AppState, int> Found => AppStates.All.Where(state => states[(int)state] > 0).ToDictionary(state => state, state => states[(int)state]);

    /// <summary>Counts one app session.</summary>
    /// <param name="id">The app session.</param>
    /// <param name="session">Its state.</param>
    /// <param name="now">When it was read, UTC.</param>
    public void Add(AppSessionId id, AppSession session, DateTimeOffset now)
    {
        states[(int)session.State]++;
        if (!apps.TryGetValue(id.PackageName, out var ofApp))
        {
            apps[id.PackageName] = ofApp = new int[AppStates.All.Count];
        }

        ofApp[(int)session.State]++;
        flow += SessionFlow.Within(session, after, until, latencies);
        if (session is { State: AppState.GracePeriod or AppState.Stopping or AppState.Stopped, Deadline: { } deadline } && now - deadline > late)
        {
            late = now - deadline;
        }
    }

    /// <summary>Counts what an app session has not told yet.</summary>
    public void Add(Outbox outbox)
    {
        waiting += outbox.Records.Length;
        oldest = outbox.Records is [var first, ..] && !(first.At >= oldest) ? first.At : oldest;
    }

    /// <summary>What the sweep found.</summary>
    /// <param name="now">When it ended, UTC.</param>
    /// <param name="asked">How many sessions the SignalR service was asked about.</param>
    /// <param name="left">How many were left to the next sweep.</param>
    public FleetSample Sample(DateTimeOffset now, int asked, int left)
    {
        var (named, others) = Largest();
        return new FleetSample
        {
            At = at,
            TookMs = (int)(now - at).TotalMilliseconds,
            After = after,
            Until = until,
            States = StateCounts.Of(states),
            Apps = named,
            OtherApps = others.Count,
            Others = others.Aggregate(StateCounts.None, (sum, app) => sum.With(app.States)),
            Flow = flow,
            Latencies = Latencies.Of(latencies),
            LateMs = (long)late.TotalMilliseconds,
            Waiting = waiting,
            OldestMs = oldest is { } since && now > since ? (long)(now - since).TotalMilliseconds : 0,
            Asked = asked,
            Left = left,
        };
    }

    (ImmutableArray<AppCounts> Named, IReadOnlyList<AppCounts> Others) Largest()
    {
        var bySize = apps.Select(app => new AppCounts(app.Key, StateCounts.Of(app.Value)))
            .OrderByDescending(app => app.States.Total).ThenBy(app => app.PackageName, StringComparer.Ordinal).ToList();
        var (named, characters) = (0, 0);
        while (named < Math.Min(bySize.Count, FleetSample.MostApps) && (characters += bySize[named].PackageName.Length) <= FleetSample.MostNames)
        {
            named++;
        }

        return ([.. bySize.Take(named)], bySize[named..]);
    }

    static DateTimeOffset AfterOf(DateTimeOffset until, DateTimeOffset? counted) =>
        counted is null || counted > until ? until - FirstWindow
        : until - counted > LongestWindow ? until - LongestWindow
        : counted.Value;
}

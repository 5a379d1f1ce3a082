using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using static Lifecycle.Entities.LifecycleInstruments;

namespace Lifecycle.Entities;

/// <summary>
/// Counts and measures: the one class that holds the instruments. What is counted, the rules say (<see cref="Observations"/>). An entity
/// operation is counted when it has been decided; one that a killed host had not stored yet is counted again when it is done again.
/// </summary>
public sealed class LifecycleMetrics
{
    // Up to ten minutes, which is as long as a resurrection tries by default.
    static readonly double[] seconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10, 15, 30, 60, 120, 300, 600];

    readonly Dictionary<InstrumentInfo, Counter<long>> counters = [];
    readonly Dictionary<InstrumentInfo, Histogram<double>> histograms = [];
    readonly Dictionary<InstrumentInfo, Gauge<long>> gauges = [];

    /// <summary>Makes the instruments.</summary>
    public LifecycleMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        foreach (var info in All)
        {
            switch (info.Kind)
            {
                case InstrumentKind.Counter:
                    counters[info] = meter.CreateCounter<long>(info.Name, info.Unit, info.Description);
                    break;
                case InstrumentKind.Histogram:
                    var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = seconds };
                    histograms[info] = meter.CreateHistogram(info.Name, info.Unit, info.Description, tags: null, advice);
                    break;
                default:
                    gauges[info] = meter.CreateGauge<long>(info.Name, info.Unit, info.Description);
                    break;
            }
        }
    }

    /// <summary>Counts what a decision did.</summary>
    public void Observe(IEnumerable<Observation> observations)
    {
        foreach (var observation in observations)
        {
            Observe(observation);
        }
    }

    /// <summary>Attached apps were told to move, or could not be.</summary>
    /// <param name="told">How many were told.</param>
    /// <param name="failed">How many could not be.</param>
    public void MoveTold(int told, int failed)
    {
        counters[Moves].Add(told, TagsOf(Moves, ["told"]));
        counters[Moves].Add(failed, TagsOf(Moves, ["failed"]));
    }

    /// <summary>A webhook was answered, or was not.</summary>
    /// <param name="type">The type in its body.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="took">From its first byte.</param>
    public void WebhookSent(string type, WebhookResult result, TimeSpan took)
    {
        Count(Webhooks, type, OutcomeOf(result));
        Record(WebhookDuration, took, type);
    }

    /// <summary>A relayed webhook was put to a process, or was to be.</summary>
    /// <param name="outcome">What came of it: <c>answered</c>, <c>leaving</c>, <c>silent</c> or <c>gone</c>.</param>
    public void RelayTried(string outcome) => Count(RelayTries, outcome);

    /// <summary>An answer to a relayed webhook came.</summary>
    /// <param name="outcome">What became of it: <c>taken</c>, <c>passed_on</c>, <c>repeated</c>, <c>late</c> or <c>refused</c>.</param>
    public void RelayAnswered(string outcome) => Count(RelayAnswers, outcome);

    /// <summary>Records of an outbox were sent.</summary>
    public void Told(OutboxDestination destination, bool sent) => Count(Events, NameOf(destination), sent ? "sent" : "failed");

    /// <summary>Somebody looked whether a client can open a socket at the SignalR service.</summary>
    public void CanaryLooked(bool opens) => Count(CanaryLooks, opens ? "open" : "away");

    /// <summary>A decision broke an invariant, or could not be judged.</summary>
    /// <param name="invariant">The invariant's name, or <see cref="Unjudged"/>.</param>
    public void InvariantBroken(string invariant) => Count(InvariantsBroken, invariant);

    /// <summary>How long pulses stood in the durable engine's queue.</summary>
    public void EngineLag(IEnumerable<TimeSpan> lags)
    {
        foreach (var lag in lags)
        {
            Record(LifecycleInstruments.EngineLag, lag);
        }
    }

    /// <summary>How many app sessions a sweep found in each state.</summary>
    public void SessionsSwept(IReadOnlyDictionary<AppState, int> found) =>
        Gauged(Sessions, AppStates.All.Where(state => state != AppState.None).Select(state => (Lower(state), found.GetValueOrDefault(state))));

    /// <summary>How many apps a sweep found with their breaker in each state.</summary>
    public void BreakersSwept(IReadOnlyDictionary<BreakerCondition, int> found) =>
        Gauged(Breakers, Enum.GetValues<BreakerCondition>().Where(c => c != BreakerCondition.None).Select(c => (Snake(c), found.GetValueOrDefault(c))));

    void Observe(Observation observation)
    {
        switch (observation)
        {
            case AttachObserved attached: Count(attached.Resumed ? Reconnects : Connects, attached.Reason, attached.Blame.WireName()); break;
            case GraceBegan grace: Count(GracesStarted, grace.Cause); break;
            case GraceExpired grace: Count(GracesExpired, Lower(grace.State), grace.Blame.WireName()); break;
            case ResurrectionHeld held: Count(ResurrectionsHeld, held.Reason, held.Blame.WireName()); break;
            case CrashLoopObserved loop: Count(LifecycleInstruments.CrashLoops, Snake(loop.Phase)); break;
            case FalseFound: Count(FalseResurrections); break;
            case RunEnded { Reason: RunReason.Start } start: Count(Starts, Snake(start.Outcome)); break;
            case RunEnded resurrection: CountResurrection(resurrection); break;
            case SessionEvicted evicted: Count(Evictions, evicted.Reason, evicted.Blame.WireName()); break;
            case StaleArrived stale: Count(StaleArrivals, Snake(stale.Kind)); break;
            case MessageObserved message: Count(Messages, Snake(message.Outcome)); break;
            case MessagesFinished finished: Count(MessagesHandled, "handled", finished.Handled); Count(MessagesHandled, "failed", finished.Failed); break;
            case HandOverEnded ended: Count(HandOvers, Snake(ended.Outcome)); break;
            case DeafFound deaf: Count(DeafApps, deaf.IsReplaced ? "replaced" : "found"); break;
            case EffectSetAside aside: Count(SetAside, Snake(aside.What)); break;
            case PaceLearned learned: Count(Paces, Snake(learned.Change)); break;
            case StopDropped dropped: Count(StopsDropped, dropped.Reason); break;
            case IncidentObserved incident: Count(Incidents, Snake(incident.Cause), Snake(incident.Phase)); break;
            case DurationObserved { What: Measurement.TimerLateness } late: Record(TimerLateness, late.Value, Snake(late.Timer)); break;
            case DurationObserved duration: Record(duration.What == Measurement.ReconnectLatency ? ReconnectLatency : RecoveryTime, duration.Value); break;
            default: throw new ArgumentOutOfRangeException(nameof(observation), observation, "No instrument is for this.");
        }
    }

    void CountResurrection(RunEnded run)
    {
        Count(Resurrections, Snake(run.Outcome), run.Blame.WireName());
        if (run.Outcome == RunOutcome.False)
        {
            Count(FalseResurrections);
        }
    }

    void Count(InstrumentInfo info, string value, long many)
    {
        if (many > 0)
        {
            counters[info].Add(many, TagsOf(info, [value]));
        }
    }

    void Count(InstrumentInfo info, params ReadOnlySpan<string> values) => counters[info].Add(1, TagsOf(info, values));

    void Record(InstrumentInfo info, TimeSpan value, params ReadOnlySpan<string> values) =>
        histograms[info].Record(value.TotalSeconds, TagsOf(info, values));

    void Gauged(InstrumentInfo info, IEnumerable<(string Value, int Count)> found)
    {
        foreach (var (value, count) in found)
        {
            gauges[info].Record(count, TagsOf(info, [value]));
        }
    }

    static TagList TagsOf(InstrumentInfo info, ReadOnlySpan<string> values)
    {
        var tags = default(TagList);
        for (var i = 0; i < info.Tags.Length; i++)
        {
            tags.Add(info.Tags[i].Name, info.Tags[i].Bounded(values[i]));
        }

        return tags;
    }

    static string OutcomeOf(WebhookResult result)
    {
        var outcomes = Webhooks.Tags[1];
        return result.Detail.StartsWith("http_", StringComparison.Ordinal) && !outcomes.Values.Contains(result.Detail)
            ? $"{result.Detail[..6]}xx"
            : result.Detail;
    }

    static string NameOf(OutboxDestination destination) => destination == OutboxDestination.DeadLetters ? "dead_letters" : "events";

    static string Lower(AppState state) => state.WireName().ToLowerInvariant();

    static string Snake<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>Whether webhooks go out to an app.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BreakerState>))]
public enum BreakerState
{
    /// <summary>Malformed: no breaker is in this state.</summary>
    None = 0,

    /// <summary>They go out at the pace.</summary>
    [JsonStringEnumMemberName("CLOSED")] Closed = 1,

    /// <summary>One probe at a time goes out, on the outage's schedule; everybody else waits for its verdict.</summary>
    [JsonStringEnumMemberName("OPEN")] Open = 2,
}

/// <summary>How a breaker stands, for operators.</summary>
public enum BreakerCondition
{
    /// <summary>Malformed: no breaker stands so.</summary>
    None = 0,

    /// <summary>Webhooks go out.</summary>
    Closed = 1,

    /// <summary>They do not; the next probe is not due yet.</summary>
    Open = 2,

    /// <summary>They do not, and a probe is in flight.</summary>
    Probing = 3,
}

/// <summary>
/// The circuit breaker of one app (DESIGN section 3). It opens at so many failures in a row or at a share of failures in a window,
/// and closes at the first answer of the app.
/// </summary>
public sealed record Breaker
{
    const int Buckets = 10;

    /// <summary>The state it is in.</summary>
    public BreakerState State { get; init; } = BreakerState.Closed;

    /// <summary>Failures since the last success.</summary>
    public int FailuresInRow { get; init; }

    /// <summary>When the next probe may go out; null while closed.</summary>
    public DateTimeOffset? NextProbeAt { get; init; }

    /// <summary>When it opened: what was sent before says nothing about the app from then on. Null while closed.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>The time between the last probe and the next, in milliseconds.</summary>
    public double SpacingMs { get; init; }

    /// <summary>When the outage began for which it opened: its age counts from here. Null while closed.</summary>
    public DateTimeOffset? OutageBegan { get; init; }

    /// <summary>The probe in flight.</summary>
    public Flight? Probe { get; init; }

    /// <summary>Outcomes of the last window, in buckets, the newest last.</summary>
    public ImmutableArray<OutcomeBucket> Window { get; init; } = [];

    /// <summary>Whether it is open.</summary>
    [JsonIgnore]
    public bool IsOpen => State == BreakerState.Open;

    /// <summary>How it stands.</summary>
    [JsonIgnore]
    public BreakerCondition Condition =>
        !IsOpen ? BreakerCondition.Closed : Probe is null ? BreakerCondition.Open : BreakerCondition.Probing;

    /// <summary>The same breaker with one more outcome counted; it does not open or close by this.</summary>
    public Breaker Counting(bool success, DateTimeOffset now, Policy policy)
    {
        var width = policy.BreakerWindowMs / Buckets;
        var bucket = now.ToUnixTimeMilliseconds() / width;
        // What was seen longer ago than a session tries says nothing about now.
        var row = Window is [.., var latest] && (bucket - latest.Number) * (long)width > policy.HorizonMs ? 0 : FailuresInRow;
        var kept = Window.RemoveAll(b => b.Number <= bucket - Buckets || b.Number > bucket);
        var last = kept is [.., var newest] && newest.Number == bucket ? newest : new OutcomeBucket(bucket, 0, 0);
        var counted = last with { Successes = last.Successes + (success ? 1 : 0), Failures = last.Failures + (success ? 0 : 1) };
        return this with
        {
            FailuresInRow = success ? 0 : row + 1,
            Window = [.. kept.Where(b => b.Number != bucket), counted],
        };
    }

    /// <summary>Whether what was counted calls for opening it.</summary>
    public bool ShouldOpen(Policy policy)
    {
        var failures = Window.Sum(b => b.Failures);
        var all = failures + Window.Sum(b => b.Successes);
        return FailuresInRow >= policy.BreakerFailures
            || (all >= policy.BreakerMinimum && failures * 100 >= all * policy.BreakerPercent);
    }

    /// <summary>The open breaker; the first probe waits for its share of the outage's age.</summary>
    public Breaker Opened(DateTimeOffset outageBegan, DateTimeOffset now, Policy policy)
    {
        var spacing = ProbeSchedule.SpacingMs(now - outageBegan, policy);
        return this with
        {
            State = BreakerState.Open,
            OpenedAt = now,
            SpacingMs = spacing,
            NextProbeAt = now.AddMilliseconds(spacing),
            OutageBegan = outageBegan,
            Probe = null,
        };
    }

    /// <summary>The breaker with a probe in flight. The time to the next one counts from the probe's start.</summary>
    public Breaker Probing(Flight probe, DateTimeOffset outageBegan, Policy policy)
    {
        var spacing = ProbeSchedule.NextMs(SpacingMs, probe.At - outageBegan, policy);
        return this with { Probe = probe, SpacingMs = spacing, NextProbeAt = probe.At.AddMilliseconds(spacing) };
    }

    /// <summary>
    /// The breaker when the probe in flight was not made: nobody looked, and the next one may at once. Past the horizon each probe at least doubles the spacing, which one
    /// that was not made must not do.
    /// </summary>
    public Breaker Unmade(DateTimeOffset now) => this with { Probe = null, NextProbeAt = now, SpacingMs = SpacingMs / 2 };

    /// <summary>The closed breaker; what was counted before no longer speaks against the app.</summary>
    public Breaker Closed() => new();

    /// <summary>Equal when every field and every bucket is.</summary>
    public bool Equals(Breaker? other) =>
        other is not null
        && (State, FailuresInRow, NextProbeAt, SpacingMs, OutageBegan, Probe, OpenedAt) ==
           (other.State, other.FailuresInRow, other.NextProbeAt, other.SpacingMs, other.OutageBegan, other.Probe, other.OpenedAt)
        && Window.AsSpan().SequenceEqual(other.Window.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, FailuresInRow, NextProbeAt, Probe);
}

/// <summary>Outcomes within a tenth of the breaker's window.</summary>
/// <param name="Number">The time since the Unix epoch in tenths of the window.</param>
/// <param name="Successes">Webhooks accepted.</param>
/// <param name="Failures">All others.</param>
public sealed record OutcomeBucket(long Number, int Successes, int Failures);

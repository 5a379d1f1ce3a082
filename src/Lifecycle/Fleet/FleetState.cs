using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What is known of the whole fleet: a value that can be stored, printed and compared, and that does not grow with the fleet.</summary>
public sealed record FleetState
{
    /// <summary>The version of this record's stored form; 0 means malformed.</summary>
    public const int CurrentSchema = 1;

    /// <summary>How many sweeps are remembered: an hour of them.</summary>
    public const int MostPoints = 120;

    /// <summary>How many stretches are remembered: rates are of the last 15 to 20 minutes.</summary>
    public const int MostStretches = 4;

    /// <summary>How long a stretch is.</summary>
    public static readonly TimeSpan Stretch = TimeSpan.FromMinutes(5);

    /// <summary>Nothing is known.</summary>
    public static FleetState Unknown { get; } = new();

    /// <summary>The stored form's version.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>What the last sweep found; null when there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FleetSample? Last { get; init; }

    /// <summary>The last sweeps, the newest last.</summary>
    public ImmutableArray<FleetPoint> Points { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What happened lately, the newest last.</summary>
    public ImmutableArray<FleetStretch> Stretches { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The open incidents, the newest first.</summary>
    public ImmutableArray<FleetIncident> Incidents { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How many more there are.</summary>
    public int MoreIncidents { get; init; }

    /// <summary>Up to which time transitions were counted, UTC; null when nobody has.</summary>
    [JsonIgnore]
    public DateTimeOffset? CountedUntil => Last?.Until;

    /// <summary>With what one more sweep found. One that comes twice, or is older than the last, changes nothing; what two have counted counts once.</summary>
    public FleetState Swept(FleetSample sample)
    {
        if (sample.At <= Last?.At)
        {
            return this;
        }

        var isNew = !(sample.After < CountedUntil);
        // What only this one has counted is left to the next: it counts from where the last one ended that was taken.
        var counted = isNew ? sample : sample with { After = Last!.After, Until = Last.Until, Flow = default, Latencies = Latencies.None };
        return this with
        {
            Last = counted,
            Points = [.. Points.TakeLast(MostPoints - 1), FleetPoint.Of(counted)],
            Stretches = isNew ? WithStretch(counted) : Stretches,
        };
    }

    /// <summary>With the incidents that are open now.</summary>
    public FleetState Seen(FleetIncidents open) => this with { Incidents = open.Named, MoreIncidents = open.More };

    /// <summary>Whether the incidents are those that are open now.</summary>
    public bool Knows(FleetIncidents open) => MoreIncidents == open.More && Incidents.AsSpan().SequenceEqual(open.Named.AsSpan());

    /// <summary>What happened in the last minutes, in one piece; null when nothing was counted.</summary>
    public FleetStretch? Lately() => Stretches.IsEmpty ? null : Stretches.Aggregate(Joined);

    /// <summary>By how many milliseconds a timer was late at worst, in the time of <see cref="Lately"/>.</summary>
    public long WorstLateMs() => Lately() is { } lately ? Points.Where(point => point.At > lately.After).Select(point => point.LateMs).DefaultIfEmpty().Max() : 0;

    ImmutableArray<FleetStretch> WithStretch(FleetSample sample)
    {
        var added = new FleetStretch(sample.After, sample.Until, sample.Flow, sample.Latencies);
        // One that goes on from the last; after a pause of the sweeps the time before says nothing any more.
        return Stretches is [.., var last] && last.Until == added.After
            ? last.Until - last.After < Stretch
                ? [.. Stretches[..^1], Joined(last, added)]
                : [.. Stretches.TakeLast(MostStretches - 1), added]
            : [added];
    }

    static FleetStretch Joined(FleetStretch one, FleetStretch next) => new(one.After, next.Until, one.Flow + next.Flow, one.Latencies.With(next.Latencies));

    /// <summary>Equal when every field and every element is.</summary>
    public bool Equals(FleetState? other) =>
        other is not null
        && (Schema, Last, MoreIncidents) == (other.Schema, other.Last, other.MoreIncidents)
        && Points.AsSpan().SequenceEqual(other.Points.AsSpan())
        && Stretches.AsSpan().SequenceEqual(other.Stretches.AsSpan())
        && Incidents.AsSpan().SequenceEqual(other.Incidents.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Last?.At, Points.Length, MoreIncidents);
}

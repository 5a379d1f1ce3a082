using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>What one sweep found. It does not grow with the number of sessions or apps.</summary>
public sealed record FleetSample
{
    /// <summary>How many apps are named, at most.</summary>
    public const int MostApps = 100;

    /// <summary>How many characters their names may have in all: what is stored of the fleet must stay small.</summary>
    public const int MostNames = 6_000;

    /// <summary>When the sweep began, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public int TookMs { get; init; }

    /// <summary>After which time transitions were counted, UTC.</summary>
    public DateTimeOffset After { get; init; }

    /// <summary>Up to which time, UTC.</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>How many sessions are in each state.</summary>
    public StateCounts States { get; init => field = value ?? StateCounts.None; } = StateCounts.None;

    /// <summary>The apps with the most sessions.</summary>
    public ImmutableArray<AppCounts> Apps { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How many other apps have sessions.</summary>
    public int OtherApps { get; init; }

    /// <summary>The sessions of those.</summary>
    public StateCounts Others { get; init => field = value ?? StateCounts.None; } = StateCounts.None;

    /// <summary>What happened in the window.</summary>
    public FleetFlow Flow { get; init; }

    /// <summary>How long apps were away that came back with their state in the window.</summary>
    public Latencies Latencies { get; init => field = value ?? Latencies.None; } = Latencies.None;

    /// <summary>By how many milliseconds the latest timer is late that had not run when its session was read; 0 for none.</summary>
    public long LateMs { get; init; }

    /// <summary>How many records wait in outboxes.</summary>
    public int Waiting { get; init; }

    /// <summary>How old the oldest of them is, in milliseconds; 0 for none.</summary>
    public long OldestMs { get; init; }

    /// <summary>How many sessions the SignalR service was asked about, by its lists or by themselves.</summary>
    public int Asked { get; init; }

    /// <summary>How many were left to the next sweep: they were too many, or their list could not be read.</summary>
    public int Left { get; init; }

    /// <summary>Equal when every field and every app's counts are.</summary>
    public bool Equals(FleetSample? other) =>
        other is not null
        && (At, TookMs, After, Until, OtherApps, LateMs, Waiting) == (other.At, other.TookMs, other.After, other.Until, other.OtherApps, other.LateMs, other.Waiting)
        && (OldestMs, Asked, Left, Flow) == (other.OldestMs, other.Asked, other.Left, other.Flow)
        && (States, Others, Latencies) == (other.States, other.Others, other.Latencies)
        && Apps.AsSpan().SequenceEqual(other.Apps.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(At, States, Apps.Length);
}

/// <summary>The sessions of one app.</summary>
/// <param name="PackageName">The app.</param>
/// <param name="States">How many are in each state.</param>
public sealed record AppCounts(string PackageName, StateCounts States);

using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// How long the app process that is attached, or was attached last, has lived, and how many before it were lost too soon. Reconnects of one process
/// belong to one life, so a network that flaps ends none.
/// </summary>
public sealed record Life
{
    /// <summary>Nothing is known of any process.</summary>
    public static Life None { get; } = new();

    /// <summary>When the process attached, UTC; null while none has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? BeganAt { get; init; }

    /// <summary>How many lives in a row were shorter than <see cref="Policy.StableMs"/>; 0 or more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Short { get; init; }

    /// <summary>This life has been counted: a process that comes back after it was written off is not counted again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Counted { get; init; }

    /// <summary>When a process of a crash loop counts as well, UTC: its timer is due then. Null while there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StableAt { get; init; }

    /// <summary>Whether so many lives in a row were short that it is a crash loop.</summary>
    [JsonIgnore]
    public bool IsLooping => Short >= CrashLoop.FromTimes;

    /// <summary>Whether the process has lived for as long as a well one does.</summary>
    /// <param name="until">Until when it lived, UTC.</param>
    /// <param name="stableMs">How long that is, in milliseconds.</param>
    public bool IsStable(DateTimeOffset until, int stableMs) => until >= BeganAt?.AddMilliseconds(stableMs);

    /// <summary>The same once the process has been lost: a short life counts, once, and a long one ends the row.</summary>
    /// <param name="lostAt">When its last socket was lost, UTC.</param>
    /// <param name="stableMs">How long a well process lives, in milliseconds.</param>
    public Life Ended(DateTimeOffset lostAt, int stableMs) => BeganAt is null
        ? this
        : IsStable(lostAt, stableMs)
            ? this with { Short = 0, Counted = true, StableAt = null }
            : this with { Short = Counted ? Short : Short + 1, Counted = true, StableAt = null };

    /// <summary>The same once another process is to be started: what it was is forgotten, but for the row.</summary>
    public Life Over() => Short == 0 ? None : new Life { Short = Short };

    /// <summary>The life of another process, after this one.</summary>
    /// <param name="now">When it attached, UTC.</param>
    public Life Next(DateTimeOffset now) => Over() with { BeganAt = now };
}

using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What is remembered of an earlier sweep. Its names are short, for there are many of them in one state.</summary>
/// <param name="AtMs">When it began, in milliseconds since 1970, UTC.</param>
/// <param name="States">How many sessions were in each state.</param>
/// <param name="Flow">What had happened since the one before.</param>
/// <param name="LateMs">By how many milliseconds the latest timer was late.</param>
public sealed record FleetPoint(
    [property: JsonPropertyName("t")] long AtMs,
    [property: JsonPropertyName("n")] StateCounts States,
    [property: JsonPropertyName("x")] FleetFlow Flow,
    [property: JsonPropertyName("l"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long LateMs)
{
    /// <summary>When it began, UTC.</summary>
    [JsonIgnore]
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(AtMs);

    /// <summary>What is remembered of a sweep.</summary>
    public static FleetPoint Of(FleetSample sample) => new(sample.At.ToUnixTimeMilliseconds(), sample.States, sample.Flow, sample.LateMs);
}

/// <summary>What happened in some minutes, in one piece: rates are of whole pieces.</summary>
/// <param name="After">It begins after this time, UTC.</param>
/// <param name="Until">And ends with this one.</param>
/// <param name="Flow">What happened.</param>
/// <param name="Latencies">How long apps were away that came back with their state.</param>
public sealed record FleetStretch(DateTimeOffset After, DateTimeOffset Until, FleetFlow Flow, Latencies Latencies);

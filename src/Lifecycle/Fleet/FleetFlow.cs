using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What happened to app sessions within a time, counted of the transitions that they remember.</summary>
/// <param name="Graces">Grace windows that began.</param>
/// <param name="Reconnects">Attaches within a grace window that kept the state.</param>
/// <param name="Resurrections">Resurrections that ended after a webhook or by giving up.</param>
/// <param name="Woken">Those of them after whose webhook an app attached, or turned out to have lived.</param>
/// <param name="False">Resurrections found to be false.</param>
public readonly record struct FleetFlow(
    [property: JsonPropertyName("g"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Graces,
    [property: JsonPropertyName("r"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Reconnects,
    [property: JsonPropertyName("s"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Resurrections,
    [property: JsonPropertyName("w"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Woken,
    [property: JsonPropertyName("f"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int False)
{
    /// <summary>Both together.</summary>
    public static FleetFlow operator +(FleetFlow one, FleetFlow other) => new(
        one.Graces + other.Graces,
        one.Reconnects + other.Reconnects,
        one.Resurrections + other.Resurrections,
        one.Woken + other.Woken,
        one.False + other.False);
}

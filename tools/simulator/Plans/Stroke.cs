using System.Text.Json.Serialization;

namespace Lifecycle.Simulator.Plans;

/// <summary>Something that happens at a time.</summary>
/// <param name="AtMs">When, in milliseconds of the world's own clock.</param>
/// <param name="Do">What.</param>
public sealed record Stroke(long AtMs, StrokeKind Do)
{
    /// <summary>To which session, from 0; null for all, or for none in particular.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Session { get; init; }

    /// <summary>For how long, or by how much.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Ms { get; init; }

    /// <summary>The other time that the kind has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long OtherMs { get; init; }

    /// <summary>The HTTP status that the kind has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Status { get; init; }

    /// <summary>Whether a process that boots attaches to its sessions by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ComesBack { get; init; }

    /// <summary>The policy that is registered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PolicyOverrides? Policy { get; init; }
}

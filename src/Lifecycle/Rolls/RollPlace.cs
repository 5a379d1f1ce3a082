using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What is known of the user's place on its roll.</summary>
/// <param name="At">When it was put there last, UTC.</param>
/// <param name="IsOff">That failed, or a sweep did not find it there.</param>
public sealed record RollPlace(DateTimeOffset At, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsOff = false)
{
    /// <summary>Whether every connection of the user that was open at a time was on the roll then, as far as is known.</summary>
    /// <param name="at">The time, UTC.</param>
    public bool Covers(DateTimeOffset at) => !IsOff && At <= at && at < At + (Memberships.Ttl - Memberships.Doubt);
}

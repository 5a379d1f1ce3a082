using System.Text.Json;

namespace Lifecycle.Doctor.Running;

/// <summary>What an app that speaks the doctor contract told.</summary>
/// <param name="At">When, since the scene began.</param>
/// <param name="What"><c>handled</c> or <c>published</c>.</param>
/// <param name="Said">The body.</param>
sealed record Echo(TimeSpan At, string What, JsonElement Said)
{
    /// <summary>The number that the doctor gave the message.</summary>
    public int? N => Said.TryGetProperty("n", out var n) && n.ValueKind == JsonValueKind.Number && n.TryGetInt32(out var number) ? number : null;
}

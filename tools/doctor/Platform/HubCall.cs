using System.Text.Json;

namespace Lifecycle.Doctor.Platform;

/// <summary>A hub method that the app invoked.</summary>
/// <param name="At">When, since the scene began.</param>
/// <param name="Method">The name.</param>
/// <param name="Arguments">The arguments; undefined when they were no array.</param>
/// <param name="InvocationId">By which it is answered; null: it was only sent.</param>
sealed record HubCall(TimeSpan At, string Method, JsonElement Arguments, string? InvocationId)
{
    public int Count => Arguments.ValueKind == JsonValueKind.Array ? Arguments.GetArrayLength() : 0;

    public JsonElement Argument(int index) => index < Count ? Arguments[index] : default;

    /// <summary>A whole number in the first argument; null when there is none.</summary>
    public long? Number(string name) =>
        Argument(0).ValueKind == JsonValueKind.Object && Argument(0).TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;

    public bool IsTrue(string name) =>
        Argument(0).ValueKind == JsonValueKind.Object && Argument(0).TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public override string ToString() => Arguments.ValueKind == JsonValueKind.Array ? $"{Method}({string.Join(", ", Arguments.EnumerateArray().Select(Short))})" : $"{Method}(?)";

    static string Short(JsonElement argument) => argument.GetRawText() is { Length: > 120 } text ? text[..120] + "…" : argument.GetRawText();
}

/// <summary>The result of a hub method.</summary>
sealed record HubResult(bool Ok, string? Code = null)
{
    public static HubResult Accepted { get; } = new(true);

    public object ToJson() => Ok ? new { ok = true } : new { ok = false, error = new { code = Code, message = "The doctor refuses it." } };
}

using System.Text.Json;
using Lifecycle.Functions.Http;

namespace Lifecycle.Functions.Hub;

/// <summary>
/// Payloads as plain dictionaries, lists and values. The management library serializes by Newtonsoft.Json unless told otherwise, with
/// members under their names in code; a dictionary looks the same whoever writes it.
/// </summary>
static class WirePayload
{
    static readonly JsonSerializerOptions options = new(JsonAnswer.Options) { DefaultIgnoreCondition = default };

    /// <summary>The payload, its members in camelCase.</summary>
    public static object? Of(object payload) => Plain(JsonSerializer.SerializeToElement(payload, payload.GetType(), options));

    static object? Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(p => p.Name, p => Plain(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().Select(Plain).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? (object)whole : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}

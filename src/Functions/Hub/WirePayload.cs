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
        JsonValueKind.Object => PlainObject(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Plain).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => PlainNumber(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    // Of a name that comes twice the last one counts, as for most readers.
    static Dictionary<string, object?> PlainObject(JsonElement element)
    {
        var members = new Dictionary<string, object?>();
        foreach (var member in element.EnumerateObject())
        {
            members[member.Name] = Plain(member.Value);
        }

        return members;
    }

    // Messages are other people's data: no digit more is lost than must be. Newtonsoft.Json writes a decimal with a point, 12.0, which who
    // expects a whole number cannot read: whole ones stay whole as long as an integer holds them.
    static object PlainNumber(JsonElement element) =>
        element.TryGetInt64(out var whole) ? whole
        : element.TryGetUInt64(out var large) ? large
        : !element.TryGetDecimal(out var exact) ? element.GetDouble()
        : exact.Scale == 0 && exact is >= long.MinValue and <= long.MaxValue ? (object)(long)exact
        : exact;
}

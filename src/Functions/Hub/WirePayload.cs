using System.Text.Json;
using Lifecycle.Entities;
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
    /// <exception cref="UnsendableException">It has a text that is none, or a number that <see cref="Takes"/> does not take.</exception>
    public static object? Of(object payload)
    {
        try
        {
            return Plain(JsonSerializer.SerializeToElement(payload, payload.GetType(), options));
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException or NotSupportedException)
        {
            throw new UnsendableException("The payload cannot be written as JSON.", e);
        }
    }

    /// <summary>Whether every number in it can be sent: those that are beyond the largest double, about 1.8e308, no reader of JSON holds.</summary>
    public static bool Takes(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(member => Takes(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(Takes),
        JsonValueKind.Number => double.IsFinite(element.GetDouble()),
        _ => true,
    };

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
        : !element.TryGetDecimal(out var exact) || IsRounded(exact, element) ? FiniteDouble(element)
        : exact.Scale == 0 && exact is >= long.MinValue and <= long.MaxValue ? (object)(long)exact
        : exact;

    // A decimal has 28 places behind the point: of 1e-30 nothing would be left.
    static bool IsRounded(decimal exact, JsonElement element) => Math.Abs((double)exact - element.GetDouble()) > 1e-15 * Math.Abs(element.GetDouble());

    static double FiniteDouble(JsonElement element) => element.GetDouble() is var number && double.IsFinite(number)
        ? number
        : throw new NotSupportedException("A number is larger than any that readers of JSON hold.");
}

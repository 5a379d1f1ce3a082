using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lifecycle.Conformance.Recording;

/// <summary>Texts without what differs from run to run: times, ports, and what is drawn at random. All else stays as it is.</summary>
static partial class Plain
{
    /// <summary>Any text.</summary>
    public static string Text(string text)
    {
        text = Token().Replace(text, match => $"<token {ClaimsOf(match.Groups[1].Value)}>");
        text = Reason().Replace(text, "$1<why>");
        text = Trace().Replace(text, "<trace>");
        text = Time().Replace(text, "<time>");
        text = Address().Replace(text, "<address>");
        text = Uuid().Replace(text, "<id>");
        text = Secret().Replace(text, "$1<secret>");
        text = Run().Replace(text, "<run>");
        text = Hex().Replace(text, "<id>");
        return Took().Replace(text, "$1<ms> ms");
    }

    /// <summary>A body: JSON keeps its order and its members, any other text is taken as it is.</summary>
    public static string Body(string body)
    {
        try
        {
            return Json(JsonSerializer.Deserialize<JsonElement>(body));
        }
        catch (JsonException)
        {
            return Text(body);
        }
    }

    /// <summary>A JSON value.</summary>
    public static string Json(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, OfTheMoment(member));
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text(value.GetString()!));
                break;
            case JsonValueKind.Number when IsOfTheMoment(value):
                writer.WriteStringValue("<number>");
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    // A breaker counts by stretches of time, an outbox its signals, of which a timer or another operation may spare it one, and one engine or sweep is faster than another.
    // A pace is learned from how long answers took.
    static JsonElement OfTheMoment(JsonProperty member) => member.Name switch
    {
        "Window" => SumOf(member.Value),
        "History" => DecisionsOf(member.Value),
        "Pace" when member.Value.ValueKind == JsonValueKind.Object => JsonSerializer.SerializeToElement("<pace>"),
        "engineLagMs" or "LastToken" or "TookMs" or "OldestMs" or "tookMs" or "oldestAgeMs" or "withinMs" => JsonSerializer.SerializeToElement("<number>"),
        _ => member.Value,
    };

    // How much of a history is compressed depends on how long its times are in letters, and the fingerprint of a decision on the times themselves.
    static JsonElement DecisionsOf(JsonElement history) => JsonSerializer.SerializeToElement(history.Deserialize<History>()!.Read().Select(decision =>
        $"{decision.EventName} {decision.From} -> {decision.To} {decision.Outcome.Kind} {decision.Outcome.Reason} {decision.Outcome.Blame} {Json(JsonSerializer.SerializeToElement(decision.Event, decision.Event?.GetType() ?? typeof(object)))}"));

    static JsonElement SumOf(JsonElement window) => JsonSerializer.SerializeToElement(new
    {
        Successes = window.EnumerateArray().Sum(stretch => stretch.GetProperty("Successes").GetInt32()),
        Failures = window.EnumerateArray().Sum(stretch => stretch.GetProperty("Failures").GetInt32()),
    });

    // Clocks are large, and what is drawn between two bounds is hardly ever whole.
    static bool IsOfTheMoment(JsonElement number) => !number.TryGetInt64(out var whole) || whole > 100_000_000;

    static string ClaimsOf(string payload)
    {
        var text = payload.Replace('-', '+').Replace('_', '/');
        return Json(JsonSerializer.Deserialize<JsonElement>(Convert.FromBase64String(text.PadRight(text.Length + ((4 - (text.Length % 4)) % 4), '='))));
    }

    [GeneratedRegex(@"eyJ[\w-]+\.([\w-]+)\.[\w-]+")]
    private static partial Regex Token();

    // The serializer's words change with its version, which the packages choose in the worker.
    [GeneratedRegex(@"(System\.Text\.Json\.JsonException: )[^\n)]*")]
    private static partial Regex Reason();

    [GeneratedRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]")]
    private static partial Regex Trace();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")]
    private static partial Regex Time();

    [GeneratedRegex(@"(?:127\.0\.0\.1|localhost)(?::\d+)?")]
    private static partial Regex Address();

    [GeneratedRegex("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\br\d+-[0-9a-f]{8,}")]
    private static partial Regex Run();

    // Ids of webhooks, correlations, revisions, keys and runs; also times in ticks or seconds.
    [GeneratedRegex(@"[0-9a-fA-F]{14,}|\b(?=[a-f]*\d)[0-9a-f]{12}\b|\b\d{10,}")]
    private static partial Regex Hex();

    // API keys, webhook secrets, reconnect tokens, and what is encrypted, hashed or signed.
    [GeneratedRegex(@"\b(lk_|whsec_|lr[tp]1\.|CfDJ8)[\w+/.=-]+|(?<![\w+/-])[\w+/-]{20,}=+")]
    private static partial Regex Secret();

    [GeneratedRegex(@"(\bin )\d+ ms|\b\d+\.\d+ ms")]
    private static partial Regex Took();
}

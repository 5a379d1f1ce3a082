using System.Text.Json;

namespace Lifecycle.Sdk.Webhooks;

/// <summary>Reads a webhook from its headers and raw body, collecting every fault. Raw, because signatures are made over the bytes.</summary>
static class WebhookParser
{
    const int MaxIdLength = 256;
    const int MaxTextLength = 1024;
    const int MaxDepth = 8;

    /// <summary>The webhook, or null with at least one error under the name of the field it belongs to.</summary>
    public static LifecycleWebhook? Parse(string? id, string? timestamp, ReadOnlyMemory<byte> body, string packageName, IDictionary<string, string[]> errors)
    {
        if (id is not { Length: > 0 and <= MaxIdLength } || id.Any(c => c is <= ' ' or > '~'))
            errors["webhook-id"] = [$"must be 1 to {MaxIdLength} visible ASCII characters"];
        if (!long.TryParse(timestamp, System.Globalization.NumberStyles.None, null, out _))
            errors["webhook-timestamp"] = ["must be Unix seconds"];
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Read(id, document.RootElement, packageName, errors);
        }
        // A name or a time with half of a pair of surrogates is found out only when it is looked at.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            errors["body"] = [$"must be JSON of whole texts, nested at most {MaxDepth} deep"];
            return null;
        }
    }

    static LifecycleWebhook? Read(string? id, JsonElement body, string packageName, IDictionary<string, string[]> errors)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            errors["body"] = ["must be a JSON object"];
            return null;
        }
        var type = ReadType(body, errors);
        var sessionId = Text(body, "sessionId", errors);
        if (!WireRules.IsId(sessionId)) errors["sessionId"] = [$"must be {WireRules.IdRule}"];
        var package = Text(body, "packageName", errors);
        if (package != packageName) errors["packageName"] = ["is not a package of this app server"];
        var webhook = new LifecycleWebhook(id ?? "", type, sessionId ?? "", package ?? "", Text(body, "correlationId", errors),
            Text(body, "runId", errors), ReadAttempt(body, errors), Text(body, "reason", errors), ReadTimestamp(body, errors))
        {
            TakeOverToken = ReadTakeOverToken(body, type, errors),
            Leaving = ReadLeaving(body, errors),
        };
        return errors.Count == 0 ? webhook : null;
    }

    static WebhookType ReadType(JsonElement body, IDictionary<string, string[]> errors)
    {
        switch (Text(body, "type", errors))
        {
            case "session_request": return WebhookType.SessionRequest;
            case "resurrection_request": return WebhookType.ResurrectionRequest;
            case "stop_request": return WebhookType.StopRequest;
            case "handover_request": return WebhookType.HandOverRequest;
            default:
                errors["type"] = ["must be session_request, resurrection_request, handover_request or stop_request"];
                return default;
        }
    }

    static string? ReadTakeOverToken(JsonElement body, WebhookType type, IDictionary<string, string[]> errors)
    {
        var isAbsent = IsAbsent(body, "takeOverToken", out var value);
        if (isAbsent && type != WebhookType.HandOverRequest) return null;
        if (!isAbsent && value.ValueKind == JsonValueKind.String && Whole(value) is { } token && WireRules.IsToken(token)) return token;
        errors["takeOverToken"] = [$"must be {WireRules.TokenRule}"];
        return null;
    }

    static string? ReadLeaving(JsonElement body, IDictionary<string, string[]> errors)
    {
        var leaving = Text(body, "leaving", errors);
        if (leaving is null || WireRules.IsId(leaving)) return leaving;
        errors["leaving"] = [$"must be {WireRules.IdRule}"];
        return null;
    }

    static int ReadAttempt(JsonElement body, IDictionary<string, string[]> errors)
    {
        if (IsAbsent(body, "attempt", out var value)) return 0;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var attempt) && attempt >= 0) return attempt;
        errors["attempt"] = ["must be a whole number from 0"];
        return 0;
    }

    static DateTimeOffset? ReadTimestamp(JsonElement body, IDictionary<string, string[]> errors)
    {
        if (IsAbsent(body, "timestamp", out var value)) return null;
        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time)) return time;
        errors["timestamp"] = ["must be an ISO 8601 time"];
        return null;
    }

    static string? Text(JsonElement body, string name, IDictionary<string, string[]> errors)
    {
        if (IsAbsent(body, name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String && Whole(value) is { Length: <= MaxTextLength } text) return text;
        errors[name] = [$"must be a text of at most {MaxTextLength} characters"];
        return null;
    }

    // JSON can say half of a pair of surrogates, as a text has that was cut within an emoji; that is no text.
    static string? Whole(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    static bool IsAbsent(JsonElement body, string name, out JsonElement value) =>
        !body.TryGetProperty(name, out value) || value.ValueKind == JsonValueKind.Null;
}

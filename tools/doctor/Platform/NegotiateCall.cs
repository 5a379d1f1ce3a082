using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Doctor.Platform;

/// <summary>What a call of negotiate said: body before query before header, as Lifecycle reads it.</summary>
sealed class NegotiateCall
{
    const string Prefix = "x-lifecycle-";

    readonly string? _apiKey;
    readonly JsonElement _body;
    readonly Dictionary<string, string> _query;
    readonly Dictionary<string, string> _headers;

    NegotiateCall(JsonElement body, HttpContext http, string place)
    {
        // Copied: the request is gone before it is judged.
        _query = http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        _headers = http.Request.Headers.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(pair => pair.Key[Prefix.Length..], pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        (_body, Place) = (body, place);
        IsPost = HttpMethods.IsPost(http.Request.Method);
        _apiKey = http.Request.Headers["x-api-key"] is [{ Length: > 0 } key] ? key : Bearer(http.Request.Headers.Authorization);
        KeyInQuery = _query.Keys.Any(name => name.Contains("key", StringComparison.OrdinalIgnoreCase));
        Unknown = body.ValueKind == JsonValueKind.Object ? body.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => !WireText.NegotiateFields.Contains(name)) : null;
    }

    /// <summary>When it came, since the scene began.</summary>
    public TimeSpan At { get; set; }

    /// <summary>When it was answered, since the scene began; null: not yet.</summary>
    public TimeSpan? AnsweredAt { get; set; }

    /// <summary>Whether the answer led to a socket.</summary>
    public bool IsRedirected { get; set; }

    /// <summary>Which base address was called: empty, or the path of the other place.</summary>
    public string Place { get; }

    public bool IsPost { get; }

    /// <summary>What is wrong with the API key that it shows; null when it is that one.</summary>
    public string? KeyFault(string key) =>
        _apiKey is null ? "no key" : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(_apiKey), Encoding.UTF8.GetBytes(key)) ? null : "another key";

    public bool KeyInQuery { get; }

    /// <summary>A field of the body that the wire does not know.</summary>
    public string? Unknown { get; }

    /// <summary>The raw body; undefined when it is no JSON.</summary>
    public JsonElement Body => _body;

    public string? SessionId => Text("sessionId", "session-id");

    public string? PackageName => Text("packageName", "package-name");

    public string? InstanceId => Text("instanceId", "instance-id");

    /// <summary>The hint: null when it is absent.</summary>
    public string? Reconnect => Text("reconnect", "reconnect");

    public string? ReconnectToken => Text("reconnectToken", "reconnect-token");

    public string? TakeOverToken => Text("takeOverToken", "take-over-token");

    public string? LastSeqText => Text("lastSeq", "last-seq");

    public long? LastSeq => Number(LastSeqText);

    public string? AttemptText => Text("attempt", "attempt");

    public long? Attempt => Number(AttemptText);

    public bool ConnectRefused => Text("connectRefused", "connect-refused") == "true";

    public string? VersionText => Text("version", "version");

    /// <summary>The version of the wire; 1 where none is said.</summary>
    public int Version => Number(VersionText) is { } version and <= int.MaxValue ? (int)version : 1;

    public static async Task<NegotiateCall> ReadAsync(HttpContext http, string place)
    {
        JsonElement body = default;
        try
        {
            if (http.Request.ContentLength is not 0) body = (await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted)).RootElement;
        }
        catch (JsonException)
        {
            // Empty, or no JSON: the query and the headers count.
        }
        return new NegotiateCall(body, http, place);
    }

    static string? Bearer(string? header) => header?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true ? header["Bearer ".Length..] : null;

    string? Text(string name, string header) => InBody(name) ?? _query.GetValueOrDefault(name) ?? _headers.GetValueOrDefault(header);

    string? InBody(string name)
    {
        if (_body.ValueKind != JsonValueKind.Object || !_body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
    }

    static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

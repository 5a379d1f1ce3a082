using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Functions.Http;

/// <summary>Reads and validates what HTTP callers send.</summary>
static class Requests
{
    /// <summary>The largest body that a call takes unless it says otherwise, in bytes.</summary>
    public const int MaxBody = 16 * 1024;

    /// <summary>How many objects and arrays may be within each other, the body itself included.</summary>
    public const int MaxDepth = 32;

    /// <summary>The session and package of the route.</summary>
    public static AppSessionId ReadId(string sessionId, string packageName) =>
        new(ReadIdentifier("sessionId", sessionId), ReadIdentifier("packageName", packageName));

    /// <summary>One identifier of the route.</summary>
    public static string ReadIdentifier(string name, string? value) => Identifiers.IsValid(value)
        ? value!
        : throw InputException.Invalid("invalid_id", name, $"must be {Identifiers.Rule}");

    /// <summary>The JSON body as an object; a default one when there is no body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="most">The largest body that this call takes, in bytes.</param>
    public static async Task<T> ReadBodyAsync<T>(HttpRequest request, CancellationToken cancellation, int most = MaxBody)
        where T : new()
    {
        var bytes = await ReadBytesAsync(request, most, cancellation);
        if (bytes.Length == 0)
        {
            RequireDeliberate(request);
            return new T();
        }

        if (!IsJson(request.ContentType))
        {
            throw InputException.NotJson("The body must be JSON, with the content type application/json.");
        }

        return ReadJson<T>(bytes.Span, "invalid_body", "body");
    }

    /// <summary>A JSON object with known fields only. Its texts are mended in place (<see cref="JsonTexts.Mend"/>).</summary>
    /// <param name="json">The text in UTF-8.</param>
    /// <param name="code">The code of what is thrown when it cannot be read.</param>
    /// <param name="whole">What the text is called there.</param>
    public static T ReadJson<T>(Span<byte> json, string code, string whole)
    {
        if (!JsonTexts.AreUtf8(json))
        {
            throw InputException.Invalid(code, whole, "cannot be read: it is not UTF-8");
        }

        JsonTexts.Mend(json);
        try
        {
            return JsonSerializer.Deserialize<T>(json, strict) ?? throw new JsonException($"The {whole} is null.");
        }
        catch (JsonException e)
        {
            var field = e.Path is { Length: > 2 } path ? path[2..] : whole;
            throw IsTooDeep(json)
                ? InputException.Invalid(code, whole, $"must not be nested deeper than {MaxDepth}: so many objects and arrays within each other, itself included")
                : InputException.Invalid(code, field, $"cannot be read: {Describe(e)}");
        }
    }

    // A name that nobody reads is a typing error that would otherwise be noticed only in an outage.
    static readonly JsonSerializerOptions strict = new(JsonAnswer.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        MaxDepth = MaxDepth,
    };

    // A page of any origin can post without asking the host first, as long as it sends no header that a form could not send; where no function key
    // is asked for, on a developer's machine, nothing else would stop it. With a body the content type is such a header.
    static readonly string[] deliberate = ["x-functions-key", "x-requested-with", "x-api-key", "Authorization"];

    static void RequireDeliberate(HttpRequest request)
    {
        if (HttpMethods.IsPost(request.Method) && !IsJson(request.ContentType) && !deliberate.Any(request.Headers.ContainsKey))
        {
            throw InputException.NotJson(
                "A POST without a body needs a header that a form on a web page cannot send: content-type: application/json, x-functions-key or x-requested-with.");
        }
    }

    static string Describe(JsonException e) => e.Message.Contains("could not be mapped", StringComparison.Ordinal)
        ? "there is no such field"
        : "it is not of the expected type, or a number beyond its range";

    static bool IsTooDeep(ReadOnlySpan<byte> json) => !IsJson(json, MaxDepth) && IsJson(json, MaxBody);

    static bool IsJson(ReadOnlySpan<byte> json, int depth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = depth });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static bool IsJson(string? contentType) =>
        contentType is not null && contentType.Split(';')[0].Trim().EndsWith("json", StringComparison.OrdinalIgnoreCase);

    static async Task<Memory<byte>> ReadBytesAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        if (request.ContentLength > most)
        {
            throw BodyTooLarge(most);
        }

        var buffer = new byte[(request.ContentLength is { } told ? (int)told : most) + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return length <= most ? buffer.AsMemory(0, length) : throw BodyTooLarge(most);
    }

    static InputException BodyTooLarge(int most) => InputException.TooLarge($"The body is larger than {most} bytes.");
}

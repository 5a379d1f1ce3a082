using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Lifecycle.Local.SignalR;

/// <summary>What a token says, or why it is not believed.</summary>
/// <param name="Problem">Null for a good token.</param>
/// <param name="Claims">Every claim, in order; an array claim stands once per item.</param>
public sealed record AccessTokenVerdict(string? Problem, IReadOnlyList<KeyValuePair<string, string>> Claims)
{
    static readonly string[] userIdClaims =
        [AccessToken.UserIdClaim, "nameid", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "sub"];

    /// <summary>The user id; null for an anonymous client.</summary>
    public string? UserId => userIdClaims.Select(First).FirstOrDefault(v => v is not null);

    string? First(string type) => Claims.FirstOrDefault(c => c.Key == type).Value;
}

/// <summary>Checks HS256 JSON Web Tokens: signature, time and audience.</summary>
public static class AccessTokenReader
{
    static readonly TimeSpan clockSkew = TimeSpan.FromSeconds(5);

    /// <summary>Checks a token.</summary>
    /// <param name="token">The compact form; null or empty is a missing token.</param>
    /// <param name="accessKey">The key, as UTF-8.</param>
    /// <param name="now">The time that <c>exp</c> and <c>nbf</c> are compared with.</param>
    /// <param name="audience">Whether a value of <c>aud</c> names what is being asked for.</param>
    public static AccessTokenVerdict Check(string? token, string accessKey, DateTimeOffset now, Func<string, bool> audience)
    {
        if (string.IsNullOrEmpty(token))
        {
            return Bad("The access token is missing.");
        }
        var first = token.IndexOf('.');
        var last = token.LastIndexOf('.');
        if (first <= 0 || last == first || !Ascii.IsValid(token))
        {
            return Bad("The access token is not a signed JSON Web Token.");
        }
        if (!TryDecode(token.AsSpan(0, first), out var header) || !IsHs256(header))
        {
            return Bad("The access token is not signed with HS256.");
        }
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(accessKey), Encoding.ASCII.GetBytes(token, 0, last));
        // As text: decoded, one with a space in it or with other unused bits at its end would be the same.
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token[(last + 1)..]), Encoding.ASCII.GetBytes(Base64Url.EncodeToString(expected))))
        {
            return Bad("The access token's signature is wrong.");
        }
        return TryDecode(token.AsSpan(first + 1, last - first - 1), out var payload) && TryReadClaims(payload, out var claims)
            ? CheckClaims(claims, now, audience)
            : Bad("The access token's payload is not a JSON object.");
    }

    static AccessTokenVerdict CheckClaims(List<KeyValuePair<string, string>> claims, DateTimeOffset now, Func<string, bool> audience)
    {
        if (Seconds(claims, "exp") is not { } expires || expires + clockSkew.TotalSeconds < now.ToUnixTimeSeconds())
        {
            return Bad("The access token has expired or has no exp claim.");
        }
        if (Seconds(claims, "nbf") is { } from && from - clockSkew.TotalSeconds > now.ToUnixTimeSeconds())
        {
            return Bad("The access token is not valid yet.");
        }
        return claims.Any(c => c.Key == "aud" && audience(c.Value))
            ? new(null, claims)
            : Bad("The access token's audience is another one.");
    }

    static double? Seconds(List<KeyValuePair<string, string>> claims, string type)
        => double.TryParse(claims.FirstOrDefault(c => c.Key == type).Value, System.Globalization.CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    static bool IsHs256(byte[] header)
    {
        try
        {
            using var json = JsonDocument.Parse(header);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("alg", out var alg) && alg.ValueKind == JsonValueKind.String && alg.ValueEquals("HS256");
        }
        catch (Exception e) when (IsNoText(e))
        {
            return false;
        }
    }

    static bool TryReadClaims(byte[] payload, out List<KeyValuePair<string, string>> claims)
    {
        claims = [];
        try
        {
            using var json = JsonDocument.Parse(payload);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }
            foreach (var property in json.RootElement.EnumerateObject())
            {
                var values = property.Value.ValueKind == JsonValueKind.Array ? [.. property.Value.EnumerateArray()] : new[] { property.Value };
                claims.AddRange(values.Select(v => KeyValuePair.Create(property.Name, v.ToString())));
            }
            return true;
        }
        catch (Exception e) when (IsNoText(e))
        {
            return false;
        }
    }

    // What is no JSON, and JSON whose texts are none: half of a surrogate pair, bytes that are no UTF-8.
    static bool IsNoText(Exception e) => e is JsonException or InvalidOperationException;

    static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
        return bytes.Length > 0;
    }

    static AccessTokenVerdict Bad(string problem) => new(problem, []);
}

using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Lifecycle.Local.SignalR;

/// <summary>Makes the HS256 JSON Web Tokens that clients and apps present to the service.</summary>
public static class AccessToken
{
    /// <summary>The claim with a connection's user id.</summary>
    public const string UserIdClaim = "asrs.s.uid";

    /// <summary>The claim that asks for error details, such as the reason of a close.</summary>
    public const string DetailedErrorsClaim = "asrs.s.derror";

    /// <summary>Signs a token. A claim type given more than once becomes an array.</summary>
    /// <param name="accessKey">The key, as UTF-8.</param>
    /// <param name="audience">The address the token is good for.</param>
    /// <param name="now">The time of issue.</param>
    /// <param name="lifetime">How long the token is good for.</param>
    /// <param name="claims">Further claims.</param>
    public static string Create(
        string accessKey, string audience, DateTimeOffset now, TimeSpan lifetime, IEnumerable<KeyValuePair<string, string>>? claims = null)
    {
        var key = Encoding.UTF8.GetBytes(accessKey);
        var text = new StringBuilder();
        Append(text, json =>
        {
            json.WriteString("alg", "HS256");
            json.WriteString("kid", KeyId(key));
            json.WriteString("typ", "JWT");
        });
        text.Append('.');
        Append(text, json =>
        {
            foreach (var claim in (claims ?? []).GroupBy(c => c.Key, c => c.Value, StringComparer.Ordinal))
            {
                WriteClaim(json, claim.Key, [.. claim]);
            }
            json.WriteNumber("nbf", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + lifetime).ToUnixTimeSeconds());
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteString("aud", audience);
        });
        var signed = text.ToString();
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    static void WriteClaim(Utf8JsonWriter json, string type, string[] values)
    {
        if (values.Length == 1)
        {
            json.WriteString(type, values[0]);
            return;
        }
        json.WriteStartArray(type);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }

    static void Append(StringBuilder text, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        text.Append(Base64Url.EncodeToString(buffer.WrittenSpan));
    }

    static string KeyId(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 8));
}

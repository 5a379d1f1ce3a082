using System.Security.Cryptography;
using System.Text;

namespace Lifecycle.Doctor.Webhooks;

/// <summary>Signatures of the Standard Webhooks scheme: HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
static class Signature
{
    const string Prefix = "whsec_";

    public const string SecretRule = "whsec_ and the base64 of 24 to 64 bytes";

    public static bool IsSecret(string? text) => KeyOf(text) is { Length: >= 24 and <= 64 };

    /// <summary>A secret that nobody else has.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The base64 of the signature.</summary>
    public static string Of(string secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret)!, signed));
    }

    static byte[]? KeyOf(string? text)
    {
        var key = new byte[128];
        return text is { Length: <= 128 } && text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            ? key[..length]
            : null;
    }
}

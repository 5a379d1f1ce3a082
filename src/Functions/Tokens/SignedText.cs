using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Lifecycle.Functions.Tokens;

/// <summary>Claims that anybody may read and nobody but us can have written: <c>{version}.{key id}.{claims}.{HMAC-SHA256}</c>, the last two in base64url.</summary>
static class SignedText
{
    /// <summary>The longest text that can be one, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>The text.</summary>
    /// <param name="key">Signs it.</param>
    /// <param name="version">Says what kind of text it is: one kind is never taken for another.</param>
    /// <param name="claims">ASCII.</param>
    public static string Write(TokenKey key, string version, string claims)
    {
        var signed = $"{version}.{key.Id}.{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(Mac(key, signed))}";
    }

    /// <summary>The claims; null when it is not ours, or damaged. Throws what the place of the keys throws.</summary>
    public static string? Read(string text, string version, TokenKeys keys)
    {
        if (text.Length > MaxLength || text.Split('.') is not [var its, var keyId, var claims, var mac] || its != version || keys.Find(keyId) is not { } key)
        {
            return null;
        }

        // As text: decoded, one with a space in it or with other unused bits at its end would be the same.
        var expected = Base64Url.EncodeToString(Mac(key, $"{version}.{keyId}.{claims}"));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mac), Encoding.ASCII.GetBytes(expected))
            ? Encoding.ASCII.GetString(Base64Url.DecodeFromChars(claims))
            : null;
    }

    static byte[] Mac(TokenKey key, string signed) => HMACSHA256.HashData(key.Secret, Encoding.ASCII.GetBytes(signed));
}

using System.Security.Cryptography;
using System.Text;

namespace Lifecycle.Local.SignalR;

/// <summary>The header <c>X-ASRS-Signature</c>: proof that an event comes from the service that holds the access key.</summary>
public static class UpstreamSignature
{
    /// <summary>The signature of one key: <c>sha256=</c> and the hexadecimal HMAC-SHA256 of the connection id.</summary>
    public static string Create(string accessKey, string connectionId)
        => $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(accessKey), Encoding.UTF8.GetBytes(connectionId)))}";

    /// <summary>Whether any of the comma-separated signatures is the key's.</summary>
    public static bool Verify(string? header, string accessKey, string connectionId)
    {
        var expected = Encoding.ASCII.GetBytes(Create(accessKey, connectionId));
        return (header ?? "").Split(',', StringSplitOptions.TrimEntries)
            .Any(s => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(s.ToLowerInvariant()), expected));
    }
}

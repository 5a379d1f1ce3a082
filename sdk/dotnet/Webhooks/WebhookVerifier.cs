using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lifecycle.Sdk.Webhooks;

/// <summary>Why a webhook does not count as Lifecycle's.</summary>
public enum WebhookSignatureFault
{
    /// <summary>A header is missing: <c>webhook-id</c>, <c>webhook-timestamp</c> or <c>webhook-signature</c>.</summary>
    MissingHeader,
    /// <summary>The timestamp is not a number of seconds.</summary>
    MalformedTimestamp,
    /// <summary>Sent too long ago, or a clock is wrong.</summary>
    TooOld,
    /// <summary>From the future: a clock is wrong.</summary>
    TooNew,
    /// <summary>No signature was made with one of our secrets over this id, time and body.</summary>
    NoMatch,
}

/// <summary>Verifies webhooks by the Standard Webhooks scheme: HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
sealed class WebhookVerifier
{
    const string Prefix = "whsec_";
    const string Version = "v1,";
    const int MinSecretBytes = 24;
    const int MaxSecretBytes = 64;
    const int MaxSignatures = 16;

    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    readonly byte[][] _keys;
    readonly TimeProvider _time;

    public WebhookVerifier(IEnumerable<string> secrets, TimeProvider time)
    {
        _keys = [.. secrets.Select(secret => Read(secret) ?? throw new ArgumentException($"A webhook secret must be {Rule}", nameof(secrets)))];
        _time = time;
    }

    /// <summary>What a secret must look like.</summary>
    public static string Rule => $"{Prefix} and the base64 of {MinSecretBytes} to {MaxSecretBytes} bytes";

    public static bool IsSecret(string? text) => Read(text) is not null;

    /// <summary>What is wrong with the webhook; null when it is Lifecycle's and fresh.</summary>
    public WebhookSignatureFault? Check(string? id, string? timestamp, string? signatures, ReadOnlyMemory<byte> body)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signatures)) return WebhookSignatureFault.MissingHeader;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return WebhookSignatureFault.MalformedTimestamp;
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        if (seconds < now - (long)Tolerance.TotalSeconds) return WebhookSignatureFault.TooOld;
        if (seconds > now + (long)Tolerance.TotalSeconds) return WebhookSignatureFault.TooNew;

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body.Span];
        var given = signatures.Split(' ', MaxSignatures + 1).Take(MaxSignatures).Select(Decode).OfType<byte[]>().ToArray();
        var matches = false;
        // All of them, whatever the first says: the time it takes tells nothing.
        foreach (var key in _keys)
        {
            var expected = HMACSHA256.HashData(key, signed);
            foreach (var signature in given) matches |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }
        return matches ? null : WebhookSignatureFault.NoMatch;
    }

    static byte[]? Read(string? secret)
    {
        var bytes = new byte[MaxSecretBytes + 2];
        return secret is { Length: <= 128 } && secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length) && length is >= MinSecretBytes and <= MaxSecretBytes
            ? bytes[..length]
            : null;
    }

    static byte[]? Decode(string signature)
    {
        var bytes = new byte[HMACSHA256.HashSizeInBytes];
        return signature.StartsWith(Version, StringComparison.Ordinal)
            && Convert.TryFromBase64String(signature[Version.Length..], bytes, out var length) && length == bytes.Length
            ? bytes
            : null;
    }
}

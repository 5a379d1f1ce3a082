using System.Security.Cryptography;
using System.Text;

namespace Lifecycle.Functions.Secrets;

/// <summary>
/// One signing secret of the Standard Webhooks scheme. Knows its bytes and does not show them: no text of this object holds them.
/// </summary>
sealed class WebhookSecret
{
    const string Prefix = "whsec_";
    const int MinBytes = 24;
    const int MaxBytes = 64;
    const int MadeBytes = 32;

    readonly byte[] key;

    WebhookSecret(byte[] key) => this.key = key;

    /// <summary>What a secret must look like, to end a sentence that begins with "must be".</summary>
    public static string Rule => $"{Prefix} followed by the base64 of {MinBytes} to {MaxBytes} bytes";

    /// <summary>The text of a new secret.</summary>
    public static string Make() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(MadeBytes));

    /// <summary>Reads a secret; null when the text is not one.</summary>
    public static WebhookSecret? Read(string? text)
    {
        if (text is null || text.Length > Prefix.Length + (MaxBytes + 2) / 3 * 4 || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var base64 = text[Prefix.Length..];
        var bytes = new byte[MaxBytes + 2];
        // Compared with what would be written for these bytes: the reader forgives spaces and loose bits, receivers may not.
        return Convert.TryFromBase64String(base64, bytes, out var length) && length is >= MinBytes and <= MaxBytes
            && Convert.ToBase64String(bytes, 0, length) == base64
            ? new WebhookSecret(bytes[..length])
            : null;
    }

    /// <summary>One entry of the header <c>webhook-signature</c>.</summary>
    public string Sign(string webhookId, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{webhookId}.{timestamp}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }
}

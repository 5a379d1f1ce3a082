using System.Globalization;
using System.Text.Json;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Secrets;

namespace Lifecycle.Functions.Webhooks;

/// <summary>One try of a webhook, signed by the Standard Webhooks scheme: the same whichever way it goes.</summary>
/// <param name="Id">The header <c>webhook-id</c>.</param>
/// <param name="Timestamp">The header <c>webhook-timestamp</c>: Unix seconds.</param>
/// <param name="Signature">The header <c>webhook-signature</c>.</param>
/// <param name="Body">The body that was signed, JSON in UTF-8.</param>
public sealed record SignedWebhook(string Id, string Timestamp, string Signature, ReadOnlyMemory<byte> Body)
{
    /// <summary>Names the attempt.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>Says when this try was made.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>Has a signature for each valid secret.</summary>
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The message as of a time, signed with each secret.</summary>
    public static SignedWebhook Of(WebhookMessage message, SigningSecrets secrets, DateTimeOffset now)
    {
        var said = message.Body(now);
        var body = JsonSerializer.SerializeToUtf8Bytes(said, said.GetType(), JsonAnswer.Options);
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new(message.Id, timestamp, secrets.Sign(message.Id, timestamp, body), body);
    }
}

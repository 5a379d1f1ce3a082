using System.Text;
using Lifecycle.Functions.Webhooks;

namespace Lifecycle.Functions.Relay;

/// <summary>What a process is sent (docs/wire.md).</summary>
/// <param name="Headers">The headers that an HTTP request would have.</param>
/// <param name="Body">The body that was signed, byte for byte as UTF-8.</param>
/// <param name="Ticket">To be shown with the answer.</param>
/// <param name="WithinMs">How long the answer is waited for, in milliseconds.</param>
sealed record RelayMessage(IReadOnlyDictionary<string, string> Headers, string Body, string Ticket, long WithinMs)
{
    /// <summary>The invocation's name.</summary>
    public const string Target = "webhook";

    /// <summary>The message of one try.</summary>
    public static RelayMessage Of(SignedWebhook webhook, string ticket, TimeSpan within) => new(
        new Dictionary<string, string>
        {
            ["content-type"] = "application/json",
            [SignedWebhook.IdHeader] = webhook.Id,
            [SignedWebhook.TimestampHeader] = webhook.Timestamp,
            [SignedWebhook.SignatureHeader] = webhook.Signature,
        },
        Encoding.UTF8.GetString(webhook.Body.Span),
        ticket,
        (long)within.TotalMilliseconds);
}

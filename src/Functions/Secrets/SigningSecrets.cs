namespace Lifecycle.Functions.Secrets;

/// <summary>The secrets that a webhook is signed with: one, or two while the older one is being replaced.</summary>
public sealed class SigningSecrets
{
    readonly IReadOnlyList<WebhookSecret> secrets;

    internal SigningSecrets(IReadOnlyList<WebhookSecret> secrets) =>
        this.secrets = secrets.Count > 0 ? secrets : throw new ArgumentException("A webhook is signed with at least one secret.", nameof(secrets));

    /// <summary>Reads secrets as people write them, <c>whsec_…</c>.</summary>
    /// <exception cref="ArgumentException">One is malformed, or there is none. The message does not repeat it.</exception>
    public static SigningSecrets Of(params IEnumerable<string> texts) => new(
        [.. texts.Select(text => WebhookSecret.Read(text) ?? throw new ArgumentException($"A signing secret must be {WebhookSecret.Rule}.", nameof(texts)))]);

    /// <summary>The header <c>webhook-signature</c>: a signature for each secret.</summary>
    internal string Sign(string webhookId, string timestamp, byte[] body) =>
        string.Join(' ', secrets.Select(secret => secret.Sign(webhookId, timestamp, body)));
}

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Webhooks;

/// <summary>A webhook as it came, whichever way: what the signature is made over, and the signatures.</summary>
readonly record struct WebhookDelivery(string? Id, string? Timestamp, string? Signatures, ReadOnlyMemory<byte> Body);

/// <summary>What came of reading one: the webhook, or why there is none.</summary>
readonly record struct WebhookRead(WebhookDelivery? Delivery, WebhookResponse? Refusal = null);

/// <summary>What Lifecycle is answered, whichever way.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The problem's title; null for an answer without a problem.</param>
/// <param name="Detail">What is wrong, for people.</param>
sealed record WebhookResponse(int Status, string? Title = null, string? Detail = null)
{
    /// <summary>The problem's type; null for none of its own.</summary>
    public string? Type { get; init; }

    /// <summary>What is wrong, by field.</summary>
    public IDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The instance that holds the session.</summary>
    public string? HeldBy { get; init; }

    /// <summary>This process, when it is about to leave.</summary>
    public string? Leaving { get; init; }

    /// <summary>When to ask again, in whole seconds.</summary>
    public long? RetryAfterSeconds { get; init; }

    /// <summary>The headers that say so.</summary>
    public Dictionary<string, string> Headers
    {
        get
        {
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            if (HeldBy is not null) headers[WebhookAnswer.HeldByHeader] = HeldBy;
            if (Leaving is not null) headers[WebhookIntake.LeavingHeader] = Leaving;
            if (RetryAfterSeconds is { } seconds) headers["retry-after"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return headers;
        }
    }
}

/// <summary>Takes one webhook from bytes to answer: verifies, reads, handles each id once. The same for every road that webhooks come by.</summary>
/// <param name="packageName">The package that the webhook must be for.</param>
/// <param name="instanceId">This process: whoever asks while it leaves is told who does.</param>
/// <param name="verifier">Checks signatures; null when no secrets are configured.</param>
/// <param name="handler">Decides.</param>
/// <param name="gate">Closed: the process is going, and everything is answered with 503.</param>
/// <param name="logger">Told of every webhook.</param>
sealed partial class WebhookIntake(
    string packageName, string instanceId, WebhookVerifier? verifier, ILifecycleWebhookHandler handler, ShutdownGate gate, ILogger logger)
{
    /// <summary>The header that names a process which takes on nothing more because it leaves.</summary>
    internal const string LeavingHeader = "x-lifecycle-leaving";

    /// <summary>The largest body of a webhook.</summary>
    public const int MaxBodyBytes = 64 * 1024;
    const int RememberedIds = 4096;

    /// <summary>Whoever takes this process's place is there already, or soon.</summary>
    internal static readonly TimeSpan RetryAfterShutdown = TimeSpan.FromSeconds(2);

    /// <summary>The answer to a body that is too large.</summary>
    public static WebhookResponse TooLarge { get; } = new(StatusCodes.Status413PayloadTooLarge, "Too large", $"A webhook has at most {MaxBodyBytes} bytes");

    /// <summary>The answer to a body of another type.</summary>
    public static WebhookResponse NotJson { get; } = new(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", "Send application/json");

    /// <summary>The answer to one that could not be taken for a fault of this side.</summary>
    public static WebhookResponse Failed { get; } = new(StatusCodes.Status500InternalServerError, "The webhook could not be taken");

    readonly ILogger _logger = logger;
    readonly WebhookDeduplicator _seen = new(RememberedIds);

    /// <summary>Warns of an address where anybody can ask for attaches.</summary>
    public void WarnIfUnverified()
    {
        if (verifier is null) LogUnverified(packageName);
    }

    /// <summary>Takes one.</summary>
    /// <param name="read">Reads it; not called when the process is about to leave.</param>
    public async Task<WebhookResponse> TakeAsync(Func<Task<WebhookRead>> read)
    {
        if (!gate.TryEnter())
        {
            LogTurnedAway(packageName);
            return ResponseTo(WebhookAnswer.Busy(RetryAfterShutdown, "The app server is shutting down"));
        }
        try
        {
            var (delivery, refusal) = await read();
            return refusal ?? await TakeAsync(delivery!.Value);
        }
        finally
        {
            gate.Exit();
        }
    }

    async Task<WebhookResponse> TakeAsync(WebhookDelivery delivery)
    {
        if (verifier?.Check(delivery.Id, delivery.Timestamp, delivery.Signatures, delivery.Body) is { } fault)
        {
            LogNotVerified(fault);
            return NotVerified(fault);
        }

        var errors = new Dictionary<string, string[]>();
        var webhook = WebhookParser.Parse(delivery.Id, delivery.Timestamp, delivery.Body, packageName, errors);
        if (webhook is null)
        {
            LogRejected(string.Join("; ", errors.Select(error => $"{error.Key} {error.Value[0]}")));
            return new WebhookResponse(StatusCodes.Status400BadRequest, "Invalid webhook") { Errors = errors };
        }
        return ResponseTo(await HandleAsync(webhook));
    }

    async Task<WebhookAnswer> HandleAsync(LifecycleWebhook webhook)
    {
        try
        {
            // Not the request's own token: a retry may be waiting for the same answer when the first caller hangs up.
            var (answer, isRepeat) = await _seen.RunOnceAsync(webhook.Id, () => handler.HandleAsync(webhook, gate.Over));
            LogAnswered(webhook.Type, webhook.SessionId, webhook.Id, webhook.Attempt, answer.Status, isRepeat);
            return answer;
        }
        catch (Exception e)
        {
            LogFailed(webhook.Type, webhook.SessionId, webhook.Id, e);
            return WebhookAnswer.Busy(detail: "The webhook handler failed");
        }
    }

    WebhookResponse ResponseTo(WebhookAnswer answer)
    {
        if (answer.HeldBy is not null || answer.IsAccepted) return new WebhookResponse(answer.Status) { HeldBy = answer.HeldBy };
        return new WebhookResponse(answer.Status, answer.Status == StatusCodes.Status410Gone ? "Gone" : "Not now", answer.Detail)
        {
            // Busy because it leaves: no failure of the app, and whoever takes its place can be asked soon.
            Leaving = gate.IsClosed && answer.Status == StatusCodes.Status503ServiceUnavailable ? instanceId : null,
            RetryAfterSeconds = answer.RetryAfter is { } wait ? (long)Math.Ceiling(Math.Max(0, wait.TotalSeconds)) : null,
        };
    }

    static WebhookResponse NotVerified(WebhookSignatureFault fault)
    {
        var (type, detail) = fault switch
        {
            WebhookSignatureFault.MissingHeader => ("missing-header", "webhook-id, webhook-timestamp and webhook-signature are required"),
            WebhookSignatureFault.MalformedTimestamp => ("malformed-timestamp", "webhook-timestamp must be Unix seconds"),
            WebhookSignatureFault.TooOld => ("too-old", $"webhook-timestamp is more than {WebhookVerifier.Tolerance.TotalMinutes:0} minutes ago"),
            WebhookSignatureFault.TooNew => ("too-new", $"webhook-timestamp is more than {WebhookVerifier.Tolerance.TotalMinutes:0} minutes ahead"),
            WebhookSignatureFault.NoMatch => ("no-match", "No signature was made with a secret that is valid here"),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault of a signature"),
        };
        return new WebhookResponse(StatusCodes.Status401Unauthorized, "Webhook not verified", detail) { Type = $"urn:lifecycle:webhook:{type}" };
    }
}

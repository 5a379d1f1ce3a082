using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Webhooks;

/// <summary>Takes one webhook request from bytes to answer.</summary>
/// <param name="packageName">The package that the webhook must be for.</param>
/// <param name="instanceId">This process: whoever asks while it leaves is told who does.</param>
/// <param name="verifier">Checks signatures; null when no secrets are configured.</param>
/// <param name="handler">Decides.</param>
/// <param name="gate">Closed: the process is going, and everything is answered with 503.</param>
/// <param name="logger">Told of every webhook.</param>
sealed partial class WebhookReceiver(
    string packageName, string instanceId, WebhookVerifier? verifier, ILifecycleWebhookHandler handler, ShutdownGate gate, ILogger logger)
{
    /// <summary>The header that names a process which takes on nothing more because it leaves.</summary>
    internal const string LeavingHeader = "x-lifecycle-leaving";

    public const int MaxBodyBytes = 64 * 1024;
    const int RememberedIds = 4096;

    /// <summary>Whoever takes this process's place is there already, or soon.</summary>
    internal static readonly TimeSpan RetryAfterShutdown = TimeSpan.FromSeconds(2);

    readonly ILogger _logger = logger;
    readonly WebhookDeduplicator _seen = new(RememberedIds);

    /// <summary>Warns of an address where anybody can ask for attaches.</summary>
    public void WarnIfUnverified()
    {
        if (verifier is null) LogUnverified(packageName);
    }

    public async Task<IResult> ReceiveAsync(HttpContext http)
    {
        if (!gate.TryEnter())
        {
            LogTurnedAway(packageName);
            return Answer(WebhookAnswer.Busy(RetryAfterShutdown, "The app server is shutting down"), http);
        }
        try
        {
            return await TakeAsync(http);
        }
        finally
        {
            gate.Exit();
        }
    }

    async Task<IResult> TakeAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
            return Problem(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", "Send application/json");
        if (await ReadBodyAsync(http) is not { } body)
            return Problem(StatusCodes.Status413PayloadTooLarge, "Too large", $"A webhook has at most {MaxBodyBytes} bytes");

        var headers = http.Request.Headers;
        if (verifier?.Check(headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body) is { } fault)
        {
            LogNotVerified(fault);
            return NotVerified(fault);
        }

        var errors = new Dictionary<string, string[]>();
        var webhook = WebhookParser.Parse(headers["webhook-id"], headers["webhook-timestamp"], body, packageName, errors);
        if (webhook is null)
        {
            LogRejected(string.Join("; ", errors.Select(error => $"{error.Key} {error.Value[0]}")));
            return Results.ValidationProblem(errors, title: "Invalid webhook");
        }
        return Answer(await HandleAsync(webhook), http);
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

    IResult Answer(WebhookAnswer answer, HttpContext http)
    {
        // Busy because it leaves: no failure of the app, and whoever takes its place can be asked soon.
        if (gate.IsClosed && answer.Status == StatusCodes.Status503ServiceUnavailable) http.Response.Headers[LeavingHeader] = instanceId;
        if (answer.HeldBy is { } holder)
        {
            http.Response.Headers[WebhookAnswer.HeldByHeader] = holder;
            return Results.Json(new { heldBy = holder }, contentType: MediaTypeNames.Application.Json, statusCode: answer.Status);
        }
        if (answer.IsAccepted) return Results.StatusCode(answer.Status);
        if (answer.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(0, wait.TotalSeconds)).ToString("0");
        return Problem(answer.Status, answer.Status == StatusCodes.Status410Gone ? "Gone" : "Not now", answer.Detail);
    }

    /// <summary>The whole body, or null when it is larger than allowed.</summary>
    static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBodyBytes) return null;
        // The server's own limit would throw halfway; ours answers.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        var buffer = new byte[MaxBodyBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length > MaxBodyBytes) return null; // Not as a conditional: there null would become an empty memory.
        return buffer.AsMemory(0, length);
    }

    static IResult NotVerified(WebhookSignatureFault fault)
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
        return Results.Problem(detail, statusCode: StatusCodes.Status401Unauthorized, title: "Webhook not verified", type: $"urn:lifecycle:webhook:{type}");
    }

    static IResult Problem(int status, string title, string? detail) => Results.Problem(detail, statusCode: status, title: title);
}

using System.Net.Http.Headers;
using Lifecycle.Entities;
using Lifecycle.Functions.Secrets;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Webhooks;

/// <summary>A way to the app. Throws <see cref="OperationCanceledException"/> when the time is over; null when it could not be taken, and nothing went out.</summary>
public delegate Task<WebhookResult?> WebhookRoad(SignedWebhook webhook, CancellationToken late);

/// <summary>Sends webhooks, signed by the Standard Webhooks scheme, and says what became of them.</summary>
public sealed partial class WebhookSender(
    WebhookTransport transport, LifecycleMetrics metrics, TimeProvider time, ILogger<WebhookSender> logger)
{
    /// <summary>The header of an answer that names the app process which holds the session (docs/wire.md).</summary>
    public const string HeldByHeader = "x-lifecycle-held-by";

    /// <summary>The header of an answer that names a process which is about to leave, and takes on nothing more.</summary>
    public const string LeavingHeader = "x-lifecycle-leaving";

    /// <summary>Sends one webhook over HTTP, within its timeout. Its result is a value, never a throw.</summary>
    public async Task<WebhookResult> SendAsync(string url, SigningSecrets secrets, WebhookMessage message) =>
        (await SendAsync((webhook, late) => PostAsync(url, webhook, late), secrets, message))!;

    /// <summary>The same on a road of its own; null when that could not be taken, and nothing went out.</summary>
    public async Task<WebhookResult?> SendAsync(WebhookRoad road, SigningSecrets secrets, WebhookMessage message)
    {
        using var span = LifecycleTracing.Sending(message.Type, message.About, message.Trace);
        var start = time.GetTimestamp();
        if (await TrySendAsync(road, secrets, message) is not { } result)
        {
            return null;
        }

        var took = time.GetElapsedTime(start);
        span.Answered(message.Id, message.Attempt, result);
        metrics.WebhookSent(message.Type, result, took);
        LogSent(message.About, message.Type, message.Id, message.Attempt, result.Detail, took.TotalMilliseconds);
        return result with { TookMs = (int)took.TotalMilliseconds };
    }

    async Task<WebhookResult?> TrySendAsync(WebhookRoad road, SigningSecrets secrets, WebhookMessage message)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(message.TimeoutMs), time);
        try
        {
            return await road(SignedWebhook.Of(message, secrets, time.GetUtcNow()), timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return WebhookResult.FromFailure(WebhookFailure.Timeout);
        }
    }

    async Task<WebhookResult?> PostAsync(string url, SignedWebhook webhook, CancellationToken late)
    {
        try
        {
            using var request = RequestOf(url, webhook);
            using var response = await transport.SendAsync(request, late);
            // As it came: the header type knows no more seconds than an int does.
            var headers = response.Headers.NonValidated;
            return WebhookResult.FromAnswer(
                (int)response.StatusCode, First(headers, "Retry-After"), First(headers, HeldByHeader), First(headers, LeavingHeader), time.GetUtcNow());
        }
        catch (HttpRequestException e)
        {
            return WebhookResult.FromFailure(WebhookFailures.Of(e));
        }
        catch (UriFormatException)
        {
            // Registered before hosts were checked.
            return WebhookResult.FromFailure(WebhookFailure.UnknownHost);
        }
    }

    static HttpRequestMessage RequestOf(string url, SignedWebhook webhook)
    {
        var content = new ReadOnlyMemoryContent(webhook.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Add(SignedWebhook.IdHeader, webhook.Id);
        request.Headers.Add(SignedWebhook.TimestampHeader, webhook.Timestamp);
        request.Headers.Add(SignedWebhook.SignatureHeader, webhook.Signature);
        request.Headers.UserAgent.ParseAdd("Lifecycle/1.0");
        return request;
    }

    static string? First(HttpHeadersNonValidated headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    [LoggerMessage(3001, LogLevel.Information, "{About}: {Type} {WebhookId} (attempt {Attempt}) -> {Outcome} in {Milliseconds:0} ms")]
    partial void LogSent(string about, string type, string webhookId, int attempt, string outcome, double milliseconds);
}

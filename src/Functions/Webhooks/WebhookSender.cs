using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Lifecycle.Functions.Secrets;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Webhooks;

/// <summary>Sends webhooks, signed by the Standard Webhooks scheme, and says what became of them.</summary>
public sealed partial class WebhookSender(
    WebhookTransport transport, LifecycleMetrics metrics, TimeProvider time, ILogger<WebhookSender> logger)
{
    /// <summary>The header of an answer that names the app process which holds the session (docs/wire.md).</summary>
    public const string HeldByHeader = "x-lifecycle-held-by";

    /// <summary>The header of an answer that names a process which is about to leave, and takes on nothing more.</summary>
    public const string LeavingHeader = "x-lifecycle-leaving";

    /// <summary>Sends one webhook, within its timeout. Its result is a value, never a throw.</summary>
    public async Task<WebhookResult> SendAsync(string url, SigningSecrets secrets, WebhookMessage message)
    {
        using var span = LifecycleTracing.Sending(message.Type, message.About, message.Trace);
        var start = time.GetTimestamp();
        var result = await TrySendAsync(url, secrets, message);
        var took = time.GetElapsedTime(start);
        span.Answered(message.Id, message.Attempt, result);
        metrics.WebhookSent(message.Type, result, took);
        LogSent(message.About, message.Type, message.Id, message.Attempt, result.Detail, took.TotalMilliseconds);
        return result;
    }

    async Task<WebhookResult> TrySendAsync(string url, SigningSecrets secrets, WebhookMessage message)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(message.TimeoutMs), time);
        try
        {
            using var request = RequestOf(url, secrets, message, time.GetUtcNow());
            using var response = await transport.SendAsync(request, timeout.Token);
            return WebhookResult.FromStatus((int)response.StatusCode, RetryAfterOf(response.Headers)) with
            {
                HeldBy = NamedIn(response.Headers, HeldByHeader),
                IsLeaving = NamedIn(response.Headers, LeavingHeader) is not null,
            };
        }
        catch (OperationCanceledException)
        {
            return WebhookResult.FromFailure(WebhookFailure.Timeout);
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

    static HttpRequestMessage RequestOf(string url, SigningSecrets secrets, WebhookMessage message, DateTimeOffset now)
    {
        var said = message.Body(now);
        var body = JsonSerializer.SerializeToUtf8Bytes(said, said.GetType(), JsonAnswer.Options);
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", secrets.Sign(message.Id, timestamp, body));
        request.Headers.UserAgent.ParseAdd("Lifecycle/1.0");
        return request;
    }

    // As it came: the header type knows no more seconds than an int does.
    TimeSpan? RetryAfterOf(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("Retry-After", out var values) ? RetryAfter.Read(values.FirstOrDefault(), time.GetUtcNow()) : null;

    // Third parties write it: whatever is no identifier says nothing.
    static string? NamedIn(HttpResponseHeaders headers, string header) =>
        headers.NonValidated.TryGetValues(header, out var values) && values.FirstOrDefault() is { } instance && Identifiers.IsValid(instance) ? instance : null;

    [LoggerMessage(3001, LogLevel.Information, "{About}: {Type} {WebhookId} (attempt {Attempt}) -> {Outcome} in {Milliseconds:0} ms")]
    partial void LogSent(string about, string type, string webhookId, int attempt, string outcome, double milliseconds);
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Lifecycle.Functions.Http;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Webhooks;

/// <summary>Sends webhooks and says what became of them. Signing finds its place here.</summary>
public sealed partial class WebhookSender(WebhookTransport transport, TimeProvider time, ILogger<WebhookSender> logger)
{
    /// <summary>Sends one webhook, within its timeout.</summary>
    public async Task<WebhookResult> SendAsync(string url, WebhookRequest request)
    {
        var start = time.GetTimestamp();
        var result = await TrySendAsync(url, request);
        LogSent(request.SessionId, request.PackageName, request.Type, request.WebhookId, request.Attempt, result.Detail, time.GetElapsedTime(start).TotalMilliseconds);
        return result;
    }

    async Task<WebhookResult> TrySendAsync(string url, WebhookRequest request)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(request.TimeoutMs), time);
        using var message = MessageOf(url, request, time.GetUtcNow());
        try
        {
            using var response = await transport.SendAsync(message, timeout.Token);
            return WebhookResult.FromStatus((int)response.StatusCode, RetryAfter(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return WebhookResult.FromFailure(WebhookFailure.Timeout);
        }
        catch (HttpRequestException e)
        {
            return WebhookResult.FromFailure(FailureOf(e));
        }
    }

    static HttpRequestMessage MessageOf(string url, WebhookRequest request, DateTimeOffset now)
    {
        var body = new Body(
            request.Type, request.SessionId, request.PackageName, request.CorrelationId, request.RunId, request.Attempt, request.Reason, now);
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, JsonAnswer.Options));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        message.Headers.Add("webhook-id", request.WebhookId);
        message.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        message.Headers.UserAgent.ParseAdd("Lifecycle/1.0");
        return message;
    }

    TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header?.Delta ?? (header?.Date - time.GetUtcNow());

    static WebhookFailure FailureOf(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => WebhookFailure.UnknownHost,
        HttpRequestError.SecureConnectionError => WebhookFailure.Tls,
        HttpRequestError.ConnectionError when e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => WebhookFailure.Refused,
        _ => WebhookFailure.Network,
    };

    [LoggerMessage(3001, LogLevel.Information, "{Session}:{Package}: {Type} {WebhookId} (attempt {Attempt}) -> {Outcome} in {Milliseconds:0} ms")]
    partial void LogSent(string session, string package, string type, string webhookId, int attempt, string outcome, double milliseconds);

    sealed record Body(
        string Type, string SessionId, string PackageName, string CorrelationId, string RunId, int Attempt, string Reason, DateTimeOffset Timestamp);
}

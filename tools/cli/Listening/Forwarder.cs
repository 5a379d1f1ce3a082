using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Sdk.Relay;

namespace Lifecycle.Cli.Listening;

/// <summary>Puts webhooks that come over a relay connection to an address of this machine, byte for byte, and sends the answer back.</summary>
/// <param name="target">The app server's.</param>
/// <param name="time">All time.</param>
/// <param name="told">Hears of each.</param>
sealed class Forwarder(Uri target, TimeProvider time, Action<ForwardedWebhook> told) : IDisposable
{
    // An app that is down is tried again, as one is that refuses connections.
    const int NobodyThere = 503;

    static readonly TimeSpan usualLimit = TimeSpan.FromSeconds(5);

    // What of an answer means something (docs/wire.md).
    static readonly string[] passedBack = ["retry-after", "x-lifecycle-held-by", "x-lifecycle-leaving"];

    readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Takes one; comes back at once.</summary>
    public void Take(IRelayConnection connection, RelayedWebhook webhook) => _ = ForwardAsync(connection, webhook);

    public void Dispose() => http.Dispose();

    async Task ForwardAsync(IRelayConnection connection, RelayedWebhook webhook)
    {
        await Task.Yield(); // off the receive loop
        var begun = time.GetTimestamp();
        var limit = webhook.WithinMs > 0 ? TimeSpan.FromMilliseconds(webhook.WithinMs) : usualLimit;
        using var late = new CancellationTokenSource(limit, time);
        var (status, headers, trouble) = await PostAsync(webhook, late.Token);
        told(ForwardedWebhook.Of(webhook, time.GetUtcNow(), status, (long)time.GetElapsedTime(begun).TotalMilliseconds, trouble));
        try
        {
            await connection.CallAsync("answer", new RelayAnswerPayload(webhook.Ticket, status, headers), CancellationToken.None).WaitAsync(usualLimit, time);
        }
        catch (Exception)
        {
            // The connection is gone, or it was too late: Lifecycle asks again, under the same id.
        }
    }

    async Task<(int Status, IReadOnlyDictionary<string, string>? Headers, string? Trouble)> PostAsync(RelayedWebhook webhook, CancellationToken late)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(webhook.Body ?? "")) };
            foreach (var (name, value) in webhook.Headers ?? [])
                if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late);
            var headers = passedBack.Where(name => response.Headers.Contains(name)).ToDictionary(name => name, name => string.Join(", ", response.Headers.GetValues(name)));
            return ((int)response.StatusCode, headers.Count > 0 ? headers : null, null);
        }
        catch (HttpRequestException e)
        {
            return (NobodyThere, null, e.Message);
        }
        catch (OperationCanceledException)
        {
            return (NobodyThere, null, "no answer in time");
        }
    }
}

/// <summary>One webhook that was passed on.</summary>
/// <param name="At">When it was answered.</param>
/// <param name="WebhookId">Its id.</param>
/// <param name="Type">What it asks.</param>
/// <param name="SessionId">The user session.</param>
/// <param name="Attempt">Which try it is.</param>
/// <param name="Status">What is answered to Lifecycle.</param>
/// <param name="TookMs">How long that took.</param>
/// <param name="Trouble">Why the app server gave no answer; null when it did.</param>
sealed record ForwardedWebhook(DateTimeOffset At, string? WebhookId, string? Type, string? SessionId, int Attempt, int Status, long TookMs, string? Trouble)
{
    public static ForwardedWebhook Of(RelayedWebhook webhook, DateTimeOffset at, int status, long tookMs, string? trouble)
    {
        var body = Read(webhook.Body);
        return new(at, webhook.Headers?.GetValueOrDefault("webhook-id"), Text(body, "type"), Text(body, "sessionId"), body?["attempt"] is JsonValue attempt && attempt.TryGetValue(out int number) ? number : 0, status, tookMs, trouble);
    }

    static JsonObject? Read(string? body)
    {
        try
        {
            return JsonNode.Parse(body ?? "null") as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Text(JsonObject? body, string name) => body?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}

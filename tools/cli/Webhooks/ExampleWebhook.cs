using System.Security.Cryptography;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Webhooks;

namespace Lifecycle.Cli.Webhooks;

/// <summary>One webhook as Lifecycle sends it, about a session that there is not.</summary>
sealed class ExampleWebhook
{
    const int WebhookTimeoutMs = 10_000;

    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(WebhookTimeoutMs);

    readonly WebhookMessage message;

    ExampleWebhook(WebhookMessage message) => this.message = message;

    /// <summary>The types that there are.</summary>
    public static IReadOnlyList<string> Types { get; } = ["session_request", "resurrection_request", "stop_request", "handover_request"];

    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="sessionId">The user session.</param>
    /// <param name="packageName">The app.</param>
    /// <param name="id">The webhook's id; null for a new one.</param>
    public static ExampleWebhook Make(string type, string sessionId, string packageName, string? id)
    {
        var (reason, isHandOver) = type switch
        {
            "session_request" => (Reasons.StartRequested, false),
            "resurrection_request" => (Reasons.GraceExpired, false),
            "stop_request" => (Reasons.StopRequested, false),
            _ => (Reasons.HandOverAsked, true),
        };
        var request = new WebhookRequest(
            id ?? $"wh_{Random(8)}", type, sessionId, packageName, $"c{Random(8)}", $"r{Random(4)}", 1, reason, WebhookTimeoutMs)
        {
            Invite = isHandOver ? new Invitation("example", "example-instance", RunReason.HandOver) : null,
        };
        return new ExampleWebhook(request.ToMessage(isHandOver ? $"example-{Random(16)}" : null));
    }

    /// <exception cref="CliException">Nobody listens, or answers in time.</exception>
    public async Task<TriggerAnswer> SendAsync(Uri url, SigningSecrets signer, TimeProvider time, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = Signed(url, signer, time.GetUtcNow());
        using var late = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        var begun = time.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var took = (long)time.GetElapsedTime(begun).TotalMilliseconds;
            var (body, isCut) = await AnswerBody.ReadAsync(response.Content, either.Token);
            return new TriggerAnswer(
                url.GetLeftPart(UriPartial.Path), message.Type, message.Id, (int)response.StatusCode, took,
                response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value)), body, isCut);
        }
        catch (HttpRequestException e)
        {
            throw new CliException(ExitCode.NotReachable, $"Nobody takes webhooks at {url.GetLeftPart(UriPartial.Path)}: {e.Message}.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CliException(ExitCode.NotReachable, $"No answer within {Limit.TotalSeconds:0} s, which is as long as Lifecycle waits: answer first, and work then.");
        }
    }

    HttpRequestMessage Signed(Uri url, SigningSecrets signer, DateTimeOffset now)
    {
        var signed = SignedWebhook.Of(message, signer, now);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(signed.Body) { Headers = { ContentType = new("application/json") } } };
        request.Headers.Add(SignedWebhook.IdHeader, signed.Id);
        request.Headers.Add(SignedWebhook.TimestampHeader, signed.Timestamp);
        request.Headers.Add(SignedWebhook.SignatureHeader, signed.Signature);
        request.Headers.UserAgent.ParseAdd("Lifecycle/1.0");
        return request;
    }

    static string Random(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}

/// <summary>What a receiver answered.</summary>
/// <param name="Url">Where it is, without its query.</param>
/// <param name="Type">Which webhook it was.</param>
/// <param name="WebhookId">Its id.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="TookMs">How long it took until the answer began.</param>
/// <param name="Headers">The answer's headers.</param>
/// <param name="Body">The beginning of its body.</param>
/// <param name="IsCut">Whether there is more of it.</param>
sealed record TriggerAnswer(string Url, string Type, string WebhookId, int Status, long TookMs, IReadOnlyDictionary<string, string> Headers, string Body, bool IsCut);

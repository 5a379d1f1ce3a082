using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle.Doctor.Webhooks;

/// <summary>A webhook on its way: as Lifecycle sends it, until a check changes something.</summary>
sealed class WebhookDraft
{
    static int _count;

    public WebhookDraft(string type, string sessionId, string packageName, DateTimeOffset now)
    {
        var number = Interlocked.Increment(ref _count);
        Id = $"wh_doctor_{Guid.NewGuid():n}";
        SentAt = now;
        Body = new JsonObject
        {
            ["type"] = type,
            ["sessionId"] = sessionId,
            ["packageName"] = packageName,
            ["correlationId"] = $"c_{sessionId}",
            ["runId"] = $"r{number}",
            ["attempt"] = 1,
            ["reason"] = ReasonOf(type),
            ["timestamp"] = now.UtcDateTime.ToString("O"),
        };
    }

    /// <summary>The header <c>webhook-id</c>; null: there is none.</summary>
    public string? Id { get; set; }

    /// <summary>The time that the header <c>webhook-timestamp</c> tells.</summary>
    public DateTimeOffset SentAt { get; set; }

    /// <summary>The header <c>webhook-timestamp</c> when it is not <see cref="SentAt"/>; empty: there is none.</summary>
    public string? Timestamp { get; set; }

    /// <summary>Makes the header <c>webhook-signature</c> of the good signature; null: there is none.</summary>
    public Func<string, string?> Signatures { get; set; } = good => $"v1,{good}";

    /// <summary>Signed with this instead of the newest secret.</summary>
    public string? Secret { get; set; }

    /// <summary>The body's fields.</summary>
    public JsonObject Body { get; }

    /// <summary>What is sent instead of <see cref="Body"/>.</summary>
    public string? RawBody { get; set; }

    /// <summary>What is signed instead of what is sent.</summary>
    public (string? Id, string? Timestamp, string? Body) Signed { get; set; }

    public string ContentType { get; set; } = "application/json";

    public HttpMethod Method { get; set; } = HttpMethod.Post;

    /// <summary>The request.</summary>
    /// <param name="url">Where it goes.</param>
    /// <param name="newest">The secret that it is signed with by default.</param>
    public HttpRequestMessage ToRequest(Uri url, string newest)
    {
        var body = Encoding.UTF8.GetBytes(RawBody ?? Body.ToJsonString());
        var timestamp = Timestamp ?? SentAt.ToUnixTimeSeconds().ToString();
        var signature = Signature.Of(
            Secret ?? newest, Signed.Id ?? Id ?? "", Signed.Timestamp ?? timestamp, Signed.Body is { } other ? Encoding.UTF8.GetBytes(other) : body);
        var request = new HttpRequestMessage(Method, url);
        if (Method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("content-type", ContentType);
        }
        if (Id is not null) request.Headers.TryAddWithoutValidation("webhook-id", Id);
        if (timestamp.Length > 0) request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp);
        if (Signatures(signature) is { } signatures) request.Headers.TryAddWithoutValidation("webhook-signature", signatures);
        return request;
    }

    /// <summary>The body as it is written, for changes of its text.</summary>
    public string Text(JsonSerializerOptions? options = null) => Body.ToJsonString(options);

    static string ReasonOf(string type) => type switch
    {
        "session_request" => "start_requested",
        "handover_request" => "hand_over",
        "stop_request" => "user_left",
        _ => "grace_expired",
    };
}

/// <summary>What a webhook came to.</summary>
/// <param name="Status">The answer's status; 0: none came.</param>
/// <param name="Took">How long it took until the answer's head.</param>
/// <param name="Trouble">Why no answer came.</param>
sealed record WebhookAnswer(int Status, TimeSpan Took, string? Trouble = null)
{
    public string? HeldBy { get; init; }

    public string? Leaving { get; init; }

    public string? RetryAfter { get; init; }

    public string? MediaType { get; init; }

    public bool IsAccepted => Status is >= 200 and < 300;

    public override string ToString() => Status == 0 ? $"no answer ({Trouble})" : $"{Status} after {Took.TotalMilliseconds:0} ms";
}

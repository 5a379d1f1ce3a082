using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What an attempt's webhook says about the app.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WebhookVerdict>))]
public enum WebhookVerdict
{
    /// <summary>Malformed: no answer means this.</summary>
    None = 0,

    /// <summary>2xx: the app will attach.</summary>
    Accepted = 1,

    /// <summary>Refused, timeout, 429, 5xx: it looks as if the app is coming back.</summary>
    ComingBack = 2,

    /// <summary>404, 401, 403, unknown host, TLS failure: gone, when it is said often and long enough (<see cref="GoneEvidence"/>).</summary>
    PerhapsGone = 3,

    /// <summary>410: gone for good.</summary>
    Gone = 4,

    /// <summary>Any other 4xx, or a target that is not allowed: this request will never be accepted.</summary>
    Rejected = 5,

    /// <summary>3xx: it leads elsewhere, where nobody follows it. A registration that is out of date, or an ingress in between: waited for, and the owner is told.</summary>
    Redirected = 6,
}

/// <summary>How one webhook ended.</summary>
/// <param name="Verdict">What it means.</param>
/// <param name="Detail">What was seen, for operators: <c>http_503</c>, <c>timeout</c>, <c>refused</c>. Never a secret.</param>
/// <param name="RetryAfterMs">How long the app asked to be left alone, in milliseconds; null when it did not.</param>
public sealed record WebhookResult(WebhookVerdict Verdict, string Detail, double? RetryAfterMs = null)
{
    /// <summary>The detail of <see cref="WebhookFailure.NobodyConnected"/>.</summary>
    public const string NobodyConnected = "nobody_connected";

    /// <summary>How long the app asked to be left alone, in milliseconds, at most <see cref="RetryAfter.Most"/>; null when it did not.</summary>
    public double? RetryAfterMs { get; init; } = RetryAfter.Clamped(RetryAfterMs);

    /// <summary>The app process that holds the session, as the answer says: it lives, and knows. Null when it does not say.</summary>
    public string? HeldBy { get; init; }

    /// <summary>The process that answered is about to leave, as the answer says, and takes on nothing more: another one may.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>How long it took until that was known, in milliseconds; null when that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TookMs { get; init; }

    /// <summary>Whether nobody listened: no answer came from the address, of whatever kind.</summary>
    [JsonIgnore]
    public bool IsUnheard => Detail is "timeout" or "refused" or "network" or "unknown_host" or NobodyConnected;

    /// <summary>Whether nobody was there to ask, of an app whose webhooks are relayed: the first process that connects is told of to the app's gate.</summary>
    [JsonIgnore]
    public bool IsNobodyThere => Detail == NobodyConnected;

    /// <summary>What an answer means, whichever way it came.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="retryAfter">Its header <c>Retry-After</c> as it came; null when it has none.</param>
    /// <param name="heldBy">The process that holds the session, as it says. Third parties write it: what is no identifier says nothing.</param>
    /// <param name="leaving">The process that is about to leave, as it says; likewise.</param>
    /// <param name="now">The time, UTC.</param>
    public static WebhookResult FromAnswer(int status, string? retryAfter, string? heldBy, string? leaving, DateTimeOffset now) =>
        FromStatus(status, RetryAfter.Read(retryAfter, now)) with
        {
            HeldBy = Identifiers.IsValid(heldBy) ? heldBy : null,
            IsLeaving = Identifiers.IsValid(leaving),
        };

    /// <summary>What an HTTP status means (DESIGN section 5).</summary>
    /// <param name="status">The status code of the answer.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> header, honoured on 429 and 503 only (RFC 9110 section 10.2.3).</param>
    public static WebhookResult FromStatus(int status, TimeSpan? retryAfter = null) => status switch
    {
        >= 200 and <= 299 => new(WebhookVerdict.Accepted, $"http_{status}"),
        410 => new(WebhookVerdict.Gone, "http_410"),
        >= 300 and <= 399 => new(WebhookVerdict.Redirected, $"http_{status}"),
        401 or 403 or 404 => new(WebhookVerdict.PerhapsGone, $"http_{status}"),
        429 or 503 => new(WebhookVerdict.ComingBack, $"http_{status}", Positive(retryAfter)),
        408 or 421 or 425 or >= 500 => new(WebhookVerdict.ComingBack, $"http_{status}"),
        _ => new(WebhookVerdict.Rejected, $"http_{status}"),
    };

    /// <summary>What a failure without an answer means.</summary>
    public static WebhookResult FromFailure(WebhookFailure failure) => failure switch
    {
        WebhookFailure.Timeout => new(WebhookVerdict.ComingBack, "timeout"),
        WebhookFailure.Refused => new(WebhookVerdict.ComingBack, "refused"),
        WebhookFailure.Network => new(WebhookVerdict.ComingBack, "network"),
        WebhookFailure.UnknownHost => new(WebhookVerdict.PerhapsGone, "unknown_host"),
        WebhookFailure.Tls => new(WebhookVerdict.PerhapsGone, "tls"),
        WebhookFailure.NotRegistered => new(WebhookVerdict.Gone, "not_registered"),
        WebhookFailure.NameService => new(WebhookVerdict.ComingBack, "name_service"),
        WebhookFailure.Forbidden => new(WebhookVerdict.Rejected, "forbidden_target"),
        WebhookFailure.NoSecret => new(WebhookVerdict.ComingBack, "no_secret"),
        WebhookFailure.NobodyConnected => new(WebhookVerdict.ComingBack, NobodyConnected),
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "Not a way a webhook can fail."),
    };

    static double? Positive(TimeSpan? wait) => wait is { } span && span > TimeSpan.Zero ? span.TotalMilliseconds : null;
}

/// <summary>The ways in which a webhook gets no answer.</summary>
public enum WebhookFailure
{
    /// <summary>No answer within the webhook timeout.</summary>
    Timeout = 1,

    /// <summary>Nobody listens at the address.</summary>
    Refused = 2,

    /// <summary>The connection broke, or the answer was not HTTP.</summary>
    Network = 3,

    /// <summary>The name does not resolve.</summary>
    UnknownHost = 4,

    /// <summary>The certificate or the handshake is bad.</summary>
    Tls = 5,

    /// <summary>The app is no longer registered, so there is nobody to ask.</summary>
    NotRegistered = 6,

    /// <summary>Whoever resolves names did not answer, so nothing is known about the name.</summary>
    NameService = 7,

    /// <summary>The name or address stands for a private, loopback or otherwise special network, and settings do not allow those.</summary>
    Forbidden = 8,

    /// <summary>None of the app's signing secrets can be read, as when the key ring is lost: nothing is sent, for it would be unsigned.</summary>
    NoSecret = 9,

    /// <summary>The app's webhooks are relayed, and none of its processes is connected.</summary>
    NobodyConnected = 10,
}

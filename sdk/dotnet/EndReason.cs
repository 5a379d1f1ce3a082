namespace Lifecycle.Sdk;

/// <summary>Why an attached session is over for good. None of these is retried.</summary>
public enum EndKind
{
    /// <summary>Another connection took the session over.</summary>
    Superseded,
    /// <summary>Nobody started this session for this package; wait for the webhook.</summary>
    NotStarted,
    /// <summary>Lifecycle stopped the session.</summary>
    Stopped,
    /// <summary>The API key was not accepted (401).</summary>
    Unauthorized,
    /// <summary>The API key may not act for this package or session (403).</summary>
    Forbidden,
    /// <summary>Lifecycle does not know the package or session (404).</summary>
    NotFound,
    /// <summary>The session or package is gone for good (410).</summary>
    Gone,
    /// <summary>Lifecycle called the request wrong (another 4xx); repeating it cannot help.</summary>
    Rejected,
    /// <summary>This process said goodbye.</summary>
    Released,
    /// <summary>This process closed the session without a goodbye; Lifecycle will ask for it again.</summary>
    Closed,
    /// <summary>The SDK itself failed; the detail tells how.</summary>
    Faulted,
}

/// <summary>Why an attached session is over, with the text that came along, if any.</summary>
public sealed record EndReason(EndKind Kind, string? Detail = null)
{
    /// <summary>The kind, and the detail behind a colon when there is one.</summary>
    public override string ToString() => string.IsNullOrEmpty(Detail) ? Kind.ToString() : $"{Kind}: {Detail}";

    /// <summary>
    /// The end that a connection's closing error announces, or null when the connection may be tried again.
    /// The client library and the service put sentences before the word, so the word after the last colon counts.
    /// </summary>
    internal static EndReason? FromClose(string? error) => WordOf(error) switch
    {
        "superseded" => new EndReason(EndKind.Superseded),
        "not_started" => new EndReason(EndKind.NotStarted),
        "stopped" => new EndReason(EndKind.Stopped),
        // stale_token and stale_connect are absent on purpose: they refuse one connection, and the next one may be taken.
        _ => null,
    };

    /// <summary>The word that a closing error ends in.</summary>
    internal static string? WordOf(string? error) => error?[(error.LastIndexOf(':') + 1)..].Trim().TrimEnd('.');

    /// <summary>The end that a problem answer to negotiate announces, or null when it may be tried again.</summary>
    internal static EndReason? FromProblem(int status, string? detail) => status switch
    {
        401 => new EndReason(EndKind.Unauthorized, detail),
        403 => new EndReason(EndKind.Forbidden, detail),
        404 => new EndReason(EndKind.NotFound, detail),
        410 => new EndReason(EndKind.Gone, detail),
        408 or 409 or 425 or 429 => null,
        >= 400 and < 500 => new EndReason(EndKind.Rejected, detail),
        _ => null,
    };
}

/// <summary>A session could not be attached, and trying again would not help.</summary>
public sealed class AttachException(string sessionId, EndReason reason)
    : Exception($"Session {sessionId} could not be attached: {reason}")
{
    /// <summary>The session in question.</summary>
    public string SessionId { get; } = sessionId;

    /// <summary>Why it ended.</summary>
    public EndReason Reason { get; } = reason;
}

/// <summary>Lifecycle answered a hub call with an error.</summary>
public sealed class HubCallException(string method, string code, string? message)
    : Exception($"Lifecycle refused {method}: {code}{(string.IsNullOrEmpty(message) ? "" : $" ({message})")}")
{
    /// <summary><c>invalid_argument</c>, <c>too_large</c>, <c>unauthorized</c> or a later addition.</summary>
    public string Code { get; } = code;
}

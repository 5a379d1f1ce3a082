namespace Lifecycle.Sdk;

/// <summary>Why an attempt came to nothing, or a connection was lost, without that being the end.</summary>
public enum RefusalCode
{
    /// <summary>The reconnect token is damaged, not Lifecycle's, or its key is gone; tried at once without it.</summary>
    ReconnectTokenInvalid,
    /// <summary>The reconnect token is too old; tried at once without it.</summary>
    ReconnectTokenExpired,
    /// <summary>The reconnect token is of another session, package or process; tried at once without it.</summary>
    ReconnectTokenMismatch,
    /// <summary>The reconnect token was used before, or is of an earlier attach; tried at once without it.</summary>
    StaleToken,
    /// <summary>Lifecycle heard of this connection after a newer one had attached.</summary>
    StaleConnect,
    /// <summary>429: too many requests.</summary>
    TooManyRequests,
    /// <summary>503: not available now.</summary>
    Unavailable,
    /// <summary>Another answer that is not final: a server error, a gateway's page, or nothing that can be used.</summary>
    UnexpectedAnswer,
    /// <summary>Nobody could be reached, or not in time.</summary>
    Network,
    /// <summary>The connection opened and no ack came within <see cref="AppServerOptions.AckTimeout"/>.</summary>
    NoAck,
    /// <summary>The connection was closed or lost without a reason that is known here.</summary>
    ConnectionClosed,
    /// <summary>The connection stands, but Lifecycle refused the set of streams that the app wants; it is asked again.</summary>
    SubscriptionsRefused,
}

/// <summary>A refusal that is not final, and what the SDK does about it.</summary>
/// <param name="Code">What it was.</param>
/// <param name="Detail">A sentence for logs.</param>
/// <param name="RetryIn">How long the SDK waits before it tries again; a Retry-After of Lifecycle's is honoured in it.</param>
public sealed record RefusedAttempt(RefusalCode Code, string Detail, TimeSpan RetryIn = default)
{
    /// <summary>Whether the token must not be shown again.</summary>
    internal bool ForgetsToken => Code is RefusalCode.ReconnectTokenInvalid or RefusalCode.ReconnectTokenExpired
        or RefusalCode.ReconnectTokenMismatch or RefusalCode.StaleToken;

    /// <summary>What a closing error that is not final says.</summary>
    internal static RefusedAttempt FromClose(string? error, RefusalCode otherwise = RefusalCode.ConnectionClosed) => new(EndReason.WordOf(error) switch
    {
        "stale_token" => RefusalCode.StaleToken,
        "stale_connect" => RefusalCode.StaleConnect,
        _ => otherwise,
    }, error ?? "closed without a reason");

    /// <summary>The code of a problem type that speaks of the token; null for any other.</summary>
    internal static RefusalCode? FromProblemType(string? type) => type switch
    {
        WireRules.ProblemPrefix + "reconnect_token_invalid" => RefusalCode.ReconnectTokenInvalid,
        WireRules.ProblemPrefix + "reconnect_token_expired" => RefusalCode.ReconnectTokenExpired,
        WireRules.ProblemPrefix + "reconnect_token_mismatch" => RefusalCode.ReconnectTokenMismatch,
        _ => null,
    };

    /// <summary>The code of an HTTP status that is not final; null: no answer at all.</summary>
    internal static RefusalCode FromStatus(int? status) => status switch
    {
        null => RefusalCode.Network,
        429 => RefusalCode.TooManyRequests,
        503 => RefusalCode.Unavailable,
        _ => RefusalCode.UnexpectedAnswer,
    };
}

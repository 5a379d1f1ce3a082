namespace Lifecycle.Sdk;

/// <summary>An attempt to attach that failed and is made again. Final refusals end the session instead (<see cref="EndReason"/>).</summary>
/// <param name="Code">
/// <c>reconnect_token_invalid</c>, <c>reconnect_token_expired</c>, <c>reconnect_token_mismatch</c>, <c>stale_token</c>,
/// <c>stale_connect</c>, <c>no_ack</c>, <c>timeout</c>, <c>network</c>, <c>closed</c>, or <c>http_</c> and the status of negotiate.
/// </param>
/// <param name="Detail">For people.</param>
/// <param name="RetryAfter">What Lifecycle asked for, if it did.</param>
public sealed record RefusedAttempt(string Code, string Detail, TimeSpan? RetryAfter = null)
{
    internal const string StaleToken = "stale_token";
    internal const string StaleConnect = "stale_connect";
    internal const string TokenPrefix = "reconnect_token_";

    /// <summary>Whether the token is to blame, so that the next attempt can be made at once without it.</summary>
    internal bool IsAboutToken => Code == StaleToken || Code.StartsWith(TokenPrefix, StringComparison.Ordinal);

    /// <summary>The refusal that a connection's closing error announces.</summary>
    internal static RefusedAttempt FromClose(string? error) => EndReason.WordOf(error) switch
    {
        StaleToken => new(StaleToken, "the reconnect token was used already, or is of an earlier attach"),
        StaleConnect => new(StaleConnect, "a newer connection had attached before"),
        _ => new("closed", error ?? "no reason"),
    };
}

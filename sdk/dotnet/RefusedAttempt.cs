namespace Lifecycle.Sdk;

/// <summary>An attempt that Lifecycle refused, or that failed, and that is made again. What is final ends the session instead (<see cref="EndReason"/>).</summary>
/// <param name="Code">Why: one of <see cref="RefusalCode"/>, or <c>http_</c> and another status that negotiate answered with.</param>
/// <param name="Detail">For people.</param>
/// <param name="RetryAfter">What Lifecycle asked for, if it did.</param>
public sealed record RefusedAttempt(string Code, string Detail, TimeSpan? RetryAfter = null)
{
    /// <summary>How long the SDK waits before it tries again; with <see cref="RefusalCode.AckLate"/>, for the ack.</summary>
    public TimeSpan RetryIn { get; init; }

    /// <summary>Whether the token that was shown is to blame and must not be shown again.</summary>
    internal bool IsAboutToken => Code == RefusalCode.StaleToken || IsTokenProblem(Code);

    /// <summary>Whether whoever refused it takes nobody just now.</summary>
    internal bool IsNotNow => Code is RefusalCode.EngineBusy or RefusalCode.ServiceAway or RefusalCode.Unavailable or RefusalCode.TooManyRequests;

    /// <summary>The refusal that a closing error announces; null when it says nothing that is known here.</summary>
    internal static RefusedAttempt? FromClose(string? error) => EndReason.WordOf(error) switch
    {
        RefusalCode.StaleToken => new(RefusalCode.StaleToken, "the reconnect token was used already, or is of an earlier attach"),
        RefusalCode.StaleConnect => new(RefusalCode.StaleConnect, "a newer connection had attached before"),
        _ => null,
    };

    /// <summary>The code of a problem type that speaks of the token; null for any other.</summary>
    internal static string? CodeOfProblem(string? type) =>
        type is not null && type.StartsWith(WireRules.ProblemPrefix, StringComparison.Ordinal) && IsTokenProblem(type[WireRules.ProblemPrefix.Length..])
            ? type[WireRules.ProblemPrefix.Length..]
            : null;

    /// <summary>The code of a problem type that says what takes nobody just now; null for any other.</summary>
    internal static string? CodeOfNotNow(int status, string? type) => (status, type) switch
    {
        (503, WireRules.ProblemPrefix + RefusalCode.EngineBusy) => RefusalCode.EngineBusy,
        (503, WireRules.ProblemPrefix + RefusalCode.ServiceAway) => RefusalCode.ServiceAway,
        _ => null,
    };

    static bool IsTokenProblem(string code) => code
        is RefusalCode.ReconnectTokenInvalid or RefusalCode.ReconnectTokenExpired or RefusalCode.ReconnectTokenMismatch
        or RefusalCode.TakeOverTokenInvalid or RefusalCode.TakeOverTokenExpired or RefusalCode.TakeOverTokenMismatch;
}

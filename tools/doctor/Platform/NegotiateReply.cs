namespace Lifecycle.Doctor.Platform;

/// <summary>How a call of negotiate is answered.</summary>
sealed record NegotiateReply
{
    /// <summary>Where to connect.</summary>
    public static NegotiateReply Go { get; } = new();

    /// <summary>The call is never answered.</summary>
    public static NegotiateReply Hang { get; } = new() { Delay = Timeout.InfiniteTimeSpan };

    /// <summary>The connection breaks.</summary>
    public static NegotiateReply Drop { get; } = new() { Drops = true };

    public TimeSpan Delay { get; init; }

    public bool Drops { get; init; }

    public int Status { get; init; } = 200;

    public string? RetryAfter { get; init; }

    /// <summary>The word of the problem type; null: an answer that is not Lifecycle's.</summary>
    public string? Problem { get; init; }

    /// <summary>The body of an answer that is not Lifecycle's.</summary>
    public string? Raw { get; init; }

    /// <summary>Where to connect instead of here.</summary>
    public Uri? Url { get; init; }

    public int AckWithinMs { get; init; } = 5_000;

    /// <summary>A refusal of Lifecycle's.</summary>
    public static NegotiateReply Refuse(int status, string problem, string? retryAfter = null) => new() { Status = status, Problem = problem, RetryAfter = retryAfter };

    /// <summary>A refusal of somebody in between.</summary>
    public static NegotiateReply Gateway(int status, string? retryAfter = null) => new() { Status = status, Raw = "<html><body>gateway</body></html>", RetryAfter = retryAfter };

    public override string ToString() =>
        Drops ? "the connection broken"
        : Delay == Timeout.InfiniteTimeSpan ? "never answered"
        : $"answered {Status}{(Problem is null ? "" : $" {Problem}")}{(RetryAfter is null ? "" : $", Retry-After {RetryAfter}")}";
}

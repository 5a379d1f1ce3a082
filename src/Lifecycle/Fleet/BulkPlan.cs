namespace Lifecycle;

/// <summary>
/// What somebody asks of all app sessions that a filter means. Pure: what it makes of a session depends on nothing but the plan, the session and its app. Each
/// session decides by itself what it makes of what it is told.
/// </summary>
/// <param name="Id">Names it.</param>
/// <param name="Action">What is asked.</param>
/// <param name="Filter">Of whom.</param>
/// <param name="AcceptedAt">When it was accepted, UTC.</param>
public sealed record BulkPlan(string Id, BulkAction Action, SessionFilter Filter, DateTimeOffset AcceptedAt)
{
    /// <summary>How many sessions a page tells at most.</summary>
    public const int MostOnAPage = 100;

    /// <summary>The longest time between two pages, however far behind the engine is.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // 50 sessions a second, each of which costs the engine up to 11 work items: half of that is what one instance does on Azure Storage, and it says so by its lag.
    static readonly TimeSpan perSession = TimeSpan.FromMilliseconds(20);

    /// <summary>Why; told to the apps of a stop. Null for the usual reason.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// Whether a session is meant. What was asked of one after this was accepted counts: it is not stopped when it was started since, nor started when it was stopped since.
    /// A revival is for who was given up, or waits in a run; of any other session it would count as done what came to nothing.
    /// </summary>
    public bool Means(SessionBrief session) => Filter.Matches(session) && Action switch
    {
        BulkAction.Stop => !(session.StartAskedAt > AcceptedAt),
        BulkAction.Start => session.State is not (AppState.Stopping or AppState.Stopped) || session.Since <= AcceptedAt,
        BulkAction.Revive => session is { State: AppState.Evicted } or { Attempt: not null },
        _ => true,
    };

    /// <summary>Why a session that is meant is not told: nobody could be asked for it. Null when it is told.</summary>
    /// <param name="session">The session.</param>
    /// <param name="gate">Its app's gate; null when the app is not registered.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="policy">The app's policy.</param>
    public string? WhyNot(SessionBrief session, AppGate? gate, DateTimeOffset now, Policy policy) => (Action, gate) switch
    {
        (BulkAction.Stop, _) => null,
        (_, null) => Reasons.AppNotRegistered,
        (BulkAction.Start, _) when Rules.StartIsHopelessUntil(session.State, gate, now, policy) is not null => Reasons.AppUnreachable,
        _ => null,
    };

    /// <summary>What a session is told. The same one that comes twice is one.</summary>
    /// <param name="policy">Its app's policy; null when the app is not registered.</param>
    /// <param name="askedAt">When its page was asked for, UTC: the same for all that is told of it, however often.</param>
    public SessionEvent EventFor(Policy? policy, DateTimeOffset askedAt) => Action switch
    {
        BulkAction.Start => new StartRequested(policy) { AskedAt = askedAt },
        BulkAction.Stop => new StopRequested(Reason ?? Reasons.StopRequested) { InForce = policy },
        BulkAction.Revive => new ReviveRequested(policy),
        _ => throw new InvalidOperationException($"The plan {Id} asks for nothing."),
    };

    /// <summary>Whether the app's next probe is to come sooner, since a person asks for a revival: not for each page of it anew.</summary>
    /// <param name="gate">The app's gate.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="policy">The app's policy.</param>
    public bool WantsProbe(AppGate gate, DateTimeOffset now, Policy policy) =>
        Action == BulkAction.Revive && gate.ProbeFrom > now.AddMilliseconds(policy.ProbeFloorMs);

    /// <summary>How long to wait before the next page, so that the engine keeps up: by how many were told, and by how far behind it is.</summary>
    /// <param name="told">How many sessions the page told.</param>
    /// <param name="lag">How far the engine is behind; null when it cannot say, which it does when it is far.</param>
    public static TimeSpan PauseAfter(int told, TimeSpan? lag)
    {
        var pause = told == 0 ? TimeSpan.Zero : (told * perSession) + (2 * (lag ?? LongestPause));
        return pause < LongestPause ? pause : LongestPause;
    }
}

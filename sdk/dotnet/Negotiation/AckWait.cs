namespace Lifecycle.Sdk.Negotiation;

/// <summary>
/// How long one attempt waits for its ack on an open connection, as a value: no clock and no randomness of its own. A connection that is
/// closed while its ack is on the way costs the engine another round of the work that made it late; so it is kept for as long as the engine
/// is said to be behind.
/// </summary>
sealed record AckWait
{
    /// <summary>Longest wait of one attempt, all rounds together.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMinutes(10);

    /// <summary>A promise of no more than this says that the engine keeps up.</summary>
    public static readonly TimeSpan KeepsUp = TimeSpan.FromSeconds(10);

    /// <summary>Nobody is asked sooner than this.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    /// <summary>A connection that has waited so many times the highest of what was promised is forgotten, if the engine keeps up.</summary>
    public const int GiveUpAfter = 2;

    /// <summary>The same for an engine that is behind: how far is known late, and nobody promises more than two minutes.</summary>
    public const int GiveUpBehindAfter = 5;

    const double Growth = 1.5, MostGrowth = 4, Jitter = 0.2;

    AckWait(TimeSpan expected, double patience, bool isPromised) =>
        (Expected, Highest, Patience, IsPromised) = (expected, expected, patience, isPromised);

    /// <summary>What was promised last, or the standard.</summary>
    public TimeSpan Expected { get; private init; }

    /// <summary>The highest that was promised: what Lifecycle knows of a long queue lags behind it, and falls before the queue does.</summary>
    public TimeSpan Highest { get; private init; }

    /// <summary>By how much the wait is longer than what was promised; from 1 to 4.</summary>
    public double Patience { get; }

    /// <summary>False for a server that promises nothing: then the first round is the only one.</summary>
    public bool IsPromised { get; }

    /// <summary>The wait of an attempt.</summary>
    /// <param name="promised">What negotiate said; null for a server that says nothing.</param>
    /// <param name="standard">The wait where nothing is promised.</param>
    /// <param name="unanswered">How many attempts before this one had no ack; each makes the wait longer.</param>
    public static AckWait For(TimeSpan? promised, TimeSpan standard, int unanswered) =>
        new(promised ?? standard, Math.Min(Math.Pow(Growth, Math.Clamp(unanswered, 0, 16)), MostGrowth), promised is not null);

    /// <summary>The first round.</summary>
    /// <param name="random">Numbers from 0 to below 1.</param>
    public TimeSpan First(Func<double> random) => Round(Expected * Patience, TimeSpan.Zero, random);

    /// <summary>A round is over. The next one, or null to give the connection up.</summary>
    /// <param name="waited">All rounds so far.</param>
    /// <param name="word">What the engine is said to be like now; null when nobody said.</param>
    /// <param name="random">Numbers from 0 to below 1.</param>
    public (AckWait Wait, TimeSpan? Next) Late(TimeSpan waited, EngineWord? word, Func<double> random)
    {
        if (!IsPromised || waited >= Most) return (this, null);
        if (word?.RetryAfter is { } after) return (this, Round(Min(after, ReconnectSchedule.MaxRetryAfter), waited, random));

        var expected = word?.AckWithin ?? Expected;
        var wait = this with { Expected = expected, Highest = expected > Highest ? expected : Highest };
        var times = expected <= KeepsUp ? GiveUpAfter : GiveUpBehindAfter;
        return (wait, waited >= wait.Highest * Patience * times ? null : Round(expected * Patience, waited, random));
    }

    // Cap first, jitter after.
    static TimeSpan Round(TimeSpan time, TimeSpan waited, Func<double> random)
    {
        var capped = Min(time, Most - waited);
        return (capped < Least ? Least : capped) * (1 + Jitter * random());
    }

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

namespace Lifecycle;

/// <summary>
/// When an app that attaches and is lost again and again is started next: the wait doubles from one loss to the next up to a cap, and is stretched after
/// that, so that sessions which loop together do not come together.
/// </summary>
public static class CrashLoop
{
    /// <summary>From how many short lives in a row on it is one: once is bad luck.</summary>
    public const int FromTimes = 2;

    /// <summary>
    /// By how much a wait is stretched at the least. By default waits of 10, 20, 40, 80, 160 and then 300 s make 2,110 s up to the thirteenth webhook of
    /// a session, its start and the restart after the first loss included. Stretched by 1.7 these are 3,587 s, and each of the twelve lives between takes
    /// another 6 s of grace and more: so no hour from a start on has more than twelve, however short the lives are.
    /// </summary>
    public const double LeastStretch = 1.7;

    /// <summary>And at the most.</summary>
    public const double MostStretch = 2;

    /// <summary>The wait before the next restart, in milliseconds.</summary>
    /// <param name="times">How many lives in a row were short; <see cref="FromTimes"/> or more.</param>
    /// <param name="policy">The app's policy.</param>
    /// <param name="random">A number in [0, 1).</param>
    public static double WaitMs(int times, Policy policy, double random)
    {
        var doubled = policy.CrashLoopBaseMs * Math.Pow(2, Math.Clamp(times - FromTimes, 0, 30));
        return Math.Min(doubled, policy.CrashLoopCapMs) * (LeastStretch + ((MostStretch - LeastStretch) * random));
    }

    /// <summary>For how long nobody loops before it is over, though nobody was seen well: twice as long as a session that loops can be silent.</summary>
    /// <param name="policy">The app's policy.</param>
    public static TimeSpan QuietAfter(Policy policy) => 2 * TimeSpan.FromMilliseconds(
        (policy.CrashLoopCapMs * MostStretch) + policy.StableMs + policy.ReconnectGraceMs + policy.ConnectTimeoutMs);
}

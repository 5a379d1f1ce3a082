namespace Lifecycle;

/// <summary>
/// When the health URL of an app that is away is asked. In rounds, so that a durable backend has one step for ten questions: within the horizon a round
/// is some 20 s, and past it a single question.
/// </summary>
public static class HealthSchedule
{
    /// <summary>The time between two questions within the horizon, on average.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromSeconds(2);

    /// <summary>The longest time between two questions, on average.</summary>
    public static readonly TimeSpan LongestSpacing = TimeSpan.FromMinutes(1);

    /// <summary>How long one answer may take. Longer than most take, and no longer than the spacing: whoever answers later is not up yet.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>How long a round waits for its first question by itself; for longer its orchestration does, which holds up nobody.</summary>
    public static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long beyond its end a round may take to be told. Then whoever asked is gone, and somebody else begins: a killed host's round is done again within
    /// a minute.
    /// </summary>
    public static readonly TimeSpan Lost = TimeSpan.FromMinutes(2);

    /// <summary>How many times further apart probes are while the health URL is asked: they are there for one that is wrong or broken.</summary>
    public const double ProbesApart = 4;

    /// <summary>Past the horizon, the spacing as a share of the outage's age.</summary>
    const double AgeShare = 0.01;

    const double UncalledShare = 0.05;

    const double LeastStretch = 0.75;
    const double MostStretch = 1.25;

    static readonly TimeSpan round = TimeSpan.FromSeconds(20);

    /// <summary>The average time between two questions, in milliseconds: 2 s within the horizon; then a hundredth of the outage's age, 1 min at most.</summary>
    /// <param name="age">How old the outage is.</param>
    /// <param name="policy">The app's policy.</param>
    public static int SpacingMs(TimeSpan age, Policy policy) => age.TotalMilliseconds <= policy.HorizonMs
        ? (int)Spacing.TotalMilliseconds
        : (int)Math.Clamp(age.TotalMilliseconds * AgeShare, Spacing.TotalMilliseconds, LongestSpacing.TotalMilliseconds);

    /// <summary>How many questions a round has at most, from 1.</summary>
    public static int TriesFor(int spacingMs) => Math.Max(1, (int)(round.TotalMilliseconds / spacingMs));

    /// <summary>A wait between two questions, in milliseconds: three to five quarters of the spacing, so that no two apps stay in step.</summary>
    /// <param name="spacingMs">The spacing. It is capped before, so the longest waits differ as well.</param>
    /// <param name="random">A number from 0 to below 1.</param>
    public static double WaitMs(double spacingMs, double random) => spacingMs * (LeastStretch + ((MostStretch - LeastStretch) * random));

    /// <summary>
    /// How soon whoever waits for an app and cannot be called up asks again, its distance in line beside: after a twentieth of the time that it has waited.
    /// </summary>
    /// <param name="waited">For how long it has waited.</param>
    public static TimeSpan UncalledWait(TimeSpan waited) => waited * UncalledShare;

    /// <summary>When a question of a round is due, UTC: the same whoever works it out.</summary>
    /// <param name="order">The round.</param>
    /// <param name="packageName">The app.</param>
    /// <param name="name">Names the round.</param>
    /// <param name="tried">How many of its questions were asked.</param>
    public static DateTimeOffset DueAt(HealthOrder order, string packageName, string name, int tried)
    {
        var due = order.From;
        for (var n = 1; n <= tried; n++)
        {
            due = due.AddMilliseconds(WaitMs(order.SpacingMs, StableHash.Uniform(new AppSessionId("", packageName), name, n)));
        }

        return due;
    }

    /// <summary>When a round has come to its end, whatever its answers take.</summary>
    public static DateTimeOffset EndOf(HealthOrder order) =>
        order.From + (((TimeSpan.FromMilliseconds(order.SpacingMs) * MostStretch) + Timeout) * order.Tries);
}

namespace Lifecycle;

/// <summary>
/// When a run asks its app session again that could not answer: its operation failed, because this version cannot read the state that a
/// newer one wrote, say. Nothing was done, so nothing is done twice.
/// </summary>
public static class AskAgainSchedule
{
    /// <summary>
    /// How often a run asks: for about a day, within which a rollback is mended. Then it fails; the sweep starts it again once it can read
    /// the session.
    /// </summary>
    public const int Tries = 294;

    static readonly TimeSpan shortest = TimeSpan.FromSeconds(5);
    static readonly TimeSpan longest = TimeSpan.FromMinutes(5);

    /// <summary>The wait before the next try, twice the one before, 5 s to 5 min; null when there is none.</summary>
    /// <param name="tried">Tries so far, from 1.</param>
    public static TimeSpan? NextTry(int tried)
    {
        if (tried >= Tries)
        {
            return null;
        }

        var doubled = shortest * Math.Pow(2, Math.Min(tried - 1, 20));
        return doubled < longest ? doubled : longest;
    }
}

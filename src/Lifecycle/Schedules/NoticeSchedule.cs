namespace Lifecycle;

/// <summary>
/// When a notice that did not arrive is sent again. A notice is told and not asked: it decides nothing, and is let be after a number
/// of tries.
/// </summary>
public static class NoticeSchedule
{
    /// <summary>How often an app is told of a stop: the session is over in any case.</summary>
    public const int StopTries = 3;

    /// <summary>How often an owner is told of an incident: about a day and a half of tries.</summary>
    public const int OwnerTries = 42;

    static readonly TimeSpan longest = TimeSpan.FromHours(1);

    /// <summary>Whether there is a next try.</summary>
    /// <param name="tried">Tries so far, from 1.</param>
    /// <param name="tries">Tries in all.</param>
    /// <param name="last">What came of the last one; null when something of ours failed.</param>
    public static bool IsTriedAgain(int tried, int tries, WebhookResult? last) =>
        tried < tries && last?.Verdict is not (WebhookVerdict.Accepted or WebhookVerdict.Gone or WebhookVerdict.Rejected);

    /// <summary>The wait before the next try; null when there is none.</summary>
    /// <param name="tried">Tries so far, from 1.</param>
    /// <param name="tries">Tries in all.</param>
    /// <param name="last">What came of the last one; null when something of ours failed.</param>
    /// <param name="random">A number in [0, 1): up to a quarter of the wait is added by it.</param>
    public static TimeSpan? NextTry(int tried, int tries, WebhookResult? last, double random)
    {
        if (!IsTriedAgain(tried, tries, last))
        {
            return null;
        }

        var doubled = TimeSpan.FromSeconds(1 + Math.Pow(2, Math.Min(tried, 20)));
        var asked = TimeSpan.FromMilliseconds(last?.RetryAfterMs ?? 0);
        var wait = doubled > asked ? doubled : asked;
        return (wait < longest ? wait : longest) * (1 + (random / 4));
    }
}

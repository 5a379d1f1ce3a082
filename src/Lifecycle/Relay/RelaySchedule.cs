namespace Lifecycle;

/// <summary>How long relayed webhooks wait for an answer, and for what.</summary>
public static class RelaySchedule
{
    /// <summary>How soon whoever leaves has somebody in its place, as a process says it that answers for itself.</summary>
    public static readonly TimeSpan LeavingRetry = TimeSpan.FromSeconds(2);

    /// <summary>How many processes one webhook is put to.</summary>
    public const int MostTries = 3;

    /// <summary>The least time that a process has before another one is asked.</summary>
    public static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How much longer than the sender waits an answer is taken: clocks of instances differ, and one that comes late is dropped without harm.
    /// </summary>
    public static readonly TimeSpan TicketSlack = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many processes of one delivery the service is asked for. Each question is a call of its own, and a roster full of processes that are gone would take
    /// all of the time: whoever comes after those is asked unseen.
    /// </summary>
    public const int MostLooks = 8;

    static readonly TimeSpan spare = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan tick = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan firstLook = TimeSpan.FromMilliseconds(150);
    static readonly TimeSpan longestLook = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long to wait before the next look for an answer that came by another instance. Most answers are there before the first look; later ones
    /// cost a read for each half of the time that has passed.
    /// </summary>
    /// <param name="waited">Since the webhook was put to a process.</param>
    /// <param name="patience">How long it is waited in all.</param>
    /// <returns>At least a millisecond, for timers know no less; null when the time is over.</returns>
    public static TimeSpan? NextLook(TimeSpan waited, TimeSpan patience)
    {
        var (half, left) = (waited / 2, patience - waited);
        var look = half < firstLook ? firstLook : half < longestLook ? half : longestLook;
        return left < tick ? null : look < left ? look : left;
    }

    /// <summary>How long a delivery has: less than whoever waits for it, so that it still says what it knows when a call hangs. At least half.</summary>
    /// <param name="timeout">How long it is waited for.</param>
    public static TimeSpan TimeOf(TimeSpan timeout) => timeout - spare > timeout / 2 ? timeout - spare : timeout / 2;

    /// <summary>Whether a process that has not answered is silent: it had the time that was meant for it, and that was no mere rest.</summary>
    /// <param name="waited">Since the webhook was put to it.</param>
    /// <param name="patience">How long it had before another one was asked.</param>
    /// <param name="whole">How long the delivery had. Where that is little, little is fair.</param>
    public static bool IsSilent(TimeSpan waited, TimeSpan patience, TimeSpan whole) =>
        patience - waited < tick && waited + tick > (whole / 2 < LeastPatience ? whole / 2 : LeastPatience);

    /// <summary>How long a process has before the webhook is put to another one as well: half of what is left, all of it when there is no other.</summary>
    /// <param name="left">What is left of the webhook's time.</param>
    /// <param name="hasOthers">Whether somebody else is there.</param>
    public static TimeSpan PatienceOf(TimeSpan left, bool hasOthers) => !hasOthers || left < LeastPatience ? left : left / 2 > LeastPatience ? left / 2 : LeastPatience;
}

namespace Lifecycle;

/// <summary>
/// The generic cell rate algorithm as a pacer: whoever asks is given a slot and goes then. One time is all its state
/// (ITU-T I.371 annex A, virtual scheduling form).
/// </summary>
public static class Pacer
{
    /// <summary>Takes the next slot.</summary>
    /// <param name="nextSlotAt">The theoretical arrival time: the state between two calls.</param>
    /// <param name="now">The time of asking.</param>
    /// <param name="perSecond">The pace.</param>
    /// <param name="burst">How many may go at once after a quiet time; 1 keeps even spacing.</param>
    /// <returns>When to go, and the new state.</returns>
    public static (DateTimeOffset Slot, DateTimeOffset NextSlotAt) Take(DateTimeOffset nextSlotAt, DateTimeOffset now, double perSecond, int burst)
    {
        var interval = IntervalOf(perSecond);
        var arrival = nextSlotAt > now ? nextSlotAt : now;
        var slot = arrival - (interval * (burst - 1));
        return (slot > now ? slot : now, arrival + interval);
    }

    /// <summary>The time between two slots.</summary>
    public static TimeSpan IntervalOf(double perSecond) => TimeSpan.FromSeconds(1.0 / perSecond);
}

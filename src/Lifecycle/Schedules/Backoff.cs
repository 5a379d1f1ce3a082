namespace Lifecycle;

/// <summary>
/// Decorrelated backoff: <c>next = uniform(base, min(cap, previous * 3))</c>. The cap is applied first and the jitter after
/// it, so that waits still spread at the cap (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
/// </summary>
public static class Backoff
{
    /// <summary>The full jitter before the first attempt of a resurrection.</summary>
    /// <param name="spreadMs">The most it can be, in milliseconds.</param>
    /// <param name="random">A number in [0, 1).</param>
    public static double InitialMs(int spreadMs, double random) => spreadMs * random;

    /// <summary>The wait before the next attempt, in milliseconds.</summary>
    /// <param name="previousMs">The wait before the last one; 0 for the first.</param>
    /// <param name="baseMs">The least it can be.</param>
    /// <param name="capMs">The most it can be.</param>
    /// <param name="random">A number in [0, 1).</param>
    public static double NextMs(double previousMs, int baseMs, int capMs, double random)
    {
        var ceiling = Math.Min(capMs, Math.Max(previousMs, baseMs) * 3);
        return baseMs + (random * (ceiling - baseMs));
    }
}

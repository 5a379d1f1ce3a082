namespace Lifecycle.Bench.Measuring;

/// <summary>The middle and the tail of some times.</summary>
sealed record Percentiles(TimeSpan P50, TimeSpan P99, int Count)
{
    /// <summary>Nearest rank; the times may come in any order.</summary>
    public static Percentiles Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0
            ? throw new InvalidOperationException("Nothing was measured.")
            : new(At(0.50), At(0.99), sorted.Count);

        TimeSpan At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }
}

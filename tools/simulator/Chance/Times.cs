namespace Lifecycle.Simulator.Chance;

/// <summary>A distribution of times, as it is written to a file: log-normal, and a share of them around another median.</summary>
/// <param name="MedianMs">The median, in milliseconds.</param>
/// <param name="Sigma">How far they spread: 0 for not at all, 1 for a tail of ten times the median.</param>
/// <param name="SlowShare">Which share is slow.</param>
/// <param name="SlowMedianMs">The median of those.</param>
public sealed record Times(double MedianMs, double Sigma, double SlowShare = 0, double SlowMedianMs = 0)
{
    /// <summary>The longest of them, as the SDKs have it: half a minute, and its jitter.</summary>
    public const long MostMs = 36_000;

    internal long Draw(Draws draws) => Math.Min(MostMs, (long)draws.LogNormal(draws.Chance(SlowShare) ? SlowMedianMs : MedianMs, Sigma));
}

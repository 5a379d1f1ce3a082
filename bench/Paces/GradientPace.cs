namespace Lifecycle.Bench.Paces;

/// <summary>
/// The gradient: the pace times how long answers took at their best over how long they take now, plus a little that explores (Netflix concurrency-limits,
/// Gradient2Limit, for rates). Halves when an answer in ten is a refusal.
/// </summary>
/// <param name="PerSecond">Webhooks per second.</param>
/// <param name="Window">The answers to those.</param>
/// <param name="LeastMs">The best mean of a round, in milliseconds; null while there was none.</param>
sealed record GradientPace(double PerSecond, PaceWindow Window, double? LeastMs = null) : RoundPace(PerSecond, Window)
{
    const double Tolerance = 1.2;
    const double Refusing = 0.1;

    /// <inheritdoc/>
    protected override RoundPace Next(PaceWindow window)
    {
        if (window.FailedShare > Refusing)
        {
            return this with { PerSecond = Possible(PerSecond / 2) };
        }

        var least = Math.Min(LeastMs ?? double.PositiveInfinity, window.MeanMs);
        var gradient = Math.Clamp(Tolerance * least / window.MeanMs, 0.5, 1);
        return this with { PerSecond = Possible((PerSecond * gradient) + Math.Max(4, 2 * Math.Sqrt(PerSecond))), LeastMs = least };
    }
}

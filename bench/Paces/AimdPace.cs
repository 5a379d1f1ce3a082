namespace Lifecycle.Bench.Paces;

/// <summary>
/// Additive increase, multiplicative decrease, with slow start, upon refusals alone: doubles until the first, then halves at each and grows by so many a second
/// (RFC 5681, for rates).
/// </summary>
/// <param name="PerSecond">Webhooks per second.</param>
/// <param name="Window">The answers to those.</param>
/// <param name="Strained">Whether there was a refusal.</param>
sealed record AimdPace(double PerSecond, PaceWindow Window, bool Strained = false) : RoundPace(PerSecond, Window)
{
    const double Step = 5;

    /// <inheritdoc/>
    protected override RoundPace Next(PaceWindow window) => this with
    {
        PerSecond = Possible(window.Failed > 0 ? PerSecond / 2 : Strained ? PerSecond + Step : PerSecond * 2),
        Strained = Strained || window.Failed > 0,
    };
}

namespace Lifecycle.Bench.Paces;

/// <summary>A pace that changes once per round: when there are enough answers to webhooks of the pace of now.</summary>
/// <param name="PerSecond">Webhooks per second.</param>
/// <param name="Window">The answers to those.</param>
abstract record RoundPace(double PerSecond, PaceWindow Window) : IPace
{
    /// <summary>No pace is higher.</summary>
    public const double Most = 1_000;

    /// <inheritdoc/>
    public IPace After(PaceAnswer answer, DateTimeOffset nextSlotAt)
    {
        var window = Window.With(answer);
        return window.IsFull ? Next(window) with { Window = new PaceWindow { Since = nextSlotAt } } : this with { Window = window };
    }

    /// <summary>The pace after a round.</summary>
    protected abstract RoundPace Next(PaceWindow window);

    /// <summary>One that is possible.</summary>
    protected static double Possible(double perSecond) => Math.Clamp(perSecond, 1, Most);
}

namespace Lifecycle.Bench.Paces;

/// <summary>How many webhooks a second an app is sent, and what is made of its answers. A value: each answer makes a new one.</summary>
interface IPace
{
    /// <summary>The pace at this moment, webhooks per second.</summary>
    double PerSecond { get; }

    /// <summary>The pace after one more answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="nextSlotAt">From when on slots are still to be given out, UTC: those before it were given at an earlier pace.</param>
    IPace After(PaceAnswer answer, DateTimeOffset nextSlotAt);
}

/// <summary>The same pace for ever.</summary>
/// <param name="PerSecond">Webhooks per second.</param>
sealed record FixedPace(double PerSecond) : IPace
{
    /// <inheritdoc/>
    public IPace After(PaceAnswer answer, DateTimeOffset nextSlotAt) => this;
}

/// <summary>The pace that the gate learns.</summary>
/// <param name="Pace">What was learned.</param>
sealed record GatePace(LearnedPace Pace) : IPace
{
    /// <inheritdoc/>
    public double PerSecond => Pace.PerSecond;

    /// <inheritdoc/>
    public IPace After(PaceAnswer answer, DateTimeOffset nextSlotAt) => new GatePace(Pace.After(answer, nextSlotAt, RoundPace.Most));
}

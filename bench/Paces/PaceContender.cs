namespace Lifecycle.Bench.Paces;

/// <summary>A way to choose the pace.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Begin">The pace with which it begins.</param>
sealed record PaceContender(string Name, IPace Begin)
{
    /// <summary>Webhooks per second with which those begin that learn: the default of <see cref="Policy.PacePerSecond"/>.</summary>
    const double Start = 20;

    /// <summary>When the app is found, UTC.</summary>
    public static readonly DateTimeOffset Found = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    /// <summary>Those that are compared.</summary>
    public static IReadOnlyList<PaceContender> All { get; } =
    [
        new("fixed 5", new FixedPace(5)),
        new("fixed 20", new FixedPace(20)),
        new("fixed 100", new FixedPace(100)),
        new("fixed 500", new FixedPace(500)),
        new("AIMD", new AimdPace(Start, new PaceWindow { Since = Found })),
        new("gradient", new GradientPace(Start, new PaceWindow { Since = Found })),
        new("learned", new GatePace(LearnedPace.Begin(Start, Found))),
    ];
}

namespace Lifecycle.Bench.Paces;

/// <summary>An app that has just come up, and how it takes a crowd.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="About">How it takes it, in a sentence.</param>
sealed record PacedApp(string Name, string About)
{
    /// <summary>How many starts a second it takes, at each time from its being found on.</summary>
    public required Func<double, double> TakesPerSecond { get; init; }

    /// <summary>An answer takes this long where nobody waits, in milliseconds.</summary>
    public double AnswerMs { get; init; } = 300;

    /// <summary>It refuses what would wait longer than this, in seconds; 0 refuses whatever exceeds its rate within a second, and never waits.</summary>
    public double QueueSeconds { get; init; } = 2;

    /// <summary>How much an answer's time varies, as a factor up and down.</summary>
    public double Noise { get; init; } = 1;

    /// <summary>Those that are compared.</summary>
    public static IReadOnlyList<PacedApp> All { get; } =
    [
        new("weak", "takes 5 starts a second, and lets 2 s of them wait") { TakesPerSecond = _ => 5 },
        new("normal", "takes 100") { TakesPerSecond = _ => 100 },
        new("strong", "takes 1,000") { TakesPerSecond = _ => 1_000 },
        new("limiter", "answers 503 to what exceeds 30 within a second, refused ones counted, and is never slow") { TakesPerSecond = _ => 30, QueueSeconds = 0 },
        new("warming", "takes 10 when it is found and 200 half a minute later") { TakesPerSecond = second => 10 + (190 * Math.Min(1, second / 30)) },
        new("noisy", "as normal, and each answer takes a third to three times as long as it should") { TakesPerSecond = _ => 100, Noise = 3 },
    ];
}

using Lifecycle.Scenarios;

namespace Lifecycle.Bench.Outages.Strategies;

/// <summary>A strategy by name.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="About">What it does, in a sentence.</param>
/// <param name="New">Makes one on a clock, with a seed.</param>
sealed record Contender(string Name, string About, Func<TimeProvider, int, IStrategy> New)
{
    /// <summary>The baseline.</summary>
    public static Contender Simple { get; } = new(
        "simple",
        "5 s of grace, two webhooks 1 s apart, then it gives up for good",
        (time, _) => new RetryingStrategy(SimplePlan.Default, time));

    /// <summary>Retries done well, for every session by itself.</summary>
    public static Contender Backoff { get; } = new(
        "backoff",
        "6 s of grace, then decorrelated backoff for up to 10 minutes, every session by itself",
        (time, _) => new RetryingStrategy(BackoffPlan.Default, time));

    /// <summary>The rules of this project.</summary>
    public static Contender Lifecycle { get; } = new(
        "lifecycle",
        "the rules of `src/Lifecycle`: the same grace and backoff, with one incident, breaker, probe and pace per app, which is learned from its answers",
        (time, seed) => new LifecycleStrategy(new RulesWorld(time, EngineTiming.Exact, seed) { Remembers = false }));

    /// <summary>The same, and the pace is not learned.</summary>
    public static Contender FixedPace { get; } = new(
        "fixed pace",
        "the same, with `paceCeiling` 0: the pace stays at 20",
        (time, seed) => new LifecycleStrategy(new RulesWorld(time, EngineTiming.Exact, seed) { Remembers = false }, new PolicyOverrides { PaceCeiling = 0 }));

    /// <summary>The same, and every app has a health URL.</summary>
    public static Contender Health { get; } = new(
        "health",
        "*lifecycle*, and every app has a `healthUrl`, which answers as its webhook does and is asked every 2 s while it is away",
        (time, seed) => new LifecycleStrategy(new RulesWorld(time, EngineTiming.Exact, seed) { Remembers = false }, asksHealth: true));

    /// <summary>All, the baseline first.</summary>
    public static IReadOnlyList<Contender> All { get; } = [Simple, Backoff, FixedPace, Lifecycle, Health];
}

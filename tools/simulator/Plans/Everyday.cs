using Lifecycle.Simulator.Chance;

namespace Lifecycle.Simulator.Plans;

/// <summary>
/// Worlds as they are most days, for comparing policies: stated rates of what happens to an app with forty sessions, and nothing else. The same seed is the same
/// day, whatever the policy.
/// </summary>
static class Everyday
{
    const int Sessions = 40;
    const long LastMs = Planner.DayMs - 5_400_000;

    /// <summary>What happens so often a day to the app as a whole, or to one session.</summary>
    /// <param name="PerDay">How often.</param>
    /// <param name="Of">What, by the draws of the day.</param>
    sealed record Rate(double PerDay, Func<Draws, Stroke> Of);

    static readonly Rate[] ofTheApp =
    [
        new(2, _ => new Stroke(0, StrokeKind.Deploy) { Ms = 25_000 }),
        new(1, draws => new Stroke(0, StrokeKind.KillApp) { Ms = (long)draws.LogNormal(8_000, 1), ComesBack = draws.Chance(0.3) }),
        new(0.5, draws => new Stroke(0, StrokeKind.KillApp) { Ms = (long)draws.LogNormal(25_000, 0.4), Status = 503 }),
        new(0.1, draws => new Stroke(0, StrokeKind.CloudOutage) { Ms = (long)draws.LogNormal(20_000, 1) }),
        new(1, draws => new Stroke(0, StrokeKind.KillHost) { Ms = (long)draws.LogNormal(5_000, 0.5) }),
        new(0.2, draws => new Stroke(0, StrokeKind.Pause) { Ms = (long)draws.LogNormal(60_000, 0.5), OtherMs = 15_000 }),
    ];

    static readonly Rate[] ofASession =
    [
        new(6, draws => new Stroke(0, StrokeKind.DropSocket) { Ms = draws.Below(300), OtherMs = draws.Below(300) }),
        new(0.5, draws => new Stroke(0, StrokeKind.DropSocket) { Ms = draws.Below(15_000), OtherMs = draws.Below(30_000) }),
        new(0.2, draws => new Stroke(0, StrokeKind.Firewall) { Ms = (long)draws.LogNormal(15_000, 1), OtherMs = draws.Below(300) }),
    ];

    /// <summary>The day of a seed, under a policy.</summary>
    public static Plan Draw(ulong seed, PolicyOverrides policy, Times reconnect)
    {
        var draws = Draws.For(seed, 8);
        var strokes = new List<Stroke> { new(0, StrokeKind.Start) { Ms = 60_000 } };
        foreach (var rate in ofTheApp)
        {
            strokes.AddRange(Drawn(draws, rate));
        }

        for (var n = 0; n < Sessions; n++)
        {
            var session = n;
            strokes.AddRange(ofASession.SelectMany(rate => Drawn(draws, rate)).Select(stroke => stroke with { Session = session }));
        }

        return new Plan
        {
            Seed = seed,
            Sessions = Sessions,
            FaultsUntilMs = LastMs,
            UntilMs = Planner.DayMs,
            Policy = policy,
            App = new AppHabits { Reconnect = reconnect },
            Strokes = [.. strokes.OrderBy(stroke => stroke.AtMs)],
        };
    }

    static IEnumerable<Stroke> Drawn(Draws draws, Rate rate)
    {
        var mean = Planner.DayMs / rate.PerDay;
        for (var at = 120_000 + draws.Exponential(mean); at < LastMs; at += draws.Exponential(mean))
        {
            yield return rate.Of(draws) with { AtMs = (long)at };
        }
    }
}

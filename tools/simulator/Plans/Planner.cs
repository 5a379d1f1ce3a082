using System.Collections.Immutable;
using Lifecycle.Simulator.Chance;

namespace Lifecycle.Simulator.Plans;

/// <summary>
/// Draws worlds. Each has kinds of faults of its own, so that some see a few of them again and again and others see all at once; they come by themselves and in clusters,
/// from milliseconds to minutes apart, for it is there that things go wrong. docs/simulator.md states the distributions.
/// </summary>
sealed partial class Planner
{
    /// <summary>How long a world lives, in milliseconds.</summary>
    public const long DayMs = 86_400_000;

    /// <summary>How long before its end nothing goes wrong any more: longer than any wait that ends.</summary>
    const long SettleMs = 5_400_000;

    readonly Draws draws;
    readonly List<Stroke> strokes = [];
    readonly StrokeKind[] small;
    readonly StrokeKind[] large;
    readonly int sessions;
    readonly Policy policy;

    Planner(ulong seed)
    {
        draws = Draws.For(seed, 7);
        sessions = draws.OneOf(4, 16, 40, 40, 60);
        small = Some(allSmall, 0.6);
        large = Some(allLarge, 0.5);
        policy = Policy.Default;
    }

    static readonly StrokeKind[] allSmall =
    [
        StrokeKind.Start, StrokeKind.Stop, StrokeKind.Revive, StrokeKind.Away, StrokeKind.Back, StrokeKind.Post, StrokeKind.Subscribe, StrokeKind.Release,
        StrokeKind.DropSocket, StrokeKind.DropSocket, StrokeKind.Firewall, StrokeKind.LoseEvent, StrokeKind.DelayEvent, StrokeKind.DoubleEvent,
        StrokeKind.DelayOperation, StrokeKind.DoubleOperation, StrokeKind.CrashAtSave,
    ];

    static readonly StrokeKind[] allLarge =
    [
        StrokeKind.KillApp, StrokeKind.KillApp, StrokeKind.CrashLoop, StrokeKind.Deploy, StrokeKind.Deploy, StrokeKind.Pause, StrokeKind.Deaf, StrokeKind.WebhookAnswers,
        StrokeKind.SlowWebhooks, StrokeKind.SetPolicy, StrokeKind.CloudOutage, StrokeKind.CloudOutage, StrokeKind.KillHost, StrokeKind.StallEngine, StrokeKind.ClockStep,
        StrokeKind.BlindHost,
    ];

    /// <summary>The world of a seed.</summary>
    public static Plan Draw(ulong seed) => new Planner(seed).DrawAll(seed);

    Plan DrawAll(ulong seed)
    {
        strokes.Add(new Stroke(0, StrokeKind.Start) { Ms = 60_000 });
        for (var n = 0; n < sessions; n++)
        {
            Drops(n);
        }

        for (var incidents = 2 + draws.Below(9); incidents > 0; incidents--)
        {
            Incident();
        }

        return new Plan
        {
            Seed = seed,
            Sessions = sessions,
            FaultsUntilMs = DayMs - SettleMs,
            UntilMs = DayMs,
            Policy = DrawPolicy(),
            App = DrawHabits(),
            HopMs = draws.OneOf(6, 6, 6, 25, 120),
            Stored = draws.Chance(0.01),
            Strokes = [.. strokes.OrderBy(stroke => stroke.AtMs)],
        };
    }

    // Some four drops a day and session, as mobile networks have them; some come in bursts.
    void Drops(int session)
    {
        for (var at = draws.Exponential(DayMs / 4.0); at < DayMs - SettleMs; at += draws.Exponential(DayMs / 4.0))
        {
            var flaps = draws.Chance(0.1) ? 2 + draws.Below(6) : 1;
            for (var (n, then) = (0, at); n < flaps; n++)
            {
                strokes.Add(OfSession(StrokeKind.DropSocket, (long)then, session));
                then += draws.LogNormal(4_000, 1);
            }
        }
    }

    void Incident()
    {
        var at = (long)draws.Between(120_000, DayMs - SettleMs);
        if (large.Length > 0)
        {
            strokes.Add(OfAll(draws.OneOf<StrokeKind>(large), at));
        }

        var target = draws.Below(sessions);
        for (var more = draws.Below(9); more > 0; more--)
        {
            var near = Math.Clamp(at + (long)(draws.LogNormal(draws.OneOf(20.0, 500, 6_000, 15_000, 120_000), 0.8) * (draws.Chance(0.2) ? -1 : 1)), 61_000, DayMs - SettleMs);
            strokes.Add(large.Length > 0 && draws.Chance(0.15)
                ? OfAll(draws.OneOf<StrokeKind>(large), near)
                : OfSession(small.Length == 0 ? StrokeKind.DropSocket : draws.OneOf<StrokeKind>(small), near, draws.Chance(0.7) ? target : draws.Below(sessions)));
        }
    }

    StrokeKind[] Some(StrokeKind[] all, double share) => [.. all.Where(_ => draws.Chance(share))];
}

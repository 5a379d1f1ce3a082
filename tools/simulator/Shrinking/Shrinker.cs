using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Watching;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Shrinking;

/// <summary>
/// Makes a plan that fails as small as it can while it fails by the same rule: less time, one session, fewer strokes, simpler values. Delta debugging; since the strokes say what
/// happens, and the seed only how long things take meanwhile, a smaller plan is tried with a few seeds.
/// </summary>
sealed class Shrinker
{
    // In session-days: about ten seconds of a core.
    const double MostDays = 8_000;

    // And for one plan: a small one can be tried with many seeds.
    const double DaysForOne = 12;
    const int MostSeeds = 64;
    const double ManySeeds = 5;

    // By when all sessions are started.
    const long BeginMs = 61_000;

    readonly IRules rules;
    double played;

    Shrinker(Plan plan, Violation violation, IRules rules) => (Plan, Violation, this.rules) = (plan, violation, rules);

    Plan Plan { get; set; }

    Violation Violation { get; set; }

    bool IsOver => played >= MostDays;

    /// <summary>The smallest plan that was found, and how it fails.</summary>
    public static (Plan Plan, Violation Violation) Shrink(Plan plan, Violation violation, IRules rules)
    {
        var shrinker = new Shrinker(plan, violation, rules);
        shrinker.ShrinkAll();
        return (shrinker.Plan, shrinker.Violation);
    }

    void ShrinkAll()
    {
        CutTime();
        KeepOneSession();
        KeepTheLast();
        for (var before = int.MaxValue; Plan.Strokes.Length < before && !IsOver;)
        {
            before = Plan.Strokes.Length;
            DropStrokes();
            DropSessions();
            KeepTheLast();
            CutTime();
        }

        Simplify();
    }

    bool Holds(Plan candidate, double patience = 1)
    {
        var seeds = Math.Clamp((int)(patience * DaysForOne / Math.Max(0.01, candidate.SessionDays)), 1, MostSeeds);
        for (var n = 0; n < seeds && !IsOver; n++)
        {
            played += candidate.SessionDays;
            var other = n == 0 ? candidate : candidate with { Seed = (ulong)n };
            if (World.Play(other, rules).Violation is { } found && found.Rule == Violation.Rule)
            {
                (Plan, Violation) = (other, found);
                return true;
            }
        }

        return false;
    }

    // What comes after it does not matter; a world that does not come to rest needs its time all the same.
    void CutTime()
    {
        var last = Plan.Strokes.IsEmpty ? 0 : Plan.Strokes[^1].AtMs;
        var settle = Plan.UntilMs - Plan.FaultsUntilMs;
        var end = Violation.AtMs + 1;
        _ = Violation.Rule > 0
            ? Holds(Plan with { Strokes = Plan.Strokes.RemoveAll(stroke => stroke.AtMs > Violation.AtMs), UntilMs = end, FaultsUntilMs = Math.Min(Plan.FaultsUntilMs, end) })
            : Holds(Plan with { FaultsUntilMs = last + 1, UntilMs = last + 1 + settle });
    }

    void KeepOneSession()
    {
        var mine = Plan.Strokes.RemoveAll(stroke => stroke.Session is { } other && other != Violation.Session);
        var isAlone = Violation.Session is not null && Holds(Plan with { Sessions = 1, Strokes = [.. mine.Select(stroke => stroke with { Session = stroke.Session is null ? null : 0 })] }, ManySeeds);
        _ = isAlone || Holds(Plan with { Strokes = mine });
    }

    // Most failures have to do with what came shortly before them. What is left moves to the beginning.
    void KeepTheLast()
    {
        foreach (var window in new long[] { 5_000, 30_000, 120_000, 900_000, 3_600_000, long.MaxValue / 2 })
        {
            var kept = Plan.Strokes.Skip(1).Where(stroke => stroke.AtMs >= Violation.AtMs - window).ToList();
            var gap = kept.Count > 0 ? kept[0].AtMs - BeginMs : 0;
            if (gap > 0 && Holds(Plan with
            {
                Strokes = [Plan.Strokes[0], .. kept.Select(stroke => stroke with { AtMs = stroke.AtMs - gap })],
                FaultsUntilMs = Plan.FaultsUntilMs - gap,
                UntilMs = Plan.UntilMs - gap,
            }, ManySeeds))
            {
                return;
            }
        }
    }

    void DropStrokes()
    {
        for (var size = Math.Max(1, Plan.Strokes.Length / 2); !IsOver; size /= 2)
        {
            for (var at = 0; at < Plan.Strokes.Length && !IsOver;)
            {
                at += Holds(Plan with { Strokes = Plan.Strokes.RemoveRange(at, Math.Min(size, Plan.Strokes.Length - at)) }) ? 0 : size;
            }

            if (size <= 1)
            {
                return;
            }
        }
    }

    void DropSessions()
    {
        foreach (var fewer in new[] { Violation.Session + 1, Plan.Sessions / 2, Plan.Sessions - 1 })
        {
            if (fewer is { } sessions and > 0 && sessions < Plan.Sessions)
            {
                Holds(Plan with { Sessions = sessions, Strokes = Plan.Strokes.RemoveAll(stroke => stroke.Session >= sessions) });
            }
        }
    }

    void Simplify()
    {
        _ = Holds(Plan with { App = new AppHabits() }) || Holds(Plan with { App = Plan.App with { Processes = 1 } });
        Holds(Plan with { Policy = new PolicyOverrides() });
        Holds(Plan with { HopMs = 6, Stored = false });
    }
}

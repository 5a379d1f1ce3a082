using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Watching;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Shrinking;

/// <summary>
/// Makes a plan that fails as small as it can while it fails by the same rule: less time, fewer strokes, fewer sessions, simpler values. Delta debugging, and greedy
/// after it.
/// </summary>
sealed class Shrinker
{
    const int MostPlays = 4_000;

    readonly IRules rules;
    int plays;

    Shrinker(Plan plan, Violation violation, IRules rules) => (Plan, Violation, this.rules) = (plan, violation, rules);

    Plan Plan { get; set; }

    Violation Violation { get; set; }

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
        Holds(Plan with { Strokes = Plan.Strokes.RemoveAll(stroke => stroke.Session is { } other && other != Violation.Session) });
        for (var before = int.MaxValue; Plan.Strokes.Length < before && plays < MostPlays;)
        {
            before = Plan.Strokes.Length;
            DropStrokes();
            DropSessions();
            CutTime();
        }

        Simplify();
    }

    bool Holds(Plan candidate)
    {
        if (++plays > MostPlays || World.Play(candidate, rules).Violation is not { } found || found.Rule != Violation.Rule)
        {
            return false;
        }

        (Plan, Violation) = (candidate, found);
        return true;
    }

    // What comes after it does not matter; a world that does not come to rest needs its time all the same.
    void CutTime()
    {
        var last = Plan.Strokes.IsEmpty ? 0 : Plan.Strokes[^1].AtMs;
        var settle = Plan.UntilMs - Plan.FaultsUntilMs;
        _ = Violation.Rule > 0
            ? Holds(Plan with { Strokes = [.. Plan.Strokes.Where(stroke => stroke.AtMs <= Violation.AtMs)], UntilMs = Violation.AtMs + 1, FaultsUntilMs = Math.Min(Plan.FaultsUntilMs, Violation.AtMs + 1) })
            : Holds(Plan with { FaultsUntilMs = last + 1, UntilMs = last + 1 + settle });
    }

    void DropStrokes()
    {
        for (var size = Math.Max(1, Plan.Strokes.Length / 2); plays < MostPlays; size /= 2)
        {
            for (var at = 0; at < Plan.Strokes.Length && plays < MostPlays;)
            {
                at += Holds(Plan with { Strokes = Plan.Strokes.RemoveRange(at, Math.Min(size, Plan.Strokes.Length - at)) }) ? 0 : size;
            }

            if (size <= 1)
            {
                return;
            }
        }
    }

    // Sessions keep their numbers, for they draw by them.
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
        var whole = new AppHabits();
        _ = Holds(Plan with { App = whole }) || Holds(Plan with { App = Plan.App with { Processes = 1 } });
        _ = Holds(Plan with { Policy = new PolicyOverrides() });
        Holds(Plan with { HopMs = 6 });
        Holds(Plan with { Stored = false });
        var gap = Plan.Strokes.Length > 1 ? Plan.Strokes[1].AtMs - 61_000 : 0;
        if (gap > 0)
        {
            Holds(Plan with
            {
                Strokes = [Plan.Strokes[0], .. Plan.Strokes.Skip(1).Select(stroke => stroke with { AtMs = stroke.AtMs - gap })],
                FaultsUntilMs = Plan.FaultsUntilMs - gap,
                UntilMs = Plan.UntilMs - gap,
            });
        }
    }
}

using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Searching;

/// <summary>What a search found.</summary>
/// <param name="Setting">What was searched.</param>
/// <param name="States">How many distinct states it met.</param>
/// <param name="Steps">How many steps it took between them.</param>
/// <param name="Depth">How many steps the last of them is away from the first.</param>
/// <param name="IsComplete">Whether there are no others within its bounds.</param>
/// <param name="Sessions">How many distinct sessions they are made of.</param>
/// <param name="Gates">And how many gates.</param>
/// <param name="Decisions">How often the rules were asked for it.</param>
/// <param name="Rows">How many lines of the transition table they showed.</param>
/// <param name="Broken">What is broken; null for nothing.</param>
/// <param name="Trace">The shortest way there, step by step.</param>
sealed record SearchResult(
    SearchSetting Setting, int States, long Steps, int Depth, bool IsComplete, int Sessions, int Gates, long Decisions, int Rows, string? Broken, IReadOnlyList<string> Trace);

/// <summary>
/// Breadth first, every state of two sessions and their gate that can be reached within the bounds of a setting: after each decision the rules hold, and from each state
/// the two come to rest when from then on nothing goes wrong.
/// </summary>
sealed class Search
{
    readonly StateSpace space;
    readonly StateTable table = new();
    readonly List<Step> steps = [];
    readonly int most;
    int[] parents = new int[1 << 15];
    int[] nexts = new int[1 << 15];
    long taken;

    Search(IRules rules, SearchSetting setting, int most)
    {
        (space, this.most) = (new StateSpace(rules, setting), most);
        _ = Meet(setting.Runs ? RestOf(space.Start()) : space.Start(), -1);
    }

    /// <summary>Searches.</summary>
    /// <param name="rules">Who decides.</param>
    /// <param name="setting">What is searched.</param>
    /// <param name="most">How many states at the most; those that were met by then still have to come to rest.</param>
    public static SearchResult Run(IRules rules, SearchSetting setting, int most) => new Search(rules, setting, most).Run();

    SearchResult Run()
    {
        var (explored, depth, levelEnd) = (0, 0, 1);
        for (; explored < table.Count && table.Count < most; explored++)
        {
            if (explored == levelEnd)
            {
                (depth, levelEnd) = (depth + 1, table.Count);
            }

            if (Expand(explored) is { } broken)
            {
                return Result(depth, false, broken.Broken, new Trace(space, table, parents).To(explored, broken));
            }
        }

        var isComplete = explored == table.Count;
        var met = table.Count;
        return WhoNeverRests(met) is { } state
            ? Result(depth, isComplete, "rule 6: not at rest, though nothing goes wrong any more", new Trace(space, table, parents).Beyond(state))
            : Result(depth, isComplete, null, [], met);
    }

    SearchResult Result(int depth, bool isComplete, string? broken, IReadOnlyList<string> trace, int? met = null) => new(
        space.Setting, met ?? table.Count, taken, depth, isComplete, space.Locals.Count, space.Gates.Count, space.Locals.Decisions + space.Gates.Decisions, space.Locals.Rows.Count, broken, trace);

    int Meet(ulong key, int parent)
    {
        var state = table.Of(key, out var isNew);
        if (isNew)
        {
            if (state == parents.Length)
            {
                Array.Resize(ref parents, state * 2);
                Array.Resize(ref nexts, state * 2);
            }

            (parents[state], nexts[state]) = (parent, Unknown);
        }

        return state;
    }

    // The step that breaks something; null for none.
    Step? Expand(int state)
    {
        space.StepsFrom(table[state], steps);
        taken += steps.Count;
        foreach (var step in steps)
        {
            if (step.Broken is not null)
            {
                return step;
            }

            Meet(step.Key, state);
        }

        SetNext(state);
        return null;
    }

    // Some ten times as many as it takes.
    const int MostToRest = 2_000;

    const int Unknown = -1;
    const int Resting = -2;
    const int Stuck = -3;

    // Where it goes when all is well from now on. What is met by it makes room for more first.
    void SetNext(int state)
    {
        var next = space.IsAtRest(table[state]) ? Resting : space.NextOf(steps) is { } step ? Meet(step.Key, state) : Stuck;
        nexts[state] = next;
    }

    // Everything from each state on, as it goes when all is well, to its rest; each is looked at once. The first that never rests; null for none.
    int? WhoNeverRests(int met)
    {
        var seenIn = new int[met];
        for (var state = 0; state < met; state++)
        {
            var at = state;
            for (var n = 0; at >= 0; n++)
            {
                if (at >= seenIn.Length)
                {
                    Array.Resize(ref seenIn, Math.Max(at + 1, seenIn.Length * 5 / 4));
                }

                if (seenIn[at] == state + 1 || n == MostToRest)
                {
                    return state; // in a circle, or farther and farther
                }

                (var wasSeen, seenIn[at]) = (seenIn[at] != 0, state + 1);
                at = wasSeen ? Resting : NextFrom(at);
            }

            if (at == Stuck)
            {
                return state;
            }
        }

        return null;
    }

    int NextFrom(int state)
    {
        if (nexts[state] == Unknown)
        {
            space.StepsFrom(table[state], steps);
            SetNext(state);
        }

        return nexts[state];
    }

    // Where both run: as it goes when all is well.
    ulong RestOf(ulong key)
    {
        while (!space.IsAtRest(key))
        {
            space.StepsFrom(key, steps);
            key = space.NextOf(steps)?.Key ?? throw new InvalidOperationException("It does not begin.");
        }

        return key;
    }
}

using Lifecycle.Simulator.Chance;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Watching;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Reports;

/// <summary>The same days under several policies.</summary>
sealed class Contest
{
    readonly Lock gate = new();
    readonly IReadOnlyList<Contender> contenders;
    readonly Times reconnect;
    readonly ulong seed;
    readonly int worlds;
    int next;

    Contest(IReadOnlyList<Contender> contenders, Times reconnect, ulong seed, double sessionDays)
    {
        (this.contenders, this.reconnect, this.seed) = (contenders, reconnect, seed);
        worlds = Math.Max(2, (int)(sessionDays / Everyday.Draw(seed, new PolicyOverrides(), reconnect).SessionDays / contenders.Count));
        Days = [.. contenders.Select(_ => new Figures[worlds])];
    }

    /// <summary>What came of each contender in each world.</summary>
    public IReadOnlyList<Figures[]> Days { get; }

    public (Plan Plan, Violation Violation)? Failure { get; private set; }

    /// <summary>Plays all of them; the session-days are those of all contenders together.</summary>
    public static Contest Play(IReadOnlyList<Contender> contenders, Times reconnect, ulong seed, double sessionDays, int threads)
    {
        var contest = new Contest(contenders, reconnect, seed, sessionDays);
        var workers = Enumerable.Range(1, threads - 1).Select(_ => new Thread(contest.Work)).ToList();
        workers.ForEach(worker => worker.Start());
        contest.Work();
        workers.ForEach(worker => worker.Join());
        return contest;
    }

    /// <summary>All that came of a contender.</summary>
    public Figures Sum(int contender)
    {
        var sum = new Figures();
        foreach (var day in Days[contender])
        {
            sum.Add(day);
        }

        return sum;
    }

    void Work()
    {
        while (Interlocked.Increment(ref next) - 1 is var world && world < worlds)
        {
            for (var n = 0; n < contenders.Count; n++)
            {
                var plan = Everyday.Draw(seed + (ulong)world, contenders[n].Policy, reconnect);
                var result = World.Play(plan, new RealRules());
                Days[n][world] = result.Figures;
                if (result.Violation is { } violation)
                {
                    lock (gate)
                    {
                        Failure ??= (plan, violation);
                    }
                }
            }
        }
    }
}

/// <summary>A policy, by a name.</summary>
sealed record Contender(string Name, PolicyOverrides Policy);

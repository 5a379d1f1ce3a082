using System.Diagnostics;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Watching;
using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Reports;

/// <summary>Many worlds, played by a few threads until they have lived for so long together, or until one fails.</summary>
sealed class Campaign
{
    readonly Lock gate = new();
    readonly double sessionDays;
    readonly IRules rules;
    readonly Func<ulong, Plan> draw;
    ulong next;

    Campaign(double sessionDays, ulong seed, IRules rules, Func<ulong, Plan> draw) => (this.sessionDays, next, this.rules, this.draw) = (sessionDays, seed, rules, draw);

    public Figures Figures { get; } = new();

    public TimeSpan Took { get; private set; }

    public int Worlds { get; private set; }

    /// <summary>The failure with the lowest seed; null when there is none.</summary>
    public (Plan Plan, Violation Violation)? Failure { get; private set; }

    /// <summary>How many seconds of sessions were played in a second.</summary>
    public double Speed => Figures.SessionDays * 86_400 / Took.TotalSeconds;

    /// <summary>Plays. Worlds are named by seeds that follow each other, so that any of them can be played again by itself.</summary>
    public static Campaign Play(double sessionDays, ulong seed, int threads, IRules rules, Func<ulong, Plan>? draw = null)
    {
        var campaign = new Campaign(sessionDays, seed, rules, draw ?? Planner.Draw);
        var watch = Stopwatch.StartNew();
        var workers = Enumerable.Range(1, threads - 1).Select(_ => new Thread(campaign.Work)).ToList();
        workers.ForEach(worker => worker.Start());
        campaign.Work();
        workers.ForEach(worker => worker.Join());
        campaign.Took = watch.Elapsed;
        return campaign;
    }

    void Work()
    {
        while (Take() is { } seed)
        {
            var plan = draw(seed);
            var result = World.Play(plan, rules);
            lock (gate)
            {
                Worlds++;
                Figures.Add(result.Figures);
                if (result.Violation is { } violation && (Failure is not { } known || seed < known.Plan.Seed))
                {
                    Failure = (plan, violation);
                }
            }
        }
    }

    ulong? Take()
    {
        lock (gate)
        {
            return Failure is null && Figures.SessionDays < sessionDays ? next++ : null;
        }
    }
}

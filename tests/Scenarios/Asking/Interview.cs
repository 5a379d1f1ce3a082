using Lifecycle.Local.Durable;

namespace Lifecycle.Scenarios;

/// <summary>Plays a scenario on the rules, and asks for explanations while it runs.</summary>
static class Interview
{
    static readonly DateTimeOffset start = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    /// <summary>What was answered at each of these moments, and what became of it all.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="moments">When, from its begin, and about whom.</param>
    public static (IReadOnlyList<Explanation> Answers, ScenarioReport Report) Of(Scenario scenario, IReadOnlyList<(TimeSpan At, AppSessionId Id)> moments)
    {
        var time = new VirtualTimeProvider(start);
        var answers = new Explanation[moments.Count];
        ScenarioReport? report = null;
        time.Run(async () =>
        {
            await using var world = new RulesWorld(time, EngineTiming.Exact, scenario.Seed);
            var asking = Task.WhenAll(moments.Select(async (moment, index) =>
            {
                await Task.Delay(moment.At, time);
                answers[index] = world.Explain(moment.Id);
            }));
            report = await new ScenarioRun(scenario, world, TimingKind.Exact) { Judge = _ => [] }.PlayAsync();
            await asking;
        });
        return (answers, report!);
    }

    /// <summary>Those sessions of which a what-if says that they would have taken another course under the policy that was in force.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="every">Every which session is played again.</param>
    public static (IReadOnlyList<string> Parted, ScenarioReport Report) PlayedAgain(Scenario scenario, int every)
    {
        var time = new VirtualTimeProvider(start);
        var parted = new List<string>();
        ScenarioReport? report = null;
        time.Run(async () =>
        {
            await using var world = new RulesWorld(time, EngineTiming.Exact, scenario.Seed);
            report = await new ScenarioRun(scenario, world, TimingKind.Exact).PlayAsync();
            foreach (var (id, _) in report.Sessions.Where((_, index) => index % every == 0))
            {
                var decisions = (await world.RecallAsync(id))!.Read();
                if (WhatIf.Again(id, decisions, decisions[^1].LastAt) is { PartsAt: not null } other)
                {
                    parted.Add($"{id}: {other.Sentence}\n  {string.Join(", ", other.Actual)}\n  {string.Join(", ", other.Instead)}");
                }
            }
        });
        return (parted, report!);
    }
}

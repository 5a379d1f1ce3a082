using Lifecycle.Tests.Properties;

namespace Lifecycle.Tests.Rules;

public sealed class TransitionTableTests
{
    /// <summary>Seeded scripts, long enough to reach every line.</summary>
    static IEnumerable<ChaosWorld.Step> Explore()
    {
        for (var seed = 0; seed < 3_500; seed++)
        {
            var script = new byte[400];
            new Random(seed).NextBytes(script);
            var policy = Policy.Default with
            {
                AllowUnsolicited = seed % 3 == 0,
                HorizonMs = seed % 2 == 0 ? 30_000 : 600_000,
                BufferedMessages = 2,
                ReplaceDeaf = seed % 2 == 0,
                AckTimeoutMs = 10_000,
            };
            var world = new ChaosWorld(policy, blindly: seed % 5 == 4, succeeding: seed >= 2_000);
            world.Decide(seed % 7 == 6 ? world.NextCargo(seed) : new StartRequested());
            world.Play(script);
            foreach (var step in world.Steps)
            {
                yield return step;
            }
        }
    }

    [Fact]
    public void Decide_OverRandomOrders_AnswersWhatTheTableSaysAndReachesEveryLine()
    {
        var unreached = TransitionTable.Rows.ToHashSet();
        foreach (var (before, @event, decision, _) in Explore())
        {
            var row = TransitionTable.Rows.FirstOrDefault(r => TransitionTable.Matches(r, before.State, @event, decision));
            Assert.True(
                row is not null,
                $"{before.State} on {@event} answered {decision.Session.State}, {decision.Outcome}: no line of the table says so.");
            unreached.Remove(row);
        }

        Assert.True(unreached.Count == 0, "Never seen: " + string.Join("; ", unreached.Select(r => $"{r.Event} {r.Reason} {r.Guard}")));
    }

    [Fact]
    public void Document_IsGeneratedFromTheTable()
    {
        var path = Repository.File("docs/transitions.md");
        var expected = TransitionDocument.Render();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.True(File.ReadAllText(path) == expected, "docs/transitions.md differs from the code: run the tests with UPDATE_DOCS=1.");
    }
}

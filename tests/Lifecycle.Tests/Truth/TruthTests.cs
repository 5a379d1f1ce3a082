using Xunit.Abstractions;

namespace Lifecycle.Tests.Truth;

/// <summary>An app dies with all its sessions and is up again; the watch of <see cref="TruthWorld"/> looks on at every step.</summary>
public sealed class TruthTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(0, 120)]
    [InlineData(20, 10)]
    [InlineData(20, 120)]
    [InlineData(100, 10)]
    [InlineData(100, 120)]
    [InlineData(250, 10)]
    [InlineData(250, 120)]
    [InlineData(500, 10)]
    [InlineData(500, 120)]
    public void An_app_that_attaches_before_its_verdict_is_back_as_soon_as_one_that_answers_first(double hopMs, double outageSeconds)
    {
        var settings = new TruthSettings { HopMs = hopMs, OutageSeconds = outageSeconds };
        var attachFirst = Play(settings with { AttachMs = 100, AnswerMs = 110 });
        var answerFirst = Play(settings with { AttachMs = 300, AnswerMs = 50 });
        Assert.Equal(0, attachFirst.SlotsForNobody + answerFirst.SlotsForNobody);

        // When a probe finds it is a matter of its turn, and is the first to be back.
        var found = TimeSpan.FromSeconds(Math.Max(settings.Policy.ProbeFloorMs / 1_000.0, outageSeconds * settings.Policy.ProbePercent / 100)) + TimeSpan.FromMilliseconds((6 * hopMs) + 500);
        foreach (var world in new[] { attachFirst, answerFirst })
        {
            Assert.InRange(world.Recovered(0.001), TimeSpan.Zero, found);
        }

        foreach (var share in new[] { 0.5, 0.95 })
        {
            Assert.InRange(SinceFound(attachFirst, share), TimeSpan.Zero, (SinceFound(answerFirst, share) * 1.1) + TimeSpan.FromSeconds(1));
        }
    }

    static TimeSpan SinceFound(TruthWorld world, double share) => world.Recovered(share) - world.Recovered(0.001);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(500)]
    public void What_comes_twice_counts_once(double hopMs) =>
        Play(new TruthSettings { Sessions = 100, HopMs = hopMs, Twice = true, OutageSeconds = 60 });

    // The places that more than a hundred sessions gave back at once pushed the reports of webhooks out of what the gate remembers: an attach that was
    // told twice counted twice.
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(500)]
    public void What_comes_twice_counts_once_in_a_crowd(double hopMs) =>
        Play(new TruthSettings { Sessions = 200, HopMs = hopMs, Twice = true, OutageSeconds = 60 });

    // An orchestration hears the first answer only. The second copy of its question was admitted as the probe, and everybody waited for that verdict.
    [Fact]
    public void What_comes_twice_keeps_nobody_away()
    {
        var world = Play(new TruthSettings { Sessions = 20, HopMs = 500, Twice = true, OutageSeconds = 60 });

        Assert.InRange(world.Recovered(1), TimeSpan.Zero, TimeSpan.FromSeconds(25));
    }

    // The question came after two minutes, when its session was attached and the gate had forgotten its webhook: every twentieth slot went to nobody.
    [Fact]
    public void A_question_that_is_out_of_date_is_given_nothing()
    {
        var world = Play(new TruthSettings { OutageSeconds = 240 });

        Assert.Equal(0, world.SlotsForNobody);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Verdicts_that_never_come_keep_nobody_away(double share)
    {
        var world = Play(new TruthSettings { Sessions = 200, HopMs = 20, LostVerdicts = share, OutageSeconds = 120 });

        Assert.NotEqual(0, world.VerdictsLost);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void It_holds_whatever_the_dice_say(int seed) =>
        Play(new TruthSettings { Sessions = 150, Seed = seed, HopMs = 50 * seed, Twice = seed % 2 == 0, LostVerdicts = 0.05 * seed, OutageSeconds = 15 * seed });

    [Theory]
    [InlineData(20, false)]
    [InlineData(100, true)]
    [InlineData(500, true)]
    public void A_pace_that_is_learned_keeps_every_rule_and_is_as_fast_as_the_fixed_one(double hopMs, bool twice)
    {
        var settings = new TruthSettings { Sessions = 400, HopMs = hopMs, AttachMs = 300, AnswerMs = 50, Twice = twice, OutageSeconds = 60 };
        var learned = Play(settings with { Policy = Policy.Default with { PaceCeiling = 200 } });
        var kept = Play(settings with { Policy = Policy.Default with { PaceCeiling = 0 } }).Recovered(0.95);

        // Where each message takes half a second, a round takes as long as all sessions do.
        Assert.InRange(learned.Recovered(0.95), TimeSpan.Zero, hopMs < 500 ? kept : (kept * 1.1) + TimeSpan.FromSeconds(1));
        Assert.Equal(0, learned.SlotsForNobody);
    }

    TruthWorld Play(TruthSettings settings)
    {
        var world = TruthWorld.Play(settings);
        output.WriteLine(
            $"hop {settings.HopMs} ms, away {settings.OutageSeconds} s, attach {settings.AttachMs} ms, answer {settings.AnswerMs} ms: " +
            $"half after {world.Recovered(0.5).TotalSeconds:F1} s, 95 % after {world.Recovered(0.95).TotalSeconds:F1} s, " +
            $"all after {world.Recovered(1).TotalSeconds:F1} s; asked {world.Gate.Tally.Asked} times; {world.VerdictsLost} verdicts lost, {world.SlotsForNobody} slots for nobody");
        return world;
    }
}

using FsCheck;
using FsCheck.Xunit;

namespace Lifecycle.Tests.Schedules;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(0, 0.0, 1_000)]
    [InlineData(0, 0.5, 2_000)]
    [InlineData(1_000, 0.999999999, 3_000)]
    [InlineData(5_000, 0.0, 1_000)]
    [InlineData(5_000, 0.5, 8_000)]
    [InlineData(30_000, 0.5, 15_500)]
    public void NextMs_FromPreviousAndRandom_IsDecorrelated(double previous, double random, double expected) =>
        Assert.Equal(expected, Backoff.NextMs(previous, 1_000, 30_000, random), 0.001);

    [Fact]
    public void NextMs_AtTheCap_StillSpreads()
    {
        // A cap that is applied after the jitter leaves most of a fleet waiting exactly the cap: it comes back as one.
        var delays = new double[5_000];
        for (var session = 0; session < delays.Length; session++)
        {
            for (var attempt = 1; attempt <= 12; attempt++)
            {
                var random = StableHash.Uniform(new AppSessionId($"s{session}", "p"), "r1", attempt);
                delays[session] = Backoff.NextMs(delays[session], 1_000, 30_000, random);
            }
        }

        Assert.True(delays.Count(d => d > 29_900) < delays.Length / 50);
        var fullest = delays.GroupBy(d => (int)(d / 1_000)).Max(bucket => bucket.Count());
        Assert.True(fullest < delays.Length / 10, $"{fullest} of {delays.Length} sessions wait within the same second");
    }

    [Property(MaxTest = 200)]
    public void NextMs_AtAnyCap_SpreadsEvenlyBetweenBaseAndCap(PositiveInt @base, PositiveInt times, int run)
    {
        var (least, cap) = (@base.Get * 100, @base.Get * 100 * (1 + times.Get));
        var delays = Enumerable.Range(0, 1_000)
            .Select(n => Backoff.NextMs(cap, least, cap, StableHash.Uniform(new AppSessionId($"s{n}", "p"), $"r{run}", 9))).Order().ToList();
        var share = delays.Select(delay => (delay - least) / (cap - least)).ToList();
        Assert.InRange(share[250], 0.15, 0.35);
        Assert.InRange(share[500], 0.40, 0.60);
        Assert.InRange(share[750], 0.65, 0.85);
    }

    [Property]
    public void NextMs_AnyInput_StaysBetweenBaseAndCap(PositiveInt @base, PositiveInt extra, PositiveInt previous, NormalFloat seed)
    {
        var random = Math.Abs(seed.Get) % 1;
        var cap = @base.Get + extra.Get;
        Assert.InRange(Backoff.NextMs(previous.Get, @base.Get, cap, random), @base.Get, cap);
    }

    [Fact]
    public void InitialMs_OverManySessions_CoversTheSpread()
    {
        var delays = Enumerable.Range(0, 1_000)
            .Select(n => Backoff.InitialMs(2_000, StableHash.Uniform(new AppSessionId($"s{n}", "p"), "r1", 0))).ToList();
        Assert.InRange(delays.Min(), 0, 50);
        Assert.InRange(delays.Max(), 1_950, 2_000);
    }
}

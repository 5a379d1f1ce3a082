using static Lifecycle.Tests.Apps.GateWalk;

namespace Lifecycle.Tests.Apps;

public sealed class BreakerTests
{
    static Breaker Counted(Breaker breaker, int successes, int failures, double atMs)
    {
        for (var i = 0; i < Math.Max(successes, failures); i++)
        {
            breaker = i < failures ? breaker.Counting(false, At(atMs), Policy.Default) : breaker;
            breaker = i < successes ? breaker.Counting(true, At(atMs), Policy.Default) : breaker;
        }

        return breaker;
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void ShouldOpen_AfterSoManyFailuresInARow(int failures, bool opens) =>
        Assert.Equal(opens, Counted(new Breaker(), 0, failures, 0).ShouldOpen(Policy.Default));

    [Theory]
    [InlineData(9, 9, false)]
    [InlineData(10, 10, true)]
    [InlineData(11, 10, false)]
    public void ShouldOpen_AtHalfOfAtLeastTwenty(int successes, int failures, bool opens) =>
        Assert.Equal(opens, Counted(new Breaker(), successes, failures, 0).ShouldOpen(Policy.Default));

    [Fact]
    public void Counting_ForgetsWhatIsOlderThanTheWindow()
    {
        var old = Counted(new Breaker(), 10, 10, 0);
        Assert.True(old.ShouldOpen(Policy.Default));
        Assert.False(old.Counting(true, At(61_000), Policy.Default).ShouldOpen(Policy.Default));
        Assert.Single(old.Counting(true, At(61_000), Policy.Default).Window);
    }

    [Fact]
    public void Counting_KeepsNoMoreThanTheWindowsBuckets()
    {
        var breaker = new Breaker();
        for (var ms = 0; ms < 600_000; ms += 500)
        {
            breaker = breaker.Counting(ms % 1_000 == 0, At(ms), Policy.Default);
        }

        Assert.InRange(breaker.Window.Length, 9, 10);
        Assert.InRange(breaker.Window.Sum(b => b.Successes + b.Failures), 100, 120);
    }

    [Fact]
    public void Opened_WaitsForTheFloorOrItsShareOfTheOutage()
    {
        Assert.Equal(At(3_000), new Breaker().Opened(At(-6_000), At(0), Policy.Default).NextProbeAt);
        Assert.Equal(At(5_000), new Breaker().Opened(At(-100_000), At(0), Policy.Default).NextProbeAt);
    }

    [Fact]
    public void Probing_CountsTheSpacingFromTheProbesStart()
    {
        var probing = Open().Breaker.Probing(new Flight("p", At(94_000)), At(-6_000), Policy.Default);
        Assert.Equal(At(94_000 + 5_000), probing.NextProbeAt);
    }
}

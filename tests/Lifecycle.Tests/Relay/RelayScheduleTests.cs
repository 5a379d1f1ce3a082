namespace Lifecycle.Tests.Relay;

public sealed class RelayScheduleTests
{
    static List<double> Looks(double patienceMs)
    {
        var (at, looks) = (TimeSpan.Zero, new List<double>());
        while (RelaySchedule.NextLook(at, TimeSpan.FromMilliseconds(patienceMs)) is { } wait)
        {
            at += wait;
            looks.Add(at.TotalMilliseconds);
        }

        return looks;
    }

    [Fact]
    public void Looks_AreFewAndEndWithTheTime()
    {
        var looks = Looks(5_000);
        Assert.Equal(150, looks[0]);
        Assert.InRange(looks.Count, 8, 11);
        Assert.Equal(5_000, looks[^1], 1.0);
        Assert.All(looks.Zip(looks.Skip(1), (a, b) => b - a), gap => Assert.InRange(gap, 1, 1_000));
        Assert.InRange(Looks(60_000).Count, 60, 70);
    }

    [Fact]
    public void NextLook_OfLessThanATimerKnows_IsNone()
    {
        Assert.Null(RelaySchedule.NextLook(TimeSpan.FromMilliseconds(99.5), TimeSpan.FromMilliseconds(100)));
        Assert.Null(RelaySchedule.NextLook(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData(5_000, false, 5_000)]
    [InlineData(5_000, true, 2_500)]
    [InlineData(800, true, 500)]
    [InlineData(300, true, 300)]
    [InlineData(-5, false, -5)]
    public void Patience_IsHalfOfWhatIsLeft_WhereThereAreOthers(double leftMs, bool others, double expectedMs) =>
        Assert.Equal(expectedMs, RelaySchedule.PatienceOf(TimeSpan.FromMilliseconds(leftMs), others).TotalMilliseconds);

    [Theory]
    [InlineData(5_000, 4_750)]
    [InlineData(500, 250)]
    [InlineData(100, 50)]
    public void TimeOf_ADelivery_EndsBeforeItsCallersTime(double timeoutMs, double expectedMs) =>
        Assert.Equal(expectedMs, RelaySchedule.TimeOf(TimeSpan.FromMilliseconds(timeoutMs)).TotalMilliseconds);

    [Theory]
    [InlineData(2_375, 2_375, 4_750, true)]
    [InlineData(3_000, 2_375, 4_750, true)]
    [InlineData(2_374.5, 2_375, 4_750, true)] // timers know no less
    [InlineData(2_370, 2_375, 4_750, false)]
    [InlineData(200, 200, 4_750, false)] // what was left
    [InlineData(500, 500, 4_750, true)]
    [InlineData(50, 50, 50, true)] // it was given no more from the beginning
    [InlineData(10, 10, 50, false)]
    public void IsSilent_OfOneThatHadItsTime_AndOfNoOther(double waitedMs, double patienceMs, double wholeMs, bool expected) =>
        Assert.Equal(expected, RelaySchedule.IsSilent(
            TimeSpan.FromMilliseconds(waitedMs), TimeSpan.FromMilliseconds(patienceMs), TimeSpan.FromMilliseconds(wholeMs)));
}

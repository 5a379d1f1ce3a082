namespace Lifecycle.Tests.Schedules;

public sealed class HealthScheduleTests
{
    static readonly DateTimeOffset from = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 2_000)]
    [InlineData(600, 2_000)]
    [InlineData(601, 6_010)]
    [InlineData(3_600, 36_000)]
    [InlineData(6_001, 60_000)]
    [InlineData(1_000_000, 60_000)]
    public void SpacingMs_IsTwoSecondsWithinTheHorizonAndThenAShareOfTheAge(double ageSeconds, int expected) =>
        Assert.Equal(expected, HealthSchedule.SpacingMs(TimeSpan.FromSeconds(ageSeconds), Policy.Default));

    [Theory]
    [InlineData(2_000, 10)]
    [InlineData(6_010, 3)]
    [InlineData(36_000, 1)]
    public void TriesFor_IsARoundOfTwentySeconds(int spacingMs, int tries) => Assert.Equal(tries, HealthSchedule.TriesFor(spacingMs));

    // Capped first and jittered after: at the longest spacing apps do not fall into step.
    [Fact]
    public void WaitMs_AtTheLongestSpacing_StillSpreads()
    {
        var waits = new[] { 0, 0.4, 0.6, 0.999 }.Select(random => HealthSchedule.WaitMs(60_000, random));
        Assert.Equal([45_000, 57_000, 63_000, 74_970], waits);
    }

    [Fact]
    public void DueAt_IsTheSameEachTime_AndGrowsByTheSpacing()
    {
        var order = new HealthOrder(from, 2_000, 10);
        var due = Enumerable.Range(0, 10).Select(n => HealthSchedule.DueAt(order, "p", "hw_1|1", n)).ToList();
        Assert.Equal(from, due[0]);
        Assert.Equal(due, Enumerable.Range(0, 10).Select(n => HealthSchedule.DueAt(order, "p", "hw_1|1", n)));
        Assert.All(due.Zip(due.Skip(1), (a, b) => (b - a).TotalMilliseconds), gap => Assert.InRange(gap, 1_500, 2_500));
        Assert.True(due[^1] + HealthSchedule.Timeout <= HealthSchedule.EndOf(order));
        Assert.NotEqual(due[1], HealthSchedule.DueAt(order, "q", "hw_1|1", 1));
    }

    [Fact]
    public void UncalledWait_IsAShareOfTheTimeWaited() => Assert.Equal(TimeSpan.FromSeconds(5), HealthSchedule.UncalledWait(TimeSpan.FromSeconds(100)));

    [Fact]
    public void Over_HasNoQuestions() => Assert.True(HealthOrder.Over.IsOver);
}

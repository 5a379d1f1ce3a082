namespace Lifecycle.Tests.Schedules;

public sealed class AskAgainScheduleTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(6, 160)]
    [InlineData(7, 300)]
    [InlineData(AskAgainSchedule.Tries - 1, 300)]
    public void NextTry_AfterTries_DoublesUpToFiveMinutes(int tried, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), AskAgainSchedule.NextTry(tried));

    [Fact]
    public void NextTry_AfterTheLast_IsNone() => Assert.Null(AskAgainSchedule.NextTry(AskAgainSchedule.Tries));

    [Fact]
    public void NextTry_OverAllTries_LastsAboutADay()
    {
        var all = Enumerable.Range(1, AskAgainSchedule.Tries - 1).Sum(tried => AskAgainSchedule.NextTry(tried)!.Value.TotalHours);
        Assert.InRange(all, 23.5, 24.5);
    }
}

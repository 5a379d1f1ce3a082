using System.Globalization;
using Lifecycle.Local.FunctionsSdk.Hosting.Timers;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class CronScheduleTests
{
    [Theory]
    [InlineData("*/15 * * * * *", "2026-01-01T00:00:00.2", "2026-01-01T00:00:15")]
    [InlineData("*/15 * * * * *", "2026-01-01T00:00:15", "2026-01-01T00:00:30")]
    [InlineData("*/15 * * * * *", "2026-12-31T23:59:46", "2027-01-01T00:00:00")]
    [InlineData("0 */5 * * * *", "2026-01-01T00:04:59", "2026-01-01T00:05:00")]
    [InlineData("*/5 * * * *", "2026-01-01T00:04:59", "2026-01-01T00:05:00")]
    [InlineData("0 30 9-17 * * MON-FRI", "2026-01-02T17:30:00", "2026-01-05T09:30:00")]
    [InlineData("0 0 0 29 FEB *", "2026-01-01T00:00:00", "2028-02-29T00:00:00")]
    [InlineData("0 0 0 * * 0", "2026-01-01T00:00:00", "2026-01-04T00:00:00")]
    [InlineData("0 0 0 * * 7", "2026-01-01T00:00:00", "2026-01-04T00:00:00")]
    [InlineData("0 0 0 31 * *", "2026-04-01T00:00:00", "2026-05-31T00:00:00")]
    [InlineData("10,20,40/10 0 0 1 1 *", "2026-01-01T00:00:20", "2026-01-01T00:00:40")]
    [InlineData("10,20,40/10 0 0 1 1 *", "2026-01-01T00:00:50", "2027-01-01T00:00:10")]
    public void Next_AfterAMoment_IsTheFirstThatFits(string cron, string after, string next)
    {
        Assert.True(CronSchedule.TryParse(cron, out var schedule));
        Assert.Equal(At(next), schedule.Next(At(after)));
    }

    [Fact]
    public void Next_OfADateThatNeverComes_IsNull()
    {
        Assert.True(CronSchedule.TryParse("0 0 0 30 2 *", out var schedule));
        Assert.Null(schedule.Next(At("2026-01-01T00:00:00")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("* * 24 * * *")]
    [InlineData("* * * 0 * *")]
    [InlineData("* * * * 13 *")]
    [InlineData("* * * * * 8")]
    [InlineData("*/0 * * * * *")]
    [InlineData("5-1 * * * * *")]
    [InlineData("-1 * * * * *")]
    [InlineData("a * * * * *")]
    [InlineData("1,, * * * * *")]
    public void TryParse_OfSomethingElse_Refuses(string cron) => Assert.False(CronSchedule.TryParse(cron, out _));

    static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

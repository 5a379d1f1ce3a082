namespace Lifecycle.Tests.Schedules;

public sealed class NoticeScheduleTests
{
    static readonly WebhookResult away = WebhookResult.FromStatus(502);

    [Theory]
    [InlineData(200)]
    [InlineData(410)]
    [InlineData(400)]
    public void NextTry_AfterAFinalAnswer_IsNone(int status) =>
        Assert.Null(NoticeSchedule.NextTry(1, NoticeSchedule.OwnerTries, WebhookResult.FromStatus(status), 0));

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    [InlineData(5, 33)]
    [InlineData(20, 3_600)]
    public void NextTry_DoublesUpToAnHour(int tried, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), NoticeSchedule.NextTry(tried, NoticeSchedule.OwnerTries, away, 0));
        Assert.InRange(NoticeSchedule.NextTry(tried, NoticeSchedule.OwnerTries, away, 0.999)!.Value.TotalSeconds, seconds * 1.24, seconds * 1.25);
    }

    [Fact]
    public void NextTry_WhenSomethingOfOursFailed_IsAsForAnAbsentReceiver() =>
        Assert.Equal(TimeSpan.FromSeconds(3), NoticeSchedule.NextTry(1, NoticeSchedule.StopTries, null, 0));

    [Fact]
    public void NextTry_HonoursRetryAfter_UpToAnHour()
    {
        Assert.Equal(TimeSpan.FromSeconds(40), NoticeSchedule.NextTry(1, 3, WebhookResult.FromStatus(503, TimeSpan.FromSeconds(40)), 0));
        Assert.Equal(TimeSpan.FromHours(1), NoticeSchedule.NextTry(1, 3, WebhookResult.FromStatus(503, TimeSpan.FromDays(40)), 0));
    }

    [Fact]
    public void NextTry_WhenTheTriesAreUsedUp_IsNone() => Assert.Null(NoticeSchedule.NextTry(3, NoticeSchedule.StopTries, away, 0));

    [Fact]
    public void OwnerTries_LastForMoreThanADay() => Assert.True(
        Enumerable.Range(1, NoticeSchedule.OwnerTries).Sum(n => NoticeSchedule.NextTry(n, NoticeSchedule.OwnerTries, away, 0)?.TotalHours ?? 0) > 24);
}

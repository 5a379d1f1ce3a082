namespace Lifecycle.Tests.Schedules;

public sealed class TimerAlignmentTests
{
    static readonly DateTimeOffset now = Walk.Start;

    [Theory]
    [InlineData(6_000, 6_075)]
    [InlineData(5_001, 6_075)]
    [InlineData(10, 1_075)]
    [InlineData(0, 75)]
    [InlineData(-500, 75)]
    public void SignalAt_OnAzureStorage_RoundsUpToWholeSecondsAndAMargin(double dueMs, double expectedMs) =>
        Assert.Equal(
            now.AddMilliseconds(expectedMs), TimerAlignment.SignalAt(now.AddMilliseconds(dueMs), now, DurableBackend.AzureStorage));

    [Fact]
    public void SignalAt_OnAnExactBackend_IsTheDeadline() =>
        Assert.Equal(now.AddMilliseconds(1_234), TimerAlignment.SignalAt(now.AddMilliseconds(1_234), now, DurableBackend.Exact));

    [Theory]
    [InlineData(DurableBackend.Exact, 0)]
    [InlineData(DurableBackend.AzureStorage, 1_000)]
    public void WakeAt_IsPaddedWhereTimersComeEarly(DurableBackend backend, double padMs) =>
        Assert.Equal(now.AddMilliseconds(padMs), TimerAlignment.WakeAt(now, backend));
}

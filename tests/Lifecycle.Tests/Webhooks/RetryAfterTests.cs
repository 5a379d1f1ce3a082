namespace Lifecycle.Tests.Webhooks;

/// <summary>What apps ask for with Retry-After, and what they get of it.</summary>
public sealed class RetryAfterTests
{
    static readonly DateTimeOffset now = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    // 2^31 was no number of seconds and counted for nothing; a date in the year 9999 made every step of the run fail.
    [Theory]
    [InlineData("120", 120d)]
    [InlineData(" 7 ", 7d)]
    [InlineData("2147483648", 86_400d)]
    [InlineData("99999999999999999999999", 86_400d)]
    [InlineData("Thu, 01 Jan 2026 03:00:30 GMT", 30d)]
    [InlineData("Thursday, 01-Jan-26 03:00:30 GMT", 30d)]
    [InlineData("Thu Jan  1 03:00:30 2026", 30d)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 86_400d)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", null)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Read_UnderstandsSecondsAndDates(string? header, double? seconds) =>
        Assert.Equal(seconds, RetryAfter.Read(header, now)?.TotalSeconds);

    [Theory]
    [InlineData(null, 600, 0)]
    [InlineData(60_000d, 600, 60_000)]
    [InlineData(3_600_000d, 600, 200_000)]
    [InlineData(3_600_000d, 86_400, 300_000)]
    [InlineData(3_600_000d, -1, 0)]
    [InlineData(double.MaxValue, 30, 10_000)]
    public void GrantedMs_LeavesTwoMoreTries_AndNeverExceedsFiveMinutes(double? askedMs, double leftSeconds, double granted) =>
        Assert.Equal(granted, RetryAfter.GrantedMs(askedMs, TimeSpan.FromSeconds(leftSeconds)));

    [Fact]
    public void RetryAfterMs_ThatWasStoredBeforeItHadAnEnd_CanBeReckonedWith() =>
        Assert.Equal(86_400_000, new WebhookResult(WebhookVerdict.ComingBack, "http_503", 2.5e17).RetryAfterMs);
}

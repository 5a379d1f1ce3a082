namespace Lifecycle.Tests.Schedules;

public sealed class CrashLoopTests
{
    [Theory]
    [InlineData(2, 17_000, 20_000)]
    [InlineData(3, 34_000, 40_000)]
    [InlineData(6, 272_000, 320_000)]
    [InlineData(7, 510_000, 600_000)]
    [InlineData(int.MaxValue, 510_000, 600_000)]
    public void WaitMs_AfterSoManyShortLives_DoublesUpToTheCapAndIsStretchedAfterThat(int times, double least, double most)
    {
        Assert.Equal(least, CrashLoop.WaitMs(times, Policy.Default, 0), 1e-6);
        Assert.Equal(most, CrashLoop.WaitMs(times, Policy.Default, 1), 1e-6);
    }

    // The start, the restart after the first loss, and then one after each wait: a life that ends at once costs its grace window all the same.
    [Theory]
    [InlineData(6_000)]
    [InlineData(9_000)]
    public void WaitMs_OfAppsThatNeverStay_AdmitsTwelveWebhooksInAnHour(int lifeMs)
    {
        var at = 0.0;
        var webhooks = new List<double> { 0 };
        for (var times = 1; at < 7_200_000; times++)
        {
            at += lifeMs + (times < CrashLoop.FromTimes ? 0 : CrashLoop.WaitMs(times, Policy.Default, 0));
            webhooks.Add(at);
        }

        Assert.InRange(webhooks.Count(webhook => webhook <= 3_600_000), 11, 12);
    }

    [Fact]
    public void QuietAfter_ByDefault_IsLongerThanTheLongestWait() =>
        Assert.InRange(CrashLoop.QuietAfter(Policy.Default), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(25));
}

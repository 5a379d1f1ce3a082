namespace Lifecycle.Tests.Schedules;

public sealed class ProbeScheduleTests
{
    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Theory]
    [InlineData(0, 3_000)]
    [InlineData(59, 3_000)]
    [InlineData(120, 6_000)]
    [InlineData(600, 30_000)]
    public void SpacingMs_IsTheFloorOrAShareOfTheAge(double ageSeconds, double spacing) =>
        Assert.Equal(spacing, ProbeSchedule.SpacingMs(Seconds(ageSeconds), Policy.Default), 6);

    [Fact]
    public void NextMs_PastTheHorizon_DoublesUpToTheCap()
    {
        var (spacing, age, probes) = (90_000.0, 600.0, 0);
        while (age < 7 * 86_400)
        {
            (age, probes) = (age + (spacing / 1_000), probes + 1);
            spacing = ProbeSchedule.NextMs(spacing, Seconds(age), Policy.Default);
        }

        Assert.Equal(86_400_000, spacing);
        Assert.InRange(probes, 10, 18);
    }

    [Fact]
    public void NextMs_WhenNobodyWantedAProbeForLong_GrowsAllTheSame() =>
        Assert.Equal(3_000_000, ProbeSchedule.NextMs(90_000, Seconds(3_600), Policy.Default), 6);

    [Fact]
    public void NextMs_FindsAnAppAgainWithinItsShareOfTheTimeItWasAway()
    {
        for (var age = 8.0; age < 600;)
        {
            var next = age + (ProbeSchedule.NextMs(0, Seconds(age), Policy.Default) / 1_000);
            Assert.True(next - age <= Math.Max(3, age * 0.05) + 0.001, $"after {age:0.0} s the next probe is at {next:0.0} s");
            age = next;
        }
    }
}

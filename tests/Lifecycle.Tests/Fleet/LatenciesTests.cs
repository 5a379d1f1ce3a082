using FsCheck;
using FsCheck.Xunit;

namespace Lifecycle.Tests.Fleet;

public sealed class LatenciesTests
{
    [Property]
    public void At_OfManyDurations_IsRightWithinTwelvePercent(PositiveInt[] some)
    {
        var durations = some.Select(one => 12.0 + one.Get * 7).Order().ToArray();
        var latencies = Latencies.Of(durations.Select(ms => TimeSpan.FromMilliseconds(ms)));
        foreach (var share in new[] { 0.5, 0.95, 1 })
        {
            if (durations.Length == 0)
            {
                Assert.Null(latencies.At(share));
                continue;
            }

            var truth = durations[(int)Math.Ceiling(share * durations.Length) - 1];
            Assert.InRange(latencies.At(share)!.Value, (0.88 * truth) - 1, (1.12 * truth) + 1);
        }
    }

    [Property]
    public void With_OfTwoParts_IsTheWhole(PositiveInt[] one, PositiveInt[] other)
    {
        static Latencies Of(IEnumerable<PositiveInt> some) => Latencies.Of(some.Select(ms => TimeSpan.FromMilliseconds(ms.Get)));
        Assert.Equal(Of(one.Concat(other)), Of(one).With(Of(other)));
    }

    [Fact]
    public void Of_WhatIsBeyondItsSizes_CountsAsTheNearest()
    {
        var latencies = Latencies.Of([TimeSpan.Zero, TimeSpan.FromMilliseconds(-5), TimeSpan.FromDays(2)]);
        Assert.Equal([0, 2, 55, 1], latencies.Counts.ToArray());
        Assert.InRange(latencies.At(1)!.Value, 1_000_000, 3_000_000);
    }
}

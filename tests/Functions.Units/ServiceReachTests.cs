using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Fleet;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Functions.Units;

public sealed class ServiceReachTests
{
    static readonly DateTimeOffset begin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider time = new(begin);
    readonly SetWatch watch = new();
    readonly ServiceReach reach;

    public ServiceReachTests() => reach = new(watch, time);

    [Fact]
    public async Task LookAsync_WithinTenSeconds_SharesWhatWasSeen()
    {
        for (var second = 0; second < 25; second++)
        {
            Assert.True((await reach.LookAsync(CancellationToken.None)).Open);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, watch.Looks);
    }

    // The watch looks by itself then.
    [Fact]
    public async Task LookAsync_WhileTheServiceIsAway_LooksNoMore()
    {
        watch.Last = new ServiceSight(Open: false, begin) { AwaySince = begin };
        Assert.True((await reach.LookAsync(CancellationToken.None)).IsOutOfReach);
        Assert.Equal(0, watch.Looks);
    }

    // An instance behind a firewall, while the apps get through.
    [Fact]
    public async Task LookAsync_WhereAppsProveThatTheServiceIsThere_IsNotOutOfReach()
    {
        watch.Last = new ServiceSight(Open: false, begin.AddSeconds(9)) { AwaySince = begin, ProvenFrom = begin.AddSeconds(5), ProvenAt = begin.AddSeconds(7) };
        var sight = await reach.LookAsync(CancellationToken.None);
        Assert.False(sight.IsOutOfReach);
        Assert.Equal(new CanaryView(true, begin.AddSeconds(5), begin.AddSeconds(9)), CanaryView.Of(sight, reach.SeenAt));
    }

    [Fact]
    public void CanaryView_OfEachSight_SaysSinceWhen()
    {
        Assert.Equal(new CanaryView(null, null, null), CanaryView.Of(ServiceSight.Unknown, null));
        Assert.Equal(new CanaryView(true, null, begin), CanaryView.Of(new ServiceSight(Open: true), begin));
        Assert.Equal(new CanaryView(true, begin, begin.AddSeconds(9)), CanaryView.Of(new ServiceSight(Open: true, begin), begin.AddSeconds(9)));
        Assert.Equal(new CanaryView(false, begin, begin.AddSeconds(5)), CanaryView.Of(new ServiceSight(Open: false, begin.AddSeconds(5)) { AwaySince = begin }, begin.AddSeconds(1)));
    }
}

using System.Text.Json;

namespace Lifecycle.Tests.State;

public sealed class LifeTests
{
    static readonly Life begun = Life.None.Next(Walk.Start);

    [Fact]
    public void Ended_BeforeItWasStable_CountsOnce()
    {
        var ended = begun.Ended(Walk.Start.AddMilliseconds(59_999), 60_000);
        Assert.Equal((1, true), (ended.Short, ended.Counted));
        Assert.Equal(1, ended.Ended(Walk.Start.AddMilliseconds(59_999), 60_000).Short);
        Assert.Equal((2, true), (ended.Next(Walk.Start).Ended(Walk.Start, 60_000).Short, ended.Next(Walk.Start).Ended(Walk.Start, 60_000).IsLooping));
    }

    [Fact]
    public void Ended_OnceItWasStable_EndsTheRow() =>
        Assert.Equal(0, (begun with { Short = 5 }).Ended(Walk.Start.AddMilliseconds(60_000), 60_000).Short);

    [Fact]
    public void Ended_OfNoLife_IsNothing() => Assert.Equal(Life.None, Life.None.Ended(Walk.Start, 60_000));

    [Fact]
    public void Over_KeepsTheRowAlone()
    {
        Assert.Equal(new Life { Short = 3 }, (begun with { Short = 3, StableAt = Walk.Start, Counted = true }).Over());
        Assert.Equal(Life.None, begun.Over());
    }

    [Fact]
    public void Life_RoundTrips_AndAnOrdinaryOneIsSmall()
    {
        var looping = begun with { Short = 3, StableAt = Walk.Start, Counted = true };
        Assert.Equal(looping, JsonSerializer.Deserialize<Life>(JsonSerializer.Serialize(looping)));
        Assert.Equal("""{"BeganAt":"2026-01-01T00:00:00+00:00"}""", JsonSerializer.Serialize(begun));
    }
}

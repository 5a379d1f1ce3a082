using FsCheck.Xunit;

namespace Lifecycle.Tests.Schedules;

public sealed class PacerTests
{
    static List<DateTimeOffset> Slots(IEnumerable<double> askMs, int perSecond, int burst)
    {
        var (next, slots) = (Walk.Start, new List<DateTimeOffset>());
        foreach (var ms in askMs)
        {
            (var slot, next) = Pacer.Take(next, Walk.Start.AddMilliseconds(ms), perSecond, burst);
            slots.Add(slot);
        }

        return slots;
    }

    [Fact]
    public void Take_AllAtOnceWithoutABurst_AreEvenlySpaced()
    {
        var slots = Slots(Enumerable.Repeat(0.0, 100), 20, 1);
        Assert.Equal(Enumerable.Range(0, 100).Select(n => Walk.Start.AddMilliseconds(50 * n)), slots);
    }

    [Fact]
    public void Take_AfterAQuietTime_LetsABurstGoAndThenThePace()
    {
        var slots = Slots(Enumerable.Repeat(10_000.0, 40), 20, 20);
        Assert.Equal(20, slots.Count(slot => slot == Walk.Start.AddSeconds(10)));
        Assert.Equal(Walk.Start.AddMilliseconds(10_000 + (20 * 50)), slots[39]);
    }

    [Fact]
    public void Take_WhoeverAsksAfterItsSlot_GoesAtOnce() =>
        Assert.Equal([Walk.Start.AddMilliseconds(100), Walk.Start.AddMilliseconds(900)], Slots([100, 900], 20, 1));

    [Property(MaxTest = 500)]
    public void Take_InEveryWindow_GivesNoMoreThanBurstAndPace(ushort[] gaps, byte burst, byte pace)
    {
        var (perSecond, most) = (1 + (pace % 50), 1 + (burst % 30));
        var ask = 0.0;
        var slots = Slots([.. gaps.Select(gap => ask += gap % 400)], perSecond, most);
        for (var first = 0; first < slots.Count; first++)
        {
            for (var last = first; last < slots.Count; last++)
            {
                var window = (slots[last] - slots[first]).TotalSeconds;
                Assert.True(last - first + 1 <= most + (window * perSecond) + 0.001, $"{last - first + 1} slots in {window} s");
            }
        }
    }
}

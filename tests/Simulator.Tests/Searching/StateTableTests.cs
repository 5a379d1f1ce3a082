using Lifecycle.Simulator.Searching;

namespace Lifecycle.Simulator.Tests.Searching;

public sealed class StateTableTests
{
    [Fact]
    public void Of_ManyKeys_NumbersThemInTheOrderInWhichTheyCame()
    {
        var table = new StateTable();
        for (var n = 0; n < 200_000; n++)
        {
            Assert.Equal(n, table.Of((ulong)n << 40, out var isNew));
            Assert.True(isNew);
        }

        Assert.Equal(7, table.Of(7UL << 40, out var isNewAgain));
        Assert.False(isNewAgain);
        Assert.Equal(200_000, table.Count);
        Assert.Equal(9UL << 40, table[9]);
    }
}

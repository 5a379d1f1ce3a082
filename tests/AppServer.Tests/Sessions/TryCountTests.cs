using Lifecycle.Sdk.Sessions;

namespace Lifecycle.Sdk.Tests.Sessions;

public class TryCountTests
{
    [Fact]
    public void Begin_MoreThanTheWireCounts_StaysAtTheHighestNumber()
    {
        var tries = new TryCount();
        for (var i = 0; i < TryCount.Most + 5; i++) tries.Begin();
        Assert.Equal(1_000_000, tries.Number);
    }

    [Fact]
    public void Acked_AfterTriesThatFailed_BeginsAnew()
    {
        var tries = new TryCount();
        tries.Begin();
        tries.ConnectRefused();
        tries.Begin();
        tries.Acked();
        tries.Begin();
        Assert.Equal((1, false), (tries.Number, tries.IsConnectRefused));
    }
}

using Lifecycle.Local.Durable;

namespace Lifecycle.DurableRuntime.Tests.Entities;

public sealed class StateCacheTests
{
    readonly StateCache states = new();

    [Fact]
    public void TryGet_WhatWasNeverStored_IsNotKnown() => Assert.False(states.TryGet("@e@1", out _));

    [Fact]
    public void TryGet_WhatWasStoredTwice_IsTheLater()
    {
        states.Committed([Storing("@e@1", "1"), Storing("@e@1", "2")]);
        Assert.True(states.TryGet("@e@1", out var state));
        Assert.Equal("2", state);
    }

    [Fact]
    public void TryGet_WhatWasDeleted_IsKnownToBeNothing()
    {
        states.Committed([Storing("@e@1", "1"), Storing("@e@1", null)]);
        Assert.True(states.TryGet("@e@1", out var state));
        Assert.Null(state);
    }

    [Fact]
    public void Committed_ByATransactionThatWasRefused_ChangesNothing()
    {
        var refused = Storing("@e@1", "1");
        refused.Refused = true;
        states.Committed([refused]);
        Assert.False(states.TryGet("@e@1", out _));
    }

    [Fact]
    public void Committed_MoreThanItHolds_ForgetsWhatWasStoredLongestAgo()
    {
        var large = new string('x', StateCache.MostCharacters / 3);
        states.Committed([Storing("@e@1", large), Storing("@e@2", large), Storing("@e@1", large), Storing("@e@3", large)]);
        Assert.Equal([true, false, true], new[] { "@e@1", "@e@2", "@e@3" }.Select(id => states.TryGet(id, out _)));
    }

    [Fact]
    public void Committed_OneStateThatIsTooLarge_IsNotHeld()
    {
        states.Committed([Storing("@e@1", new string('x', StateCache.MostCharacters + 1))]);
        Assert.False(states.TryGet("@e@1", out _));
    }

    static DurableTransaction Storing(string id, string? state)
    {
        var transaction = new DurableTransaction();
        transaction.SaveEntity(id, state, DateTimeOffset.UnixEpoch);
        return transaction;
    }
}

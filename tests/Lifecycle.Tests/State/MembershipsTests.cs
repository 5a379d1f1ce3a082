namespace Lifecycle.Tests.State;

public sealed class MembershipsTests
{
    static readonly DateTimeOffset joined = Walk.Start;
    static readonly SubscriptionSet none = SubscriptionSet.Empty;
    static readonly SubscriptionSet audio = none.ReplacedBy(["audio"]);
    static readonly SubscriptionSet both = audio.ReplacedBy(["audio", "text"]);
    static readonly SubscriptionSet video = both.ReplacedBy(["video"]);

    [Fact]
    public void AreInForce_UntilAnHourBeforeTheEndOfTheTtl()
    {
        var groups = Memberships.Of(joined);
        Assert.True(groups.AreInForce(joined.AddHours(71).AddTicks(-1)));
        Assert.False(groups.AreInForce(joined.AddHours(71)));
    }

    [Fact]
    public void AreInForce_WithSomethingToDo_Never()
    {
        Assert.False(Memberships.Unknown.AreInForce(joined));
        Assert.False((Memberships.Of(joined) with { Unleft = ["text"] }).AreInForce(joined));
        Assert.False(Memberships.Of(joined).Doubted([]).AreInForce(joined));
    }

    [Fact]
    public void Changed_OldAndNewTogether_AreAsOldAsTheOldest()
    {
        var later = joined.AddHours(5);
        Assert.Equal(joined, Memberships.Of(joined).Changed(audio, both, later).JoinedAt);
        Assert.Null(Memberships.Unknown.Changed(audio, both, later).JoinedAt);
    }

    [Fact]
    public void Changed_NothingOfTheOldKept_AreNew()
    {
        var later = joined.AddHours(5);
        Assert.Equal(later, Memberships.Of(joined).Changed(both, video, later).JoinedAt);
        Assert.Equal(later, Memberships.Unknown.Changed(none, audio, later).JoinedAt);
    }

    [Fact]
    public void Changed_ToAStreamThatCouldNotBeLeft_NoLongerLeavesIt()
    {
        var groups = Memberships.Unknown.Doubted(["text", "video"]);
        Assert.Equal(["text"], groups.Changed(audio, video, joined).Unleft.AsEnumerable());
        Assert.Equal(["video"], groups.Changed(audio, both, joined).Unleft.AsEnumerable());
    }

    [Fact]
    public void Doubted_RemembersNamesOnce_AndNoMoreThanASetCanHave()
    {
        var groups = Memberships.Of(joined).Doubted(["a", "b"]).Doubted(["b", "c"]);
        Assert.Equal(["a", "b", "c"], groups.Unleft.AsEnumerable());
        var full = groups.Doubted(Enumerable.Range(0, Identifiers.MaxStreams).Select(n => $"s{n}"));
        Assert.Equal((Identifiers.MaxStreams, "s0"), (full.Unleft.Length, full.Unleft[0]));
    }

    // An app may keep its state for a day and a grace window: with less left, it would come back to memberships that have ended.
    [Fact]
    public void Ttl_RenewedAtTheLatest_OutlastsTheLongestWindows()
    {
        var longest = Policy.Default with { ReconnectGraceMs = 120_000, RetentionMs = 86_400_000 };
        Assert.Empty(longest.Validate());
        Assert.NotEmpty((longest with { ReconnectGraceMs = longest.ReconnectGraceMs + 1 }).Validate());
        Assert.NotEmpty((longest with { RetentionMs = longest.RetentionMs + 1 }).Validate());
        var left = Memberships.Ttl - Memberships.Doubt - Lifecycle.Rules.RenewedUntil;
        Assert.True(left > TimeSpan.FromMilliseconds(longest.ReconnectGraceMs + longest.RetentionMs) + TimeSpan.FromHours(1));
    }
}

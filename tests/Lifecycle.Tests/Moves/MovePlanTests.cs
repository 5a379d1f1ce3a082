namespace Lifecycle.Tests.Moves;

public sealed class MovePlanTests
{
    static readonly MovePlan plan = new("m1", Walk.Start);

    static IEnumerable<AppSessionId> Sessions(int count) => Enumerable.Range(0, count).Select(n => new AppSessionId($"s{n}", "com.example.notes"));

    [Fact]
    public void OrderFor_AnAttachedSession_NamesItsConnectionAndASlotWithinTheWindow()
    {
        var slots = Sessions(1_000).Select(id => plan.OrderFor(id, Walk.Running(), Walk.Start)!).ToList();
        Assert.All(slots, order => Assert.Equal(("c1", (string?)null), (order.ConnectionId, order.Url)));
        Assert.All(slots, order => Assert.InRange(order.AfterMs, 0, MovePlan.DefaultWindowMs));
        // Spread over all of it: 1,000 of them leave no tenth with less than half of its share.
        Assert.All(Enumerable.Range(0, 10), tenth => Assert.True(slots.Count(order => order.AfterMs / 6_000 == tenth) > 50));
    }

    [Fact]
    public void OrderFor_ASessionThatIsReadLater_HasTheRestOfItsWait()
    {
        var (id, session) = (Walk.Id, Walk.Running());
        var atOnce = plan.OrderFor(id, session, Walk.Start)!.AfterMs;
        Assert.Equal(atOnce - 500, plan.OrderFor(id, session, Walk.Start.AddMilliseconds(500))!.AfterMs, 1d);
        Assert.Equal(0, plan.OrderFor(id, session, Walk.Start.AddHours(1))!.AfterMs);
    }

    // A host whose clock was behind would have told apps to wait for hours.
    [Fact]
    public void OrderFor_AClockThatWasSetBack_WaitsNoLongerThanTheWindow() =>
        Assert.Equal(MovePlan.DefaultWindowMs, plan.OrderFor(Walk.Id, Walk.Running(), Walk.Start.AddHours(-5))!.AfterMs);

    [Theory]
    [InlineData(AppState.Running, true)]
    [InlineData(AppState.GracePeriod, false)]
    [InlineData(AppState.Backoff, false)]
    [InlineData(AppState.Stopping, false)]
    [InlineData(AppState.None, false)]
    public void OrderFor_AState_IsOnlyThereWhereAnAppIsAttached(AppState state, bool told) =>
        Assert.Equal(told, plan.OrderFor(Walk.Id, Walk.In(state), Walk.Start) is not null);

    [Fact]
    public void OrderFor_AnAppThatSaidGoodbye_IsNone() =>
        Assert.Null(plan.OrderFor(Walk.Id, Walk.Running().On(new Released("c1")), Walk.Start));

    // One that was adopted stayed behind, and nobody said so.
    [Fact]
    public void OrderFor_AConnectionWithoutAName_GoesToTheUser()
    {
        var nameless = Walk.Running() with { Attachment = Walk.Running().Attachment! with { ConnectionId = null } };
        Assert.Null(plan.OrderFor(Walk.Id, nameless, Walk.Start)!.ConnectionId);
    }

    [Fact]
    public void OrderFor_AnotherApp_IsNone() =>
        Assert.Null((plan with { PackageName = "com.example.other" }).OrderFor(Walk.Id, Walk.Running(), Walk.Start));

    [Fact]
    public void OrderFor_ALargerShare_IncludesTheSmallerOne_AlsoOfAnotherPlan()
    {
        HashSet<AppSessionId> Meant(MovePlan of) => [.. Sessions(2_000).Where(id => of.OrderFor(id, Walk.Running(), Walk.Start) is not null)];
        var (five, thirty) = (Meant(plan with { Share = 5 }), Meant(new MovePlan("m2", Walk.Start.AddHours(1)) { Share = 30 }));
        Assert.InRange(five.Count, 60, 140);
        Assert.InRange(thirty.Count, 540, 660);
        Assert.Superset(five, thirty);
        Assert.Equal(2_000, Meant(plan).Count);
    }

    [Theory]
    [InlineData("https://b.example.com")]
    [InlineData("http://localhost:7071/lifecycle/")]
    [InlineData(null)]
    public void Validate_AGoodPlan_FindsNothing(string? url) =>
        Assert.Empty((plan with { Url = url, Share = 1, WindowMs = MovePlan.LongestWindowMs, PackageName = "com.example.notes" }).Validate());

    [Theory]
    [InlineData("b.example.com")]
    [InlineData("ftp://b.example.com")]
    [InlineData("https://user:secret@b.example.com")]
    [InlineData("https://b.example.com?code=secret")]
    [InlineData("https://b.example.com?")]
    [InlineData("https://b.example.com#here")]
    [InlineData("")]
    public void Validate_AnAddressThatIsNoBase_SaysSo(string url) => Assert.Equal(["url"], (plan with { Url = url }).Validate().Keys);

    [Fact]
    public void Validate_WhatIsOutOfRange_SaysEachOfIt()
    {
        Assert.Equal(["packageName", "share", "windowMs"], new MovePlan("m1", Walk.Start) { PackageName = "no:app", Share = 0, WindowMs = 999 }.Validate().Keys.Order());
        Assert.Equal(["share", "windowMs"], new MovePlan("m1", Walk.Start) { Share = 101, WindowMs = 3_600_001 }.Validate().Keys.Order());
    }
}

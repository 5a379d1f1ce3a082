namespace Lifecycle.Tests.Fleet;

public sealed class BulkPlanTests
{
    static readonly DateTimeOffset accepted = Walk.Start.AddMinutes(10);
    static readonly SessionBrief brief = new() { Id = Walk.Id, State = AppState.Running, Since = Walk.Start };

    static BulkPlan Plan(BulkAction action) => new("b1", action, new SessionFilter(), accepted);

    [Fact]
    public void Means_OfAStop_IsNotWhoWasStartedSince()
    {
        Assert.True(Plan(BulkAction.Stop).Means(brief with { StartAskedAt = accepted }));
        Assert.False(Plan(BulkAction.Stop).Means(brief with { StartAskedAt = accepted.AddTicks(1) }));
        Assert.True(Plan(BulkAction.Start).Means(brief with { StartAskedAt = accepted.AddTicks(1) }));
    }

    [Theory]
    [InlineData(AppState.Stopped)]
    [InlineData(AppState.Stopping)]
    public void Means_OfAStart_IsNotWhoWasStoppedSince(AppState state)
    {
        Assert.True(Plan(BulkAction.Start).Means(brief with { State = state, Since = accepted }));
        Assert.False(Plan(BulkAction.Start).Means(brief with { State = state, Since = accepted.AddTicks(1) }));
        Assert.True(Plan(BulkAction.Start).Means(brief with { State = AppState.Evicted, Since = accepted.AddTicks(1) }));
    }

    [Fact]
    public void Means_OfARevival_IsWhoWasGivenUpOrWaits()
    {
        Assert.True(Plan(BulkAction.Revive).Means(brief with { State = AppState.Evicted }));
        Assert.True(Plan(BulkAction.Revive).Means(brief with { State = AppState.Backoff, Attempt = 0 }));
        Assert.False(Plan(BulkAction.Revive).Means(brief));
    }

    [Fact]
    public void Means_OfAnyAction_NeedsTheFilter() =>
        Assert.False((Plan(BulkAction.Revive) with { Filter = new SessionFilter { States = [AppState.Evicted] } }).Means(brief));

    [Fact]
    public void WhyNot_OfAnAppThatIsNotRegistered_RefusesAllButAStop()
    {
        Assert.Equal(Reasons.AppNotRegistered, Why(BulkAction.Start, gate: null));
        Assert.Equal(Reasons.AppNotRegistered, Why(BulkAction.Revive, gate: null));
        Assert.Null(Why(BulkAction.Stop, gate: null));
    }

    [Fact]
    public void WhyNot_OfAnAppThatIsAwayForLong_RefusesAStartThatCanOnlyFail()
    {
        var away = new AppGate { Breaker = new Breaker { State = BreakerState.Open, OutageBegan = accepted.AddHours(-2), NextProbeAt = accepted.AddHours(1) } };
        Assert.Equal(Reasons.AppUnreachable, Why(BulkAction.Start, away, AppState.Evicted));
        Assert.Null(Why(BulkAction.Start, away)); // it runs
        Assert.Null(Why(BulkAction.Revive, away, AppState.Evicted));
        Assert.Null(Why(BulkAction.Start, AppGate.New, AppState.Evicted));
    }

    static string? Why(BulkAction action, AppGate? gate, AppState state = AppState.Running) =>
        Plan(action).WhyNot(brief with { State = state }, gate, accepted, Policy.Default);

    [Fact]
    public void WantsProbe_OfAProbeThatComesSoon_AsksForNoOther()
    {
        var away = new AppGate { Breaker = new Breaker { State = BreakerState.Open, NextProbeAt = accepted.AddHours(1) } };
        Assert.True(Plan(BulkAction.Revive).WantsProbe(away, accepted, Policy.Default));
        Assert.False(Plan(BulkAction.Start).WantsProbe(away, accepted, Policy.Default));
        Assert.False(Plan(BulkAction.Revive).WantsProbe(away, accepted.AddHours(1).AddMilliseconds(-Policy.Default.ProbeFloorMs), Policy.Default));
        Assert.False(Plan(BulkAction.Revive).WantsProbe(AppGate.New, accepted, Policy.Default));
    }

    [Fact]
    public void EventFor_OfTheSamePageTwice_IsOne()
    {
        var start = Plan(BulkAction.Start).EventFor(Policy.Default, accepted);
        var started = AppSession.None.On(start);
        Assert.Equal(Reasons.Duplicate, started.On(new StopRequested("bye"), 1_000).Decide(Plan(BulkAction.Start).EventFor(Policy.Default, accepted), 2_000).Outcome.Reason);
        var stopped = Walk.Running().On((Plan(BulkAction.Stop) with { Reason = "night" }).EventFor(null, accepted), 1_000);
        Assert.Equal((AppState.Stopping, Reasons.Duplicate), (stopped.State, stopped.Decide(Plan(BulkAction.Stop).EventFor(null, accepted), 1_500).Outcome.Reason));
        var revived = Walk.In(AppState.Evicted).On(Plan(BulkAction.Revive).EventFor(Policy.Default, accepted), 20_000);
        Assert.Equal((AppState.Starting, revived.Epoch), (revived.State, revived.On(Plan(BulkAction.Revive).EventFor(Policy.Default, accepted), 20_001).Epoch));
    }

    [Theory]
    [InlineData(0, 60_000, 0)]
    [InlineData(100, 0, 2_000)]
    [InlineData(100, 5_000, 12_000)]
    [InlineData(10, 100, 400)]
    [InlineData(100, 600_000, 60_000)]
    [InlineData(1, null, 60_000)]
    public void PauseAfter_OfAPage_GrowsWithWhatWasToldAndWithTheEnginesLag(int told, int? lagMs, int pauseMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(pauseMs), BulkPlan.PauseAfter(told, lagMs is { } lag ? TimeSpan.FromMilliseconds(lag) : null));
}

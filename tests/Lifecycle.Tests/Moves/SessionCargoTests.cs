using System.Text.Json;

namespace Lifecycle.Tests.Moves;

public sealed class SessionCargoTests
{
    [Theory]
    [InlineData(AppState.None)]
    [InlineData(AppState.Stopping)]
    [InlineData(AppState.Stopped)]
    public void Of_ASessionThatHasEnded_IsNone(AppState state) => Assert.Null(SessionCargo.Of(Walk.In(state), Walk.Start));

    [Theory]
    [InlineData(AppState.Starting)]
    [InlineData(AppState.Running)]
    [InlineData(AppState.GracePeriod)]
    [InlineData(AppState.Disconnected)]
    [InlineData(AppState.Resurrecting)]
    [InlineData(AppState.Backoff)]
    [InlineData(AppState.Dormant)]
    [InlineData(AppState.Evicted)]
    public void Of_AnyOtherSession_IsValidAndRoundTrips(AppState state)
    {
        var cargo = SessionCargo.Of(Walk.In(state), Walk.Start)!;
        Assert.Empty(cargo.Validate());
        var read = JsonSerializer.Deserialize<SessionCargo>(JsonSerializer.Serialize(cargo))!;
        Assert.Equal(JsonSerializer.Serialize(cargo), JsonSerializer.Serialize(read));
        Assert.Equal((cargo.Mailbox, cargo.Subscriptions), (read.Mailbox, read.Subscriptions));
    }

    [Fact]
    public void Of_ASessionWhoseStateIsNotKeptAnyMore_HasNone()
    {
        var evicted = Walk.In(AppState.Disconnected);
        Assert.Equal(["audio", "text"], SessionCargo.Of(evicted, Walk.Start.AddSeconds(30))!.Subscriptions.Names());
        Assert.Empty(SessionCargo.Of(evicted, Walk.Start.AddHours(3))!.Subscriptions.Streams);
    }

    [Fact]
    public void Validate_WhatNoInstallationSends_SaysEachOfIt()
    {
        var cargo = new SessionCargo
        {
            State = AppState.Stopped,
            Epoch = -1,
            CorrelationId = "no id",
            InstanceId = "",
            Replaced = ["a", "b", "c", "d", "e"],
            Subscriptions = new SubscriptionSet { Version = 1, Streams = [".."] },
            Mailbox = new Mailbox { LastSeq = 1, Kept = [new(2, Walk.Start, "1")] },
        };
        Assert.Equal(["correlationId", "epoch", "instanceId", "mailbox", "replaced", "state", "subscriptions"], cargo.Validate().Keys.Order());
    }

    [Fact]
    public void Validate_MessagesOutOfOrder_SaysSo()
    {
        var box = new Mailbox { LastSeq = 5, Kept = [new(3, Walk.Start, "1"), new(2, Walk.Start, "1")] };
        Assert.Equal(["mailbox"], (SessionCargo.Of(Walk.Running(), Walk.Start)! with { Mailbox = box }).Validate().Keys);
    }
}

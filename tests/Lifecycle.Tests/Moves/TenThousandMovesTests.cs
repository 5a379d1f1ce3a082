namespace Lifecycle.Tests.Moves;

/// <summary>What is promised of a move: 10,000 sessions to another installation, none unattached for longer than a second, nobody called.</summary>
public sealed class TenThousandMovesTests
{
    const int Sessions = 10_000;

    [Theory]
    [InlineData(60_000)]
    [InlineData(5_000)]
    public void Ten_thousand_sessions_move_and_none_is_unattached_or_called(int windowMs)
    {
        var world = new MoveWorld(seed: 7);
        world.Begin(Sessions);
        world.Move(windowMs);

        Assert.Equal(Sessions, world.Apps.Count);
        Assert.All(world.Apps, app =>
        {
            Assert.Equal((AppState.Running, AppState.None), (app.Other.Session.State, app.Old.Session.State));
            Assert.True(app.Resumed);
            Assert.Equal(["audio"], app.Other.Session.Subscriptions.Names());
            Assert.Equal((1L, 0), (app.Other.Session.Mailbox.LastSeq, app.Other.Session.Mailbox.Missed));
            Assert.True(app.Gap <= TimeSpan.FromSeconds(1));
            Assert.Equal((0, 0), (app.Old.Calls, app.Other.Calls));
        });

        // In slots and not as a crowd: no second has half as many again as its share.
        var fullest = world.Arrivals.GroupBy(at => at.ToUnixTimeSeconds()).Max(second => second.Count());
        Assert.True(fullest < Sessions * 1_500.0 / windowMs, $"{fullest} in one second");
    }
}

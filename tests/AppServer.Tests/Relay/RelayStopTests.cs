using Lifecycle.Sdk.Tests.Support;
using Lifecycle.Sdk.Webhooks;

namespace Lifecycle.Sdk.Tests.Relay;

/// <summary>A connection over which webhooks come is no longer needed, and something is still under way on it.</summary>
public class RelayStopTests
{
    static readonly Uri s_other = new("http://other.test");

    readonly RelayWorld _world = new();
    readonly TaskCompletionSource<WebhookAnswer> _handler = new();

    bool? _isFinished;

    public RelayStopTests()
    {
        _world.Handle = _ => _handler.Task;
        _world.Start();
    }

    RelayWorld.Socket First => _world.Sockets[0];

    // The sessions have moved to another Lifecycle, while the handler of a webhook still runs.
    void Move() => _world.Run(() => _world.Server.Relay!.Follow([s_other]));

    void Shutdown(double limitSeconds)
    {
        async Task ShutdownAsync() => _isFinished = await _world.Server.ShutdownAsync(ShutdownMode.Drain, TimeSpan.FromSeconds(limitSeconds));
        _world.Run(() => _ = ShutdownAsync());
    }

    // Lifecycle waited in vain for what the handler had answered, and another process was asked to do it once more.
    [Fact]
    public void A_link_that_stops_says_that_it_leaves_and_closes_after_the_answer()
    {
        _world.Run(() => First.Send(_world.Signed()));
        Move();
        _world.RunFor(2);
        Assert.Equal(["ready", "leaving"], First.Words);
        Assert.False(First.IsClosed);
        _world.Run(() => _handler.SetResult(WebhookAnswer.Accepted));
        Assert.Equal(202, Assert.Single(First.Answers).Status);
        Assert.True(_world.IsWithin(1, () => First.IsClosed));
        Assert.Empty(_world.Log.Warnings);
    }

    [Fact]
    public void A_handler_that_does_not_end_is_waited_for_no_longer_than_the_limit_of_the_stop()
    {
        _world.Run(() => First.Send(_world.Signed()));
        Move();
        _world.RunFor(4.5);
        Assert.False(First.IsClosed);
        Assert.True(_world.IsWithin(1, () => First.IsClosed));
        Assert.Empty(First.Answers);
    }

    [Fact]
    public void A_link_that_nothing_is_under_way_on_says_that_it_leaves_and_closes_at_once()
    {
        Move();
        Assert.True(_world.IsWithin(0.1, () => First.IsClosed));
        Assert.Equal(["ready", "leaving"], First.Words);
    }

    [Fact]
    public void A_link_that_is_not_open_yet_ends_at_once_and_warns_of_nothing()
    {
        _world.Answer = _ => new TaskCompletionSource().Task;
        Move(); // the new one is not heard
        _world.Run(() => _ = _world.Server.DisposeAsync());
        _world.RunFor(60);
        Assert.All(_world.Sockets, socket => Assert.True(socket.IsClosed));
        Assert.Equal(2, _world.Sockets.Count);
        Assert.Empty(_world.Log.Warnings);
    }

    // The handler had ended in time, and its answer was cut off on the way.
    [Fact]
    public void A_shutdown_closes_it_after_the_answer_has_gone_out()
    {
        var onItsWay = new TaskCompletionSource();
        _world.Answer = method => method == "answer" ? onItsWay.Task : Task.CompletedTask;
        _world.Run(() => First.Send(_world.Signed()));
        Shutdown(4);
        _world.Run(() => _handler.SetResult(WebhookAnswer.Accepted));
        _world.RunFor(1);
        Assert.Single(First.Answers);
        Assert.False(First.IsClosed);
        _world.Run(() => onItsWay.SetResult());
        Assert.True(_world.IsWithin(0.1, () => First.IsClosed && _isFinished == true));
        Assert.DoesNotContain(_world.Log.Lines, line => line.EventId == 1305);
    }

    [Fact]
    public void A_shutdown_whose_handlers_do_not_end_is_over_at_its_limit()
    {
        _world.Run(() => First.Send(_world.Signed()));
        Shutdown(2);
        _world.RunFor(1.9);
        Assert.Null(_isFinished);
        Assert.True(_world.IsWithin(0.3, () => First.IsClosed && _isFinished == false));
    }

    // That it was not heard to leave was logged as if the process took webhooks and something was wrong with it.
    [Fact]
    public void A_process_that_is_not_heard_to_leave_warns_of_nothing()
    {
        _world.Answer = method => method == "leaving" ? Task.FromException(new HubCallException("leaving", "unavailable", "away")) : Task.CompletedTask;
        _world.Run(_world.Server.StopTakingWebhooks);
        _world.RunFor(1);
        Assert.DoesNotContain(_world.Log.Warnings, line => line.EventId is >= 1300 and < 1400);
        Assert.Contains(_world.Log.Lines, line => line.EventId == 1306);
    }
}

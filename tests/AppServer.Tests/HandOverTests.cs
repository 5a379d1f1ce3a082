using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests;

/// <summary>SIGTERM with a hand-over: the sessions stay attached and served until a successor has each of them.</summary>
public class HandOverTests : HandlingStory
{
    Task<bool>? _shutdown;

    [Fact]
    public void It_is_what_the_end_of_the_process_means_by_default() => Assert.Equal(ShutdownMode.HandOver, new AppServerOptions().OnShutdown);

    [Fact]
    public async Task Each_session_tells_what_is_done_asks_for_a_successor_and_ends_when_that_is_there()
    {
        var socket = AttachHandling();
        App.Run(() => socket.Message(1));
        Leave();
        Assert.Equal(["""done {"seq":1}""", "handOver {}"], Said);
        App.RunFor(5);
        Assert.Equal((SessionState.Attached, false), (App.Session.State, _shutdown!.IsCompleted));
        App.Run(() => socket.Supersede());
        Assert.Equal("""done {"seq":1,"last":true}""", Said[^1]);
        Assert.Equal(EndKind.Superseded, App.Ends.Single().Kind);
        Assert.True(await _shutdown!);
        Assert.Empty(App.Engine.Tries);
    }

    [Fact]
    public void What_comes_while_it_waits_isHandled_and_told_at_once_but_not_more_than_five_times_a_second()
    {
        var socket = AttachHandling();
        Leave();
        App.Run(() => socket.Message(1));
        Assert.Equal(["handOver {}", """done {"seq":1}"""], Said);
        for (var seq = 2; seq <= 61; seq++)
        {
            App.Run(() => socket.Message(seq));
            if (seq % 2 == 1) App.RunFor(0.1);
        }
        App.RunFor(0.3);
        Assert.Equal("""done {"seq":61}""", Said[^1]);
        Assert.InRange(Said.Count, 14, 18); // in 3 s
    }

    [Fact]
    public async Task Nobody_comes_and_it_drains_when_the_limit_is_over()
    {
        var socket = AttachHandling();
        Leave();
        App.RunFor(21.8);
        Assert.False(socket.IsLost);
        App.RunFor(0.4);
        Assert.Equal(["handOver {}", """done {"seq":0,"last":true}"""], Said);
        Assert.Equal((EndKind.Closed, true), (App.Ends.Single().Kind, socket.IsLost));
        Assert.True(await _shutdown!);
    }

    [Fact]
    public void Lifecycle_gives_it_less_time_and_it_takes_no_more()
    {
        App.Engine.HandOverMs = 8_000;
        var socket = AttachHandling();
        Leave();
        App.RunFor(7.8);
        Assert.False(socket.IsLost);
        App.RunFor(0.4);
        Assert.True(socket.IsLost);
    }

    [Fact]
    public async Task A_handler_hangs_through_it_all_and_the_process_is_gone_before_it_is_killed()
    {
        var socket = AttachHandling();
        var session = App.Session;
        session.OnMessage(message => message.Seq == 2 ? new TaskCompletionSource().Task : Task.CompletedTask);
        for (var seq = 1; seq <= 3; seq++) App.Run(() => socket.Message(seq));
        Leave();
        Assert.True(App.IsWithin(29, () => _shutdown!.IsCompleted));
        Assert.Equal("""done {"seq":1,"last":true}""", Said[^1]);
        Assert.Equal((EndKind.Closed, 2), ((await session.Completion).Kind, Handled.Count));
    }

    [Fact]
    public void Every_call_fails_and_the_process_is_gone_before_it_is_killed()
    {
        App.Engine.Answer = _ => throw new HubException("no such method");
        var socket = AttachHandling();
        App.Run(() => socket.Message(1));
        Leave();
        Assert.True(App.IsWithin(29, () => _shutdown!.IsCompleted));
        Assert.Equal(EndKind.Closed, App.Ends.Single().Kind);
        Assert.InRange(Said.Count(call => call == "handOver {}"), 2, 8);
    }

    [Fact]
    public void No_call_is_answered_and_the_process_is_gone_before_it_is_killed()
    {
        App.Engine.Answer = _ => new TaskCompletionSource().Task;
        AttachHandling();
        Leave();
        Assert.True(App.IsWithin(29, () => _shutdown!.IsCompleted));
        Assert.Equal(EndKind.Closed, App.Ends.Single().Kind);
    }

    [Fact]
    public void A_second_signal_changes_nothing()
    {
        var socket = AttachHandling();
        Leave();
        var first = _shutdown;
        Leave();
        Assert.Same(first, _shutdown);
        App.RunFor(3);
        Assert.Equal(["handOver {}"], Said);
        App.Run(() => socket.Supersede());
        Assert.True(_shutdown!.IsCompleted);
    }

    [Fact]
    public void A_session_that_is_lost_meanwhile_comes_back_and_asks_again()
    {
        var socket = AttachHandling();
        Leave();
        App.Run(socket.Lose);
        App.RunFor(1);
        Assert.Equal(["handOver {}", "handOver {}"], Said);
        Assert.Same(App.Engine.Sockets[1], App.Engine.Calls[^1].Socket);
        App.Run(() => App.Engine.Sockets[1].Supersede());
        Assert.True(_shutdown!.IsCompleted);
    }

    [Fact]
    public void A_session_that_was_reconnecting_asks_as_soon_as_it_is_back()
    {
        var socket = AttachHandling();
        App.Engine.IsUnreachable = true;
        App.Run(socket.Lose);
        Leave();
        App.RunFor(3);
        Assert.Empty(Said);
        App.Engine.IsUnreachable = false;
        App.RunFor(4);
        Assert.Equal(["handOver {}"], Said);
    }

    [Fact]
    public void A_session_that_does_not_come_back_is_let_go_when_the_limit_is_over()
    {
        var socket = AttachHandling();
        App.Engine.IsUnreachable = true;
        App.Run(socket.Lose);
        Leave();
        Assert.False(App.IsWithin(21.8, () => _shutdown!.IsCompleted));
        Assert.True(App.IsWithin(0.5, () => _shutdown!.IsCompleted));
        Assert.Equal(EndKind.Closed, App.Ends.Single().Kind);
    }

    [Fact]
    public void An_old_Lifecycle_is_asked_for_nothing_and_left_as_ever()
    {
        App.Engine.Version = 1;
        AttachHandling();
        Leave();
        Assert.True(_shutdown!.IsCompleted);
        Assert.Equal(EndKind.Closed, App.Ends.Single().Kind);
        Assert.Empty(Said);
    }

    [Fact]
    public void A_Lifecycle_that_turns_out_to_be_old_is_not_waited_for()
    {
        var socket = AttachHandling();
        Leave();
        App.Engine.Version = 1;
        App.Run(socket.Lose);
        Assert.True(App.IsWithin(1, () => _shutdown!.IsCompleted));
    }

    [Fact]
    public void One_session_has_a_successor_and_the_other_has_none()
    {
        AttachHandling();
        App.Run(() => _ = App.Server.AttachAsync("s2"));
        Leave();
        App.Run(() => App.Engine.Sockets[0].Supersede());
        App.RunFor(10);
        Assert.False(_shutdown!.IsCompleted);
        Assert.True(App.IsWithin(13, () => _shutdown.IsCompleted));
        Assert.Equal([EndKind.Superseded, EndKind.Closed], App.Ends.Select(end => end.Kind));
    }

    [Fact]
    public void Many_sessions_ask_a_few_at_a_time()
    {
        for (var i = 0; i < 100; i++) App.Run(() => _ = App.Server.AttachAsync($"s{i}"));
        App.Engine.Answer = _ => new TaskCompletionSource().Task;
        Leave();
        Assert.Equal(32, Said.Count);
    }

    [Fact]
    public void With_no_time_for_it_nothing_is_handed_over()
    {
        var app = new VirtualApp(change: options => options.HandOverLimit = TimeSpan.Zero);
        app.Attach();
        app.Run(() => _shutdown = app.Server.ShutdownAsync(ShutdownMode.HandOver));
        Assert.True(_shutdown!.IsCompleted);
        Assert.Equal(["""done {"seq":0,"last":true}"""], app.Engine.Calls.Select(call => $"{call}"));
    }

    [Fact]
    public void A_drain_says_the_last_word_before_it_closes()
    {
        var socket = AttachHandling();
        var wasOpen = false;
        App.Engine.Answer = call =>
        {
            wasOpen = !call.Socket.IsLost;
            return Task.CompletedTask;
        };
        App.Run(() => socket.Message(1));
        App.Run(() => _shutdown = App.Server.ShutdownAsync(ShutdownMode.Drain));
        Assert.Equal(["""done {"seq":1,"last":true}"""], Said);
        Assert.True(wasOpen && socket.IsLost && _shutdown!.IsCompleted);
    }

    [Theory]
    [InlineData(30, 22)]
    [InlineData(29, 22)]
    [InlineData(20, 13)]
    [InlineData(5, 0)]
    [InlineData(600, 22)]
    public void HandOverWithin_TimeOfTheHost_LeavesEnoughForTheDrain(int hostSeconds, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), AppServerLifetime.HandOverWithin(TimeSpan.FromSeconds(hostSeconds), new AppServerOptions()));

    [Fact]
    public void HandOverWithin_HostWithoutLimit_IsTheOption() =>
        Assert.Equal(TimeSpan.FromSeconds(22), AppServerLifetime.HandOverWithin(Timeout.InfiniteTimeSpan, new AppServerOptions()));

    void Leave() => App.Run(() => _shutdown = App.Server.ShutdownAsync(ShutdownMode.HandOver));
}

using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>A successor has taken the session over: what was begun ends here, and nothing else begins.</summary>
public class HandedOverTests
{
    readonly VirtualApp _app = new();
    readonly List<long> _begun = [];
    readonly TaskCompletionSource _finish = new();

    // The old process had two more messages in its queue, and the new one had them as well: each was handled twice.
    [Fact]
    public void The_running_handler_ends_and_what_waits_behind_it_is_the_successors()
    {
        var socket = AttachBusyWith(2);
        for (var seq = 1; seq <= 4; seq++) Send(socket, seq);
        _app.Run(() => socket.Supersede());
        Send(socket, 5);
        _app.RunFor(1);
        Assert.Equal(SessionState.Attached, _app.Session.State);
        Assert.DoesNotContain(_app.Engine.Calls, call => call.Argument.Contains("last"));
        _app.Run(_finish.SetResult);
        Assert.Equal("""done {"seq":2,"last":true}""", $"{_app.Engine.Calls[^1]}");
        Assert.Equal([1, 2], _begun);
        Assert.Equal((EndKind.Superseded, true, 0), (_app.Ends.Single().Kind, socket.IsLost, _app.Engine.Tries.Count));
    }

    [Fact]
    public void The_last_word_goes_out_before_the_connection_closes_and_names_what_failed()
    {
        var socket = AttachBusyWith(1);
        var wasOpen = false;
        _app.Engine.Answer = call =>
        {
            wasOpen = !call.Socket.IsLost;
            return Task.CompletedTask;
        };
        Send(socket, 1);
        _app.Run(() => socket.Supersede());
        _app.Run(() => _finish.SetException(new FormatException("no")));
        Assert.Equal("""done {"seq":1,"failed":[{"seq":1,"error":"FormatException: no"}],"last":true}""", $"{_app.Engine.Calls.Single()}");
        Assert.True(wasOpen && socket.IsLost);
    }

    [Fact]
    public void Streams_that_wait_are_not_handled_and_the_end_is_told()
    {
        var socket = AttachBusyWith(1);
        List<string> heard = [];
        _app.Session.On("audio", _ =>
        {
            heard.Add("audio");
            return Task.CompletedTask;
        });
        Send(socket, 1);
        _app.Run(() => socket.Publish("audio"));
        _app.Run(() => socket.Supersede());
        _app.Run(_finish.SetResult);
        Assert.Empty(heard);
        Assert.Equal(EndKind.Superseded, _app.Ends.Single().Kind);
    }

    [Fact]
    public void Nothing_was_handled_and_the_last_word_says_where_it_began()
    {
        _app.Engine.Seq = 7;
        var socket = AttachBusyWith(0);
        _app.Run(() => socket.Supersede());
        Assert.Equal(["""done {"seq":7,"last":true}"""], _app.Engine.Calls.Select(call => $"{call}"));
        Assert.Equal(EndKind.Superseded, _app.Ends.Single().Kind);
    }

    [Fact]
    public void A_message_between_two_runs_is_the_successors()
    {
        var app = new VirtualApp(change: options => options.OnFailedMessage = FailedMessageMode.SendAgain);
        var runs = 0;
        app.Attach();
        app.Session.OnMessage(_ =>
        {
            runs++;
            throw new FormatException("no");
        });
        var socket = app.Engine.Sockets[0];
        app.Run(() => socket.Message(1));
        app.Run(() => socket.Supersede());
        app.RunFor(10);
        Assert.Equal(1, runs);
        Assert.Equal(["""done {"seq":0,"last":true}"""], app.Engine.Calls.Select(call => $"{call}"));
    }

    [Fact]
    public void A_handler_that_never_ends_does_not_keep_the_messages_from_the_successor()
    {
        _app.Engine.HandOverMs = 10_000;
        var socket = AttachBusyWith(2);
        Send(socket, 1);
        Send(socket, 2);
        _app.Run(() => socket.Supersede());
        _app.RunFor(9);
        Assert.False(socket.IsLost);
        _app.RunFor(2);
        Assert.Equal("""done {"seq":1,"last":true}""", $"{_app.Engine.Calls[^1]}");
        Assert.True(socket.IsLost);
    }

    [Fact]
    public void The_connection_is_lost_meanwhile_and_is_not_made_anew()
    {
        var socket = AttachBusyWith(1);
        Send(socket, 1);
        _app.Run(() => socket.Supersede());
        _app.Run(socket.Lose);
        _app.RunFor(30);
        Assert.Empty(_app.Engine.Tries);
        _app.Run(_finish.SetResult);
        Assert.Equal(EndKind.Superseded, _app.Ends.Single().Kind);
    }

    [Fact]
    public void The_last_word_is_refused_and_the_session_ends_all_the_same()
    {
        _app.Engine.Answer = _ => throw new HubException("no such method");
        var socket = AttachBusyWith(0);
        _app.Run(() => socket.Supersede());
        _app.RunFor(1);
        Assert.Equal((EndKind.Superseded, true), (_app.Ends.Single().Kind, socket.IsLost));
    }

    [Fact]
    public void Without_the_word_it_ends_at_once_as_ever()
    {
        var socket = AttachBusyWith(1);
        Send(socket, 1);
        var session = _app.Session;
        _app.Run(() => socket.Supersede(handedOver: false));
        Assert.Equal((SessionState.Ended, true), (session.State, socket.IsLost));
        Assert.Empty(_app.Engine.Calls);
    }

    [Fact]
    public void A_session_that_is_handed_over_is_not_held_and_can_be_begun_anew()
    {
        var socket = AttachBusyWith(1);
        Send(socket, 1);
        _app.Run(() => socket.Supersede());
        Assert.False(_app.Server.TryComeBack("s1"));
        var old = _app.Session;
        _app.Run(() => _app.Server.Begin("s1", "take-over"));
        Assert.NotSame(old, _app.Session);
        Assert.Equal("take-over", _app.Engine.Tries.Single().TakeOverToken);
        _app.Run(_finish.SetResult);
        Assert.Equal((SessionState.Ended, SessionState.Attached), (old.State, _app.Session.State));
    }

    SlowEngine.Socket AttachBusyWith(long seq)
    {
        _app.Attach();
        _app.Session.OnMessage(message =>
        {
            _begun.Add(message.Seq);
            return message.Seq == seq ? _finish.Task : Task.CompletedTask;
        });
        return _app.Engine.Sockets[0];
    }

    void Send(SlowEngine.Socket socket, long seq) => _app.Run(() => socket.Message(seq));
}

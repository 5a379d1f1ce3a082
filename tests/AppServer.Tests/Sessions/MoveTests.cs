using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Lifecycle asks a session to move: it is attached at the new place before it leaves the old one.</summary>
public class MoveTests
{
    const string Elsewhere = "http://elsewhere.test/base";
    readonly VirtualApp _app = new();
    readonly List<long> _handled = [];

    [Fact]
    public void To_a_new_connection_after_its_wait_and_the_old_one_serves_until_the_ack()
    {
        var old = Attach();
        _app.Run(() => old.Move(3_000));
        _app.RunFor(2.9);
        Assert.Empty(_app.Engine.Tries);
        _app.Engine.Speed = 5; // An ack takes two seconds.
        _app.RunFor(1);
        _app.Run(() => old.Message(1));
        Assert.Equal((SessionState.Attached, false, 2), (_app.Session.State, old.IsLost, _app.Engine.Sockets.Count));
        _app.RunFor(3);
        _app.Run(() => _app.Engine.Sockets[1].Message(2));
        Assert.Equal((SessionState.Attached, true, false), (_app.Session.State, old.IsLost, _app.Engine.Sockets[1].IsLost));
        Assert.Equal([1, 2], _handled);
        Assert.Equal("lifecycle.test", _app.Engine.Tries.Single().Host);
        Assert.DoesNotContain(_app.Engine.Calls, call => call.Method == "release");
    }

    [Fact]
    public void To_another_address_it_says_goodbye_at_the_old_place_and_negotiates_at_the_new_one_from_then_on()
    {
        var old = Attach();
        List<string> order = [];
        _app.Engine.Answer = call =>
        {
            order.Add($"{call.Method} {(call.Socket.IsLost ? "closed" : "open")} {_app.Engine.Sockets.IndexOf(call.Socket)}");
            return Task.CompletedTask;
        };
        _app.Run(() => old.Move(0, Elsewhere));
        _app.RunFor(1);
        Assert.Equal(["release open 0"], order);
        Assert.Equal((SessionState.Attached, true), (_app.Session.State, old.IsLost));
        _app.Run(_app.Engine.Sockets[1].Lose);
        _app.RunFor(1);
        _app.Run(() => _ = _app.Server.AttachAsync("s2"));
        Assert.Equal(["elsewhere.test", "elsewhere.test", "elsewhere.test"], _app.Engine.Tries.Select(known => known.Host));
    }

    [Fact]
    public void One_of_two_sessions_moves_and_new_ones_go_to_the_old_place_until_the_other_follows_or_ends()
    {
        var first = Attach();
        _app.Run(() => _ = _app.Server.AttachAsync("s2"));
        _app.Run(() => first.Move(0, Elsewhere));
        _app.RunFor(1);
        Assert.Equal("lifecycle.test", HostOfNew("s3"));
        _app.Run(() => _ = _app.Server.Find("s3")!.CloseAsync());
        _app.Run(() => _ = _app.Server.Find("s2")!.CloseAsync());
        Assert.Equal("elsewhere.test", HostOfNew("s4"));
    }

    [Fact]
    public void The_new_place_does_not_know_the_token_and_is_asked_at_once_without_it()
    {
        var old = Attach();
        _app.Engine.Refusal = known => known.Token is null ? null : SlowEngine.Problem(401, RefusalCode.ReconnectTokenInvalid);
        _app.Run(() => old.Move(0, Elsewhere));
        _app.RunFor(0.2);
        Assert.Equal(["t1", null], _app.Engine.Tries.Select(known => known.Token));
        Assert.True(old.IsLost);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(401)]
    public void The_new_place_refuses_it_for_good_and_it_stays(int status)
    {
        var old = Attach();
        _app.Engine.Refusal = known => known.Host == "elsewhere.test" ? SlowEngine.Problem(status, "no") : null;
        _app.Run(() => old.Move(0, Elsewhere));
        _app.RunFor(60);
        Assert.Equal((SessionState.Attached, false, 1), (_app.Session.State, old.IsLost, _app.Engine.Tries.Count));
        _app.Run(() => old.Message(1));
        Assert.Equal([1], _handled);
        _app.Run(old.Lose);
        _app.RunFor(1);
        Assert.Equal(("lifecycle.test", "t1", SessionState.Attached), (_app.Engine.Tries[^1].Host, _app.Engine.Tries[^1].Token, _app.Session.State));
    }

    [Fact]
    public void Nobody_is_at_the_new_place_and_it_stays_after_a_few_spaced_tries()
    {
        var old = Attach();
        _app.Engine.IsUnreachable = true;
        _app.Run(() => old.Move(0, Elsewhere));
        _app.RunFor(600);
        Assert.Equal((SessionState.Attached, false, 8), (_app.Session.State, old.IsLost, _app.Engine.Tries.Count));
        for (var i = 1; i < 8; i++) Assert.True(_app.Engine.Tries[i].At - _app.Engine.Tries[i - 1].At >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void The_old_connection_is_lost_while_nobody_is_at_the_new_place_and_it_comes_back_at_the_old_one()
    {
        var old = Attach();
        _app.Engine.Refusal = known => known.Host == "elsewhere.test" ? SlowEngine.Problem(503, "busy") : null;
        _app.Run(() => old.Move(0, Elsewhere));
        _app.RunFor(1);
        _app.Run(old.Lose);
        _app.RunFor(40);
        Assert.Equal((SessionState.Attached, "lifecycle.test"), (_app.Session.State, _app.Engine.Tries[^1].Host));
    }

    // The service closes the old connection as superseded by the new one, and may say so before the ack.
    [Fact]
    public void It_is_superseded_by_its_own_new_connection_and_lives_on()
    {
        var old = Attach();
        _app.Engine.Speed = 5;
        _app.Run(() => old.Move(0));
        _app.RunFor(0.5);
        _app.Run(() =>
        {
            old.Supersede(handedOver: false);
            old.Lose("superseded");
        });
        _app.RunFor(5);
        Assert.Equal((SessionState.Attached, 2), (_app.Session.State, _app.Engine.Sockets.Count));
    }

    [Fact]
    public void It_is_superseded_by_somebody_else_while_it_moves_and_ends()
    {
        var old = Attach();
        _app.Engine.Speed = 5;
        _app.Run(() => old.Move(0));
        _app.RunFor(0.5);
        _app.Run(() =>
        {
            old.Supersede(handedOver: false);
            _app.Engine.Sockets[1].Lose("superseded");
        });
        _app.RunFor(1);
        Assert.Equal(EndKind.Superseded, _app.Ends.Single().Kind);
    }

    public static TheoryData<string> NoPlaces => ["ftp://elsewhere.test", "relative", "http://user@elsewhere.test", "http://elsewhere.test/?q=1", ""];

    [Theory, MemberData(nameof(NoPlaces))]
    public void What_cannot_be_a_place_is_not_gone_to(string url)
    {
        var old = Attach();
        _app.Run(() => old.Move(0, url));
        _app.RunFor(10);
        Assert.Equal((0, false), (_app.Engine.Tries.Count, old.IsLost));
    }

    // The API key goes where the session goes.
    [Fact]
    public void It_does_not_leave_TLS()
    {
        var app = new VirtualApp(change: options => options.LifecycleUrl = new Uri("https://lifecycle.test"));
        app.Attach();
        app.Run(() => app.Engine.Sockets[0].Move(0, Elsewhere));
        app.RunFor(10);
        Assert.Empty(app.Engine.Tries);
        app.Run(() => app.Engine.Sockets[0].Move(0, "https://elsewhere.test"));
        app.RunFor(1);
        Assert.Equal("elsewhere.test", app.Engine.Tries.Single().Host);
    }

    [Fact]
    public void Told_twice_it_moves_once_and_to_the_later_place()
    {
        var old = Attach();
        _app.Run(() =>
        {
            old.Move(2_000, "http://first.test");
            old.Move(1_000, Elsewhere);
        });
        _app.RunFor(10);
        Assert.Equal(["elsewhere.test"], _app.Engine.Tries.Select(known => known.Host));
    }

    [Fact]
    public void A_reconnect_within_the_wait_is_the_move_to_the_same_place_and_not_the_one_to_another()
    {
        var old = Attach();
        _app.Run(() => old.Move(2_000));
        _app.Run(old.Lose);
        _app.RunFor(5);
        Assert.Single(_app.Engine.Tries);
        _app.Run(() => _app.Engine.Sockets[1].Move(2_000, Elsewhere));
        _app.Run(_app.Engine.Sockets[1].Lose);
        _app.RunFor(5);
        Assert.Equal(["lifecycle.test", "lifecycle.test", "elsewhere.test"], _app.Engine.Tries.Select(known => known.Host));
    }

    [Fact]
    public void A_process_that_leaves_goes_nowhere_else()
    {
        var old = Attach();
        _app.Run(() => old.Move(1_000));
        _app.Run(() => _ = _app.Server.ShutdownAsync(ShutdownMode.HandOver));
        _app.Run(() => old.Move(0));
        _app.RunFor(10);
        Assert.Empty(_app.Engine.Tries);
    }

    [Fact]
    public void The_session_ends_while_it_moves_and_leaves_no_socket()
    {
        var old = Attach();
        _app.Engine.Speed = 5;
        _app.Run(() => old.Move(0));
        _app.RunFor(0.5);
        var session = _app.Session;
        _app.Run(() => _ = session.CloseAsync());
        _app.RunFor(5);
        Assert.Equal((SessionState.Ended, 2, true), (session.State, _app.Engine.Sockets.Count, _app.Engine.Sockets.All(socket => socket.IsLost)));
    }

    [Fact]
    public void The_goodbye_at_the_old_place_fails_and_that_one_is_left_all_the_same()
    {
        var old = Attach();
        _app.Engine.Answer = _ => throw new HubException("no");
        _app.Run(() => old.Move(0, Elsewhere));
        _app.RunFor(1);
        Assert.Equal((SessionState.Attached, true, 0), (_app.Session.State, old.IsLost, _app.Ends.Count));
    }

    [Fact]
    public void What_was_not_told_at_the_old_place_is_told_at_the_new_one()
    {
        var old = Attach();
        _app.Run(() => old.Message(1));
        _app.Run(() => old.Move(0));
        _app.RunFor(5);
        var done = _app.Engine.Calls.Single(call => call.Method == "done");
        Assert.Equal((1, """{"seq":1}"""), (_app.Engine.Sockets.IndexOf(done.Socket), done.Argument));
    }

    SlowEngine.Socket Attach()
    {
        _app.Attach();
        _app.Session.OnMessage(message =>
        {
            _handled.Add(message.Seq);
            return Task.CompletedTask;
        });
        return _app.Engine.Sockets[0];
    }

    string HostOfNew(string sessionId)
    {
        _app.Run(() => _ = _app.Server.AttachAsync(sessionId));
        return _app.Engine.Tries[^1].Host;
    }
}

using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests.Sessions;

/// <summary>Lifecycle asks a session to move: it is attached at the new place before it leaves the old one.</summary>
public class MoveTests : HandlingStory
{
    const string Elsewhere = "http://elsewhere.test/base";

    [Fact]
    public void To_a_new_connection_after_its_wait_and_the_old_one_serves_until_the_ack()
    {
        var old = AttachHandling();
        App.Run(() => old.Move(3_000));
        App.RunFor(2.9);
        Assert.Empty(App.Engine.Tries);
        App.Engine.Speed = 5; // An ack takes two seconds.
        App.RunFor(1);
        App.Run(() => old.Message(1));
        Assert.Equal((SessionState.Attached, false, 2), (App.Session.State, old.IsLost, App.Engine.Sockets.Count));
        App.RunFor(3);
        App.Run(() => App.Engine.Sockets[1].Message(2));
        Assert.Equal((SessionState.Attached, true, false), (App.Session.State, old.IsLost, App.Engine.Sockets[1].IsLost));
        Assert.Equal([1, 2], Handled);
        Assert.Equal("lifecycle.test", App.Engine.Tries.Single().Host);
        Assert.DoesNotContain(App.Engine.Calls, call => call.Method == "release");
    }

    [Fact]
    public void To_another_address_it_says_goodbye_at_the_old_place_and_negotiates_at_the_new_one_from_then_on()
    {
        var old = AttachHandling();
        List<string> order = [];
        App.Engine.Answer = call =>
        {
            order.Add($"{call.Method} {(call.Socket.IsLost ? "closed" : "open")} {App.Engine.Sockets.IndexOf(call.Socket)}");
            return Task.CompletedTask;
        };
        App.Run(() => old.Move(0, Elsewhere));
        App.RunFor(1);
        Assert.Equal(["release open 0"], order);
        Assert.Equal((SessionState.Attached, true), (App.Session.State, old.IsLost));
        App.Run(App.Engine.Sockets[1].Lose);
        App.RunFor(1);
        App.Run(() => _ = App.Server.AttachAsync("s2"));
        Assert.Equal(["elsewhere.test", "elsewhere.test", "elsewhere.test"], App.Engine.Tries.Select(known => known.Host));
    }

    [Fact]
    public void One_of_two_sessions_moves_and_new_ones_go_to_the_old_place_until_the_other_follows_or_ends()
    {
        var first = AttachHandling();
        App.Run(() => _ = App.Server.AttachAsync("s2"));
        App.Run(() => first.Move(0, Elsewhere));
        App.RunFor(1);
        Assert.Equal("lifecycle.test", HostOfNew("s3"));
        App.Run(() => _ = App.Server.Find("s3")!.CloseAsync());
        App.Run(() => _ = App.Server.Find("s2")!.CloseAsync());
        Assert.Equal("elsewhere.test", HostOfNew("s4"));
    }

    [Fact]
    public void The_new_place_does_not_know_the_token_and_is_asked_at_once_without_it()
    {
        var old = AttachHandling();
        App.Engine.Refusal = known => known.Token is null ? null : SlowEngine.Problem(401, RefusalCode.ReconnectTokenInvalid);
        App.Run(() => old.Move(0, Elsewhere));
        App.RunFor(0.2);
        Assert.Equal(["t1", null], App.Engine.Tries.Select(known => known.Token));
        Assert.True(old.IsLost);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(401)]
    public void The_new_place_refuses_it_for_good_and_it_stays(int status)
    {
        var old = AttachHandling();
        App.Engine.Refusal = known => known.Host == "elsewhere.test" ? SlowEngine.Problem(status, "no") : null;
        App.Run(() => old.Move(0, Elsewhere));
        App.RunFor(60);
        Assert.Equal((SessionState.Attached, false, 1), (App.Session.State, old.IsLost, App.Engine.Tries.Count));
        App.Run(() => old.Message(1));
        Assert.Equal([1], Handled);
        App.Run(old.Lose);
        App.RunFor(1);
        Assert.Equal(("lifecycle.test", "t1", SessionState.Attached), (App.Engine.Tries[^1].Host, App.Engine.Tries[^1].Token, App.Session.State));
    }

    [Fact]
    public void Nobody_is_at_the_new_place_and_it_stays_after_a_few_spaced_tries()
    {
        var old = AttachHandling();
        App.Engine.IsUnreachable = true;
        App.Run(() => old.Move(0, Elsewhere));
        App.RunFor(600);
        Assert.Equal((SessionState.Attached, false, 8), (App.Session.State, old.IsLost, App.Engine.Tries.Count));
        for (var i = 1; i < 8; i++) Assert.True(App.Engine.Tries[i].At - App.Engine.Tries[i - 1].At >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void The_old_connection_is_lost_while_nobody_is_at_the_new_place_and_it_comes_back_at_the_old_one()
    {
        var old = AttachHandling();
        App.Engine.Refusal = known => known.Host == "elsewhere.test" ? SlowEngine.Problem(503, "busy") : null;
        App.Run(() => old.Move(0, Elsewhere));
        App.RunFor(1);
        App.RunFor(10); // Now it waits for longer than a grace window.
        App.Run(old.Lose);
        App.RunFor(1);
        Assert.Equal((SessionState.Attached, "lifecycle.test"), (App.Session.State, App.Engine.Tries[^1].Host));
    }

    [Fact]
    public void The_old_connection_is_lost_while_the_ack_of_another_place_is_late_and_it_comes_back_at_the_old_one()
    {
        var old = AttachHandling();
        App.Engine.Delay = TimeSpan.FromSeconds(30);
        App.Run(() => old.Move(0, Elsewhere));
        App.RunFor(2);
        App.Engine.Delay = TimeSpan.Zero;
        App.Run(old.Lose);
        App.RunFor(1);
        Assert.Equal((SessionState.Attached, "lifecycle.test"), (App.Session.State, App.Engine.Tries[^1].Host));
        Assert.True(App.Engine.Sockets[1].IsLost);
    }

    // The service closes the old connection as superseded by the new one, and may say so before the ack.
    [Fact]
    public void It_is_superseded_by_its_own_new_connection_and_lives_on()
    {
        var old = AttachHandling();
        App.Engine.Speed = 5;
        App.Run(() => old.Move(0));
        App.RunFor(0.5);
        App.Run(() =>
        {
            old.Supersede(handedOver: false);
            old.Lose("superseded");
        });
        App.RunFor(5);
        Assert.Equal((SessionState.Attached, 2), (App.Session.State, App.Engine.Sockets.Count));
    }

    [Fact]
    public void It_is_superseded_by_somebody_else_while_it_moves_and_ends()
    {
        var old = AttachHandling();
        App.Engine.Speed = 5;
        App.Run(() => old.Move(0));
        App.RunFor(0.5);
        App.Run(() =>
        {
            old.Supersede(handedOver: false);
            App.Engine.Sockets[1].Lose("superseded");
        });
        App.RunFor(1);
        Assert.Equal(EndKind.Superseded, App.Ends.Single().Kind);
    }

    public static TheoryData<string> NoPlaces => ["ftp://elsewhere.test", "relative", "http://user@elsewhere.test", "http://elsewhere.test/?q=1", ""];

    [Theory, MemberData(nameof(NoPlaces))]
    public void What_cannot_be_a_place_is_not_gone_to(string url)
    {
        var old = AttachHandling();
        App.Run(() => old.Move(0, url));
        App.RunFor(10);
        Assert.Equal((0, false), (App.Engine.Tries.Count, old.IsLost));
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
        var old = AttachHandling();
        App.Run(() =>
        {
            old.Move(2_000, "http://first.test");
            old.Move(1_000, Elsewhere);
        });
        App.RunFor(10);
        Assert.Equal(["elsewhere.test"], App.Engine.Tries.Select(known => known.Host));
    }

    [Fact]
    public void A_reconnect_within_the_wait_is_the_move_to_the_same_place_and_not_the_one_to_another()
    {
        var old = AttachHandling();
        App.Run(() => old.Move(2_000));
        App.Run(old.Lose);
        App.RunFor(5);
        Assert.Single(App.Engine.Tries);
        App.Run(() => App.Engine.Sockets[1].Move(2_000, Elsewhere));
        App.Run(App.Engine.Sockets[1].Lose);
        App.RunFor(5);
        Assert.Equal(["lifecycle.test", "lifecycle.test", "elsewhere.test"], App.Engine.Tries.Select(known => known.Host));
    }

    [Fact]
    public void A_process_that_leaves_goes_nowhere_else()
    {
        var old = AttachHandling();
        App.Run(() => old.Move(1_000));
        App.Run(() => _ = App.Server.ShutdownAsync(ShutdownMode.HandOver));
        App.Run(() => old.Move(0));
        App.RunFor(10);
        Assert.Empty(App.Engine.Tries);
    }

    [Fact]
    public void The_session_ends_while_it_moves_and_leaves_no_socket()
    {
        var old = AttachHandling();
        App.Engine.Speed = 5;
        App.Run(() => old.Move(0));
        App.RunFor(0.5);
        var session = App.Session;
        App.Run(() => _ = session.CloseAsync());
        App.RunFor(5);
        Assert.Equal((SessionState.Ended, 2, true), (session.State, App.Engine.Sockets.Count, App.Engine.Sockets.All(socket => socket.IsLost)));
    }

    [Fact]
    public void The_goodbye_at_the_old_place_fails_and_that_one_is_left_all_the_same()
    {
        var old = AttachHandling();
        App.Engine.Answer = _ => throw new HubException("no");
        App.Run(() => old.Move(0, Elsewhere));
        App.RunFor(1);
        Assert.Equal((SessionState.Attached, true, 0), (App.Session.State, old.IsLost, App.Ends.Count));
    }

    [Fact]
    public void What_was_not_told_at_the_old_place_is_told_at_the_new_one()
    {
        var old = AttachHandling();
        App.Run(() => old.Message(1));
        App.Run(() => old.Move(0));
        App.RunFor(5);
        var done = App.Engine.Calls.Single(call => call.Method == "done");
        Assert.Equal((1, """{"seq":1}"""), (App.Engine.Sockets.IndexOf(done.Socket), done.Argument));
    }

    string HostOfNew(string sessionId)
    {
        App.Run(() => _ = App.Server.AttachAsync(sessionId));
        return App.Engine.Tries[^1].Host;
    }
}

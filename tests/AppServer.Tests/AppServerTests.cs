using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests;

/// <summary>Sessions against a server on real sockets.</summary>
public class AppServerTests : IAsyncLifetime
{
    readonly Inbox<string> _events = new("session event");
    FakeLifecycle _lifecycle = null!;
    AppServer _server = null!;

    public async Task InitializeAsync()
    {
        _lifecycle = await FakeLifecycle.StartAsync();
        _server = _lifecycle.MakeAppServer();
        _server.ConfigureSessions(session =>
        {
            session.OnMessage(message => _events.Add($"message {message.Seq} {message.Body}"));
            session.OnReconnected(ack => _events.Add($"reconnected {ack.Resumed}"));
            session.OnStop(reason => _events.Add($"stop {reason}"));
            session.OnEnded(reason => _events.Add($"ended {reason}"));
        });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _lifecycle.DisposeAsync();
    }

    [Fact]
    public async Task Attaching_negotiates_with_the_key_and_answers_with_the_ack()
    {
        _lifecycle.Connected = connection => connection.AckAsync(graceMs: 8000, subscriptions: ["audio"], version: 3);
        var session = await _server.AttachAsync("s1");

        var negotiation = await _lifecycle.Negotiations.NextAsync();
        Assert.Equal("key-1", negotiation.ApiKey);
        Assert.Equal(("s1", "com.example.notes", "i-1"), (negotiation["sessionId"], negotiation["packageName"], negotiation["instanceId"]));
        Assert.False(negotiation.Reconnect);
        Assert.Null(negotiation.Token);
        Assert.Equal("Bearer token-1", (await _lifecycle.Connections.NextAsync()).Authorization);
        Assert.Equal(SessionState.Attached, session.State);
        Assert.Equal(("c-1", 7L, false, 2), (session.Ack!.CorrelationId, session.Ack.Epoch, session.Ack.Resumed, session.Ack.Missed));
        Assert.Equal(TimeSpan.FromSeconds(8), session.Ack.ReconnectGrace);
        Assert.Equal(("audio", 3L), (session.Subscriptions.Single(), session.SubscriptionsVersion));
        Assert.Same(session, _server.Find("s1"));
    }

    [Fact]
    public async Task Messages_reach_the_handlers_in_order_and_a_failing_handler_stops_none()
    {
        var session = await _server.AttachAsync("s1", new AttachOptions { Configure = s => s.OnMessage(_ => throw new InvalidOperationException("bad handler")) });
        var connection = await _lifecycle.Connections.NextAsync();
        for (var seq = 1; seq <= 3; seq++) await connection.SendAsync("message", new { seq, body = new { text = $"m{seq}" } });
        for (var seq = 1; seq <= 3; seq++) Assert.Equal($"message {seq} {{\"text\":\"m{seq}\"}}", await _events.NextAsync());
    }

    [Fact]
    public async Task What_publishers_send_to_a_stream_reaches_the_handler_of_its_target_on_every_connection()
    {
        var session = await _server.AttachAsync("s1");
        session.On("transcript", text => _events.Add($"transcript {text}"));
        var first = await _lifecycle.Connections.NextAsync();
        await first.SendAsync("transcript", "one");
        Assert.Equal("transcript one", await _events.NextAsync());
        first.Drop();
        Assert.Equal("reconnected False", await _events.NextAsync());
        await (await _lifecycle.Connections.NextAsync()).SendAsync("transcript", "two");
        Assert.Equal("transcript two", await _events.NextAsync());
        Assert.Throws<ArgumentException>(() => session.On("ack", _ => Task.CompletedTask));
    }

    [Fact]
    public async Task A_dropped_connection_is_made_anew_and_says_reconnect()
    {
        var session = await _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        var first = await _lifecycle.Connections.NextAsync();
        _lifecycle.Connected = connection => connection.AckAsync(resumed: true);
        first.Drop();

        Assert.Equal("reconnected True", await _events.NextAsync());
        var again = await _lifecycle.Negotiations.NextAsync();
        Assert.True(again.Reconnect);
        Assert.Equal("reconnect-token-1", again.Token);
        Assert.Equal("i-1", again["instanceId"]);
        Assert.Equal(SessionState.Attached, session.State);
    }

    [Fact]
    public async Task A_gateway_that_answers_503_for_a_while_is_survived()
    {
        var session = await _server.AttachAsync("s1");
        var left = 2;
        _lifecycle.Refuse = () => Interlocked.Decrement(ref left) >= 0 ? Results.StatusCode(503) : null;
        (await _lifecycle.Connections.NextAsync()).Drop();
        Assert.Equal("reconnected False", await _events.NextAsync());
        Assert.Equal(SessionState.Attached, session.State);
        for (var call = 0; call < 4; call++) await _lifecycle.Negotiations.NextAsync();
    }

    [Fact]
    public async Task A_connection_without_an_ack_is_given_up_and_tried_again()
    {
        await using var server = _lifecycle.MakeAppServer(options => options.AckTimeout = TimeSpan.FromMilliseconds(200));
        var connections = 0;
        _lifecycle.Connected = connection => Interlocked.Increment(ref connections) == 1 ? Task.CompletedTask : connection.AckAsync();
        var session = await server.AttachAsync("s1");
        Assert.Equal((SessionState.Attached, 2), (session.State, connections));
        await _lifecycle.Negotiations.NextAsync();
        Assert.False((await _lifecycle.Negotiations.NextAsync()).Reconnect);
    }

    [Fact]
    public async Task A_superseded_session_ends_and_stays_away()
    {
        var session = await _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        var connection = await _lifecycle.Connections.NextAsync();
        await connection.SendAsync("superseded", new { reason = "superseded" });

        Assert.Equal(EndKind.Superseded, (await session.Completion).Kind);
        Assert.Equal("ended Superseded", await _events.NextAsync());
        Assert.Equal(SessionState.Ended, session.State);
        Assert.True(_lifecycle.Negotiations.IsEmpty);
    }

    [Fact]
    public async Task A_stop_runs_its_handler_before_the_end()
    {
        var session = await _server.AttachAsync("s1");
        await (await _lifecycle.Connections.NextAsync()).SendAsync("stop", new { reason = "user_left" });
        Assert.Equal("stop user_left", await _events.NextAsync());
        Assert.Equal("ended Stopped: user_left", await _events.NextAsync());
        Assert.Equal(new EndReason(EndKind.Stopped, "user_left"), await session.Completion);
    }

    [Fact]
    public async Task A_session_that_nobody_started_is_refused_with_a_type()
    {
        _lifecycle.Connected = _ => throw new HubException("not_started");
        var error = await Assert.ThrowsAsync<AttachException>(() => _server.AttachAsync("s1"));
        Assert.Equal(EndKind.NotStarted, error.Reason.Kind);
        Assert.Null(_server.Find("s1"));
    }

    [Theory]
    [InlineData(401, EndKind.Unauthorized)]
    [InlineData(403, EndKind.Forbidden)]
    [InlineData(404, EndKind.NotFound)]
    [InlineData(410, EndKind.Gone)]
    public async Task A_final_problem_answer_ends_the_attach_without_another_try(int status, EndKind kind)
    {
        _lifecycle.Refuse = () => Results.Problem("because", statusCode: status);
        var error = await Assert.ThrowsAsync<AttachException>(() => _server.AttachAsync("s1"));
        Assert.Equal(new EndReason(kind, "because"), error.Reason);
        await _lifecycle.Negotiations.NextAsync();
        Assert.True(_lifecycle.Negotiations.IsEmpty);
    }

    [Fact]
    public async Task Subscriptions_go_out_with_the_known_version_and_come_back_with_the_next()
    {
        var session = await _server.AttachAsync("s1");
        var first = await session.SetSubscriptionsAsync(["audio", "video/1", "audio"]);
        var second = await session.SetSubscriptionsAsync([]);

        Assert.Equal("setSubscriptions audio,video/1 1", await _lifecycle.Calls.NextAsync());
        Assert.Equal("setSubscriptions  2", await _lifecycle.Calls.NextAsync());
        Assert.Equal((true, 2L, true, 3L), (first.Accepted, first.Version, second.Accepted, second.Version));
        Assert.Empty(session.Subscriptions);
        Assert.Equal(3, session.SubscriptionsVersion);
    }

    [Fact]
    public async Task A_conflict_answers_with_the_set_of_the_server()
    {
        _lifecycle.AcceptsSubscriptions = false;
        var session = await _server.AttachAsync("s1");
        var result = await session.SetSubscriptionsAsync(["mine"]);
        Assert.False(result.Accepted);
        Assert.Equal(("conflict", "theirs", 6L), (result.Reason, result.Subscriptions.Single(), result.Version));
        Assert.Equal("theirs", session.Subscriptions.Single());
    }

    [Fact]
    public async Task A_handler_may_change_subscriptions_and_wait_for_the_answer()
    {
        var session = await _server.AttachAsync("s1");
        session.OnMessage(async _ => await _events.Add($"version {(await session.SetSubscriptionsAsync(["audio"])).Version}"));
        await (await _lifecycle.Connections.NextAsync()).SendAsync("message", new { seq = 1, body = 1 });
        Assert.Equal("message 1 1", await _events.NextAsync());
        Assert.Equal("version 2", await _events.NextAsync());
    }

    [Fact]
    public async Task A_refused_hub_call_throws_its_code_and_bad_streams_never_leave()
    {
        _lifecycle.AcceptsSubscriptions = false;
        _lifecycle.Reply = _ => new { ok = false, error = new { code = "too_large", message = "no" } };
        var session = await _server.AttachAsync("s1");
        Assert.Equal("too_large", (await Assert.ThrowsAsync<HubCallException>(() => session.SetSubscriptionsAsync(["a"]))).Code);
        await _lifecycle.Calls.NextAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => session.SetSubscriptionsAsync(["a b"]));
        await Assert.ThrowsAsync<ArgumentException>(() => session.SetSubscriptionsAsync(["a/../b"]));
        await Assert.ThrowsAsync<ArgumentException>(() => session.SetSubscriptionsAsync(Enumerable.Range(0, 1001).Select(i => $"s{i}")));
        Assert.True(_lifecycle.Calls.IsEmpty);
    }

    [Fact]
    public async Task A_hub_call_ends_with_the_connection_it_was_made_on()
    {
        var session = await _server.AttachAsync("s1");
        var connection = await _lifecycle.Connections.NextAsync();
        _lifecycle.Reply = _ =>
        {
            connection.Drop();
            throw new HubException("dropped");
        };
        _lifecycle.AcceptsSubscriptions = false;
        var error = await Record.ExceptionAsync(() => session.SetSubscriptionsAsync(["a"]));
        Assert.True(error is InvalidOperationException or HubException, $"{error}");
    }

    [Fact]
    public async Task Releasing_says_goodbye_and_ends()
    {
        var session = await _server.AttachAsync("s1");
        Assert.True(await _server.ReleaseAsync("s1"));
        Assert.Equal("release", await _lifecycle.Calls.NextAsync());
        Assert.Equal(EndKind.Released, (await session.Completion).Kind);
        Assert.Null(_server.Find("s1"));
        Assert.False(await _server.ReleaseAsync("s1"));
    }

    [Fact]
    public async Task Releasing_while_unattached_ends_and_tells_that_nobody_heard_it()
    {
        var session = await _server.AttachAsync("s1");
        _lifecycle.Refuse = () => Results.StatusCode(503);
        await _lifecycle.Negotiations.NextAsync();
        (await _lifecycle.Connections.NextAsync()).Drop();
        await _lifecycle.Negotiations.NextAsync();
        Assert.Equal(SessionState.Reconnecting, session.State);
        Assert.False(await session.ReleaseAsync());
        Assert.Equal(EndKind.Released, (await session.Completion).Kind);
    }

    [Fact]
    public async Task Attaching_twice_shares_one_session_and_attaching_after_the_end_makes_a_new_one()
    {
        var both = await Task.WhenAll(_server.AttachAsync("s1"), _server.AttachAsync("s1"));
        Assert.Same(both[0], both[1]);
        await both[0].CloseAsync();
        Assert.NotSame(both[0], await _server.AttachAsync("s1"));
    }

    [Fact]
    public async Task A_cancelled_attach_stops_trying()
    {
        _lifecycle.Refuse = () => Results.StatusCode(503);
        using var cancellation = new CancellationTokenSource();
        var attach = _server.AttachAsync("s1", cancellationToken: cancellation.Token);
        await _lifecycle.Negotiations.NextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attach);
        Assert.Equal("ended Closed", await _events.NextAsync());
    }

    [Fact]
    public async Task Disposing_closes_every_session_without_a_goodbye()
    {
        var sessions = await Task.WhenAll(_server.AttachAsync("s1"), _server.AttachAsync("s2"));
        await _server.DisposeAsync();
        Assert.All(sessions, session => Assert.Equal(SessionState.Ended, session.State));
        Assert.True(_lifecycle.Calls.IsEmpty);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _server.AttachAsync("s3"));
    }

    [Fact]
    public async Task Bad_session_ids_never_leave()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _server.AttachAsync("a b"));
        await Assert.ThrowsAsync<ArgumentException>(() => _server.AttachAsync(".."));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _server.AttachAsync("s1", new AttachOptions { LastSeq = -1 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _server.AttachAsync("s1", new AttachOptions { LastSeq = (1L << 52) + 1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => _server.AttachAsync(""));
        Assert.True(_lifecycle.Negotiations.IsEmpty);
    }
}

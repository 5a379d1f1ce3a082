using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests;

/// <summary>Coming back: tokens, messages and subscriptions over more than one connection.</summary>
public class ResumeTests : IAsyncLifetime
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
            session.OnReconnected(ack => _events.Add($"reconnected {ack.Seq}"));
            session.OnRefused(refusal => _events.Add($"refused {refusal.Code}"));
        });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _lifecycle.DisposeAsync();
    }

    static IResult TokenProblem(string code) => Results.Problem("no", statusCode: 401, type: $"urn:lifecycle:problem:{code}");

    [Fact]
    public async Task A_reconnect_shows_the_token_and_the_last_message()
    {
        await _server.AttachAsync("s1");
        var first = await _lifecycle.Negotiations.NextAsync();
        Assert.Equal((null, null), (first.Token, first.LastSeq));
        var connection = await _lifecycle.Connections.NextAsync();
        await connection.SendAsync("message", new { seq = 5, body = 1 });
        Assert.Equal("message 5 1", await _events.NextAsync());
        connection.Drop();
        var second = await _lifecycle.Negotiations.NextAsync();
        Assert.Equal(("reconnect-token-1", 5L, true), (second.Token, second.LastSeq, second.Reconnect));
    }

    [Theory]
    [InlineData("reconnect_token_invalid")]
    [InlineData("reconnect_token_expired")]
    [InlineData("reconnect_token_mismatch")]
    public async Task A_token_that_negotiate_refuses_is_forgotten_and_the_next_try_comes_at_once(string code)
    {
        await _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        var refused = 0;
        _lifecycle.Refuse = () => Interlocked.Increment(ref refused) == 1 ? TokenProblem(code) : null;
        (await _lifecycle.Connections.NextAsync()).Drop();
        Assert.Equal("reconnect-token-1", (await _lifecycle.Negotiations.NextAsync()).Token);
        var again = await _lifecycle.Negotiations.NextAsync();
        Assert.Equal((null, true), (again.Token, again.Reconnect));
        Assert.Equal($"refused {code}", await _events.NextAsync());
        Assert.Equal("reconnected 0", await _events.NextAsync());
    }

    [Fact]
    public async Task A_wrong_key_is_still_the_end()
    {
        var session = await _server.AttachAsync("s1");
        _lifecycle.Refuse = () => TokenProblem("unauthorized");
        (await _lifecycle.Connections.NextAsync()).Drop();
        Assert.Equal(EndKind.Unauthorized, (await session.Completion).Kind);
    }

    [Fact]
    public async Task A_connection_that_is_closed_for_its_token_is_made_again_without_it()
    {
        await _server.AttachAsync("s1");
        await _lifecycle.Negotiations.NextAsync();
        var refused = 0;
        _lifecycle.Connected = connection => Interlocked.Increment(ref refused) == 1 ? throw new HubException("stale_token") : connection.AckAsync(resumed: true);
        (await _lifecycle.Connections.NextAsync()).Drop();
        Assert.Equal("reconnect-token-1", (await _lifecycle.Negotiations.NextAsync()).Token);
        Assert.Null((await _lifecycle.Negotiations.NextAsync()).Token);
        Assert.Equal("refused stale_token", await _events.NextAsync());
        Assert.Equal("reconnected 0", await _events.NextAsync());
    }

    [Fact]
    public async Task A_message_that_comes_again_is_not_handled_again()
    {
        await _server.AttachAsync("s1");
        var connection = await _lifecycle.Connections.NextAsync();
        foreach (var seq in new[] { 1, 2 }) await connection.SendAsync("message", new { seq, body = seq });
        _lifecycle.Connected = async next =>
        {
            await next.AckAsync(resumed: true, seq: 1);
            foreach (var seq in new[] { 2, 3 }) await next.SendAsync("message", new { seq, body = seq });
        };
        await _events.NextAsync();
        await _events.NextAsync();
        connection.Drop();
        Assert.Equal("reconnected 1", await _events.NextAsync());
        Assert.Equal("message 3 3", await _events.NextAsync());
    }

    [Fact]
    public async Task A_fresh_start_counts_anew()
    {
        await _server.AttachAsync("s1");
        var connection = await _lifecycle.Connections.NextAsync();
        await connection.SendAsync("message", new { seq = 9, body = 9 });
        await _events.NextAsync();
        _lifecycle.Connected = async next =>
        {
            await next.AckAsync(resumed: false, seq: 3);
            foreach (var seq in new[] { 3, 4 }) await next.SendAsync("message", new { seq, body = seq });
        };
        connection.Drop();
        Assert.Equal("reconnected 3", await _events.NextAsync());
        Assert.Equal("message 4 4", await _events.NextAsync());
    }

    [Fact]
    public async Task A_connection_without_a_name_says_init_and_is_greeted_after_it()
    {
        _lifecycle.Connected = connection => connection.AckAsync(initWanted: true);
        var session = await _server.AttachAsync("s1");
        Assert.StartsWith("init", await _lifecycle.Calls.NextAsync());
        Assert.True(session.Ack!.Resumed); // the ack that followed the init
    }

    // An app reconnected to an empty set and believed to be subscribed.
    [Fact]
    public async Task The_set_that_was_in_force_is_put_in_force_again_where_the_server_has_another()
    {
        var session = await _server.AttachAsync("s1");
        await session.SetSubscriptionsAsync(["audio"]);
        Assert.Equal("setSubscriptions audio 1", await _lifecycle.Calls.NextAsync());
        _lifecycle.Connected = connection => connection.AckAsync(version: 7);
        (await _lifecycle.Connections.NextAsync()).Drop();
        Assert.Equal("setSubscriptions audio 7", await _lifecycle.Calls.NextAsync());
    }

    [Fact]
    public async Task A_choice_keeps_or_replaces_after_every_ack_and_a_conflict_is_tried_against_the_newer_set()
    {
        _lifecycle.AcceptsSubscriptions = false;
        _lifecycle.Connected = connection => connection.AckAsync(subscriptions: ["old"], version: 3);
        var seen = new List<string>();
        var session = await _server.AttachAsync("s1", new AttachOptions
        {
            Configure = s => s.ChooseSubscriptions(ack =>
            {
                lock (seen) seen.Add($"{string.Join(",", ack.Subscriptions)}@{ack.SubscriptionsVersion}");
                return ack.Subscriptions.Contains("theirs") ? null : ["mine"];
            }),
        });
        Assert.Equal("setSubscriptions mine 3", await _lifecycle.Calls.NextAsync());
        await AsSoonAs(() => session.SubscriptionsVersion == 8 && seen.Count == 2, "the newer set was looked at");
        Assert.Equal(["old@3", "theirs@8"], seen);
        Assert.True(_lifecycle.Calls.IsEmpty); // the newer set is kept
    }

    [Fact]
    public async Task A_drain_takes_no_webhooks_lets_handlers_finish_and_says_no_goodbye()
    {
        var (started, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        var session = await _server.AttachAsync("s1", new AttachOptions
        {
            Configure = s => s.OnMessage(async _ =>
            {
                started.SetResult();
                await finish.Task;
            }),
        });
        await (await _lifecycle.Connections.NextAsync()).SendAsync("message", new { seq = 1, body = 1 });
        await started.Task;
        var leaving = _server.ShutdownAsync(ShutdownMode.Drain);
        Assert.True(_server.IsLeaving);
        Assert.False(leaving.IsCompleted);
        finish.SetResult();
        Assert.True(await leaving);
        Assert.Equal(EndKind.Closed, (await session.Completion).Kind);
        Assert.True(_lifecycle.Calls.IsEmpty);
    }

    [Fact]
    public async Task A_goodbye_releases_every_session()
    {
        var sessions = new[] { await _server.AttachAsync("s1"), await _server.AttachAsync("s2") };
        Assert.True(await _server.ShutdownAsync(ShutdownMode.Goodbye));
        Assert.Equal(["release", "release"], new[] { await _lifecycle.Calls.NextAsync(), await _lifecycle.Calls.NextAsync() });
        foreach (var session in sessions) Assert.Equal(EndKind.Released, (await session.Completion).Kind);
    }

    [Fact]
    public async Task A_handler_that_does_not_end_holds_the_shutdown_up_for_the_limit_only()
    {
        var started = new TaskCompletionSource();
        await _server.AttachAsync("s1", new AttachOptions
        {
            Configure = s => s.OnMessage(_ =>
            {
                started.SetResult();
                return new TaskCompletionSource().Task;
            }),
        });
        await (await _lifecycle.Connections.NextAsync()).SendAsync("message", new { seq = 1, body = 1 });
        await started.Task;
        Assert.False(await _server.ShutdownAsync(ShutdownMode.Drain, TimeSpan.FromMilliseconds(100)));
    }

    static async Task AsSoonAs(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"never: {what}");
            await Task.Yield();
        }
    }
}

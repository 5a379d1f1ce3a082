using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Lifecycle.Sdk.Tests;

/// <summary>Leaving: a drain is not a goodbye.</summary>
public class ShutdownTests : FakeWorld
{
    static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_drain_closes_without_a_goodbye()
    {
        var sessions = await Task.WhenAll(Server.AttachAsync("s1"), Server.AttachAsync("s2"));
        Assert.True(await Server.ShutdownAsync(ShutdownMode.Drain));
        Assert.True(Lifecycle.Calls.IsEmpty);
        foreach (var session in sessions) Assert.Equal(EndKind.Closed, (await session.Completion).Kind);
    }

    [Fact]
    public async Task A_goodbye_releases_every_session()
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Server.AttachAsync($"s{i}")));
        Assert.True(await Server.ShutdownAsync(ShutdownMode.Goodbye, Long));
        for (var i = 0; i < 100; i++) Assert.Equal("release", await Lifecycle.Calls.NextAsync());
        foreach (var session in sessions) Assert.Equal(EndKind.Released, (await session.Completion).Kind);
    }

    [Fact]
    public async Task A_goodbye_that_cannot_be_said_is_told_and_ends_the_session_all_the_same()
    {
        var (session, connection) = await AttachAsync();
        await Server.AttachAsync("s2");
        Lifecycle.Refuse = () => Results.StatusCode(503);
        await Lifecycle.Negotiations.NextAsync();
        connection.Drop();
        await Lifecycle.Negotiations.NextAsync();
        Assert.False(await Server.ShutdownAsync(ShutdownMode.Goodbye, Long));
        Assert.Equal("release", await Lifecycle.Calls.NextAsync());
        Assert.Equal(EndKind.Released, (await session.Completion).Kind);
    }

    [Fact]
    public async Task A_goodbye_that_is_not_answered_is_given_up_with_the_limit()
    {
        var (session, _) = await AttachAsync();
        var hangs = new TaskCompletionSource();
        Lifecycle.Released = () => hangs.Task;
        Assert.False(await Server.ShutdownAsync(ShutdownMode.Goodbye, TimeSpan.FromMilliseconds(200)));
        hangs.SetResult();
        Assert.Equal(EndKind.Closed, (await session.Completion).Kind);
    }

    [Fact]
    public async Task A_drain_lets_what_is_running_and_waiting_finish_while_still_attached()
    {
        var (session, connection) = await AttachAsync();
        var (started, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        var handled = new Inbox<string>("handled message");
        session.OnMessage(async message =>
        {
            started.TrySetResult();
            await finish.Task;
            await handled.Add($"{message.Seq} {(await session.SetSubscriptionsAsync([$"m{message.Seq}"])).Accepted}");
        });
        await connection.MessageAsync(1);
        await connection.MessageAsync(2);
        await Messages.NextAsync();
        await started.Task;
        var shutdown = Server.ShutdownAsync(ShutdownMode.Drain, Long);
        Assert.True(Server.IsLeaving);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Server.AttachAsync("s2"));
        Assert.False(shutdown.IsCompleted);
        finish.SetResult();
        Assert.True(await shutdown);
        Assert.Equal("1 True", await handled.NextAsync());
        Assert.Equal("2 True", await handled.NextAsync());
    }

    [Fact]
    public async Task A_handler_that_does_not_finish_holds_a_drain_up_for_the_limit_only()
    {
        var (session, connection) = await AttachAsync();
        var (started, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        session.OnMessage(_ =>
        {
            started.SetResult();
            return never.Task;
        });
        await connection.MessageAsync(1);
        await started.Task;
        Assert.False(await Server.ShutdownAsync(ShutdownMode.Drain, TimeSpan.FromMilliseconds(100)));
        Assert.Equal(EndKind.Closed, (await session.Completion).Kind);
        never.SetResult();
    }

    [Fact]
    public async Task The_first_shutdown_decides()
    {
        await AttachAsync();
        await Task.WhenAll(Server.ShutdownAsync(ShutdownMode.Drain), Server.ShutdownAsync(ShutdownMode.Goodbye));
        Assert.True(Lifecycle.Calls.IsEmpty);
    }
}

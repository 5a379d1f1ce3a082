using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

public sealed class GroupTests
{
    static readonly AppSessionId id = new("s1", TestApp.Package);

    static async Task<AppClient> SubscribedAsync(TestApp app, params string[] streams)
    {
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        await client.Socket.InvokeAsync("setSubscriptions", streams, 0);
        await app.Settle();
        return client;
    }

    // The service was restarted and had forgotten the groups; apps reconnected with their subscriptions, and heard nothing.
    // They were also left before they were joined, which the service may see the other way round.
    [Fact]
    public void Groups_that_the_service_forgot_are_there_again_before_the_ack() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        var first = await SubscribedAsync(app, "audio", "text");
        await spy.LeaveAllAsync(id);
        first.Socket.Drop();
        await app.Settle();
        spy.Calls.Clear();

        var second = await AppClient.AttachAsync(app, token: first.Token);

        Assert.Equal(["is in s1/audio", "is in s1/text", "join s1/audio", "join s1/text", "send ack"], spy.Calls);
        Assert.True(await spy.IsInAsync(id, "s1/audio") && await spy.IsInAsync(id, "s1/text"));
        Assert.Equal(2, second.Ack.GetProperty("subscriptions").GetArrayLength());
    }, ConnectionSpy.Install);

    // One was gone, the mark that stood for all was there, and the app came back deaf to that one.
    [Fact]
    public void A_group_that_is_missing_is_found_by_name_and_it_alone_is_joined() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        var first = await SubscribedAsync(app, "audio", "text", "video");
        await spy.LeaveAsync(id, "s1/text");
        first.Socket.Drop();
        await app.Settle();
        spy.Calls.Clear();
        await AppClient.AttachAsync(app, token: first.Token);
        Assert.Equal(["is in s1/audio", "is in s1/text", "is in s1/video", "join s1/text", "send ack"], spy.Calls);
    }, ConnectionSpy.Install);

    [Fact]
    public void Of_many_groups_that_are_missing_each_is_found_by_name() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        string[] streams = [.. Enumerable.Range(0, 200).Select(n => $"stream{n}")];
        string[] lost = [.. streams.Where((_, n) => n % 3 == 0)];
        var first = await SubscribedAsync(app, streams);
        foreach (var stream in lost)
        {
            await spy.LeaveAsync(id, $"s1/{stream}");
        }

        first.Socket.Drop();
        await app.Settle();
        spy.Calls.Clear();
        await AppClient.AttachAsync(app, token: first.Token);
        Assert.Equal("send ack", spy.Calls[^1]);
        Assert.Equal(streams.Length, spy.Calls.Where(c => c.StartsWith("is in", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(lost.Select(stream => $"join s1/{stream}").Order(), spy.Calls.Where(c => c.StartsWith("join", StringComparison.Ordinal)).Order());
    }, ConnectionSpy.Install);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(9, 8)]
    [InlineData(1_000, 8)]
    public void Groups_that_are_there_cost_a_reconnect_eight_questions_at_most(int streams, int questions) => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        var first = await SubscribedAsync(app, [.. Enumerable.Range(0, streams).Select(n => $"stream{n}")]);
        first.Socket.Drop();
        await app.Settle();
        spy.Calls.Clear();
        await AppClient.AttachAsync(app, token: first.Token);
        Assert.Equal(questions + 1, spy.Calls.Distinct().Count());
        Assert.All(spy.Calls[..^1], call => Assert.StartsWith("is in s1/stream", call, StringComparison.Ordinal));
        Assert.Equal("send ack", spy.Calls[^1]);
    }, ConnectionSpy.Install);

    // A join failed, nobody noticed, and the app believed to be subscribed.
    [Fact]
    public void Groups_that_could_not_be_joined_are_joined_later() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        spy.Fails = call => call == "join s1/text";
        await SubscribedAsync(app, "audio", "text");
        Assert.False(await spy.IsInAsync(id, "s1/text"));
        await app.Settle(2_000);
        spy.Fails = _ => false;
        await app.Settle(5_000);
        Assert.True(await spy.IsInAsync(id, "s1/audio") && await spy.IsInAsync(id, "s1/text"));
    }, ConnectionSpy.Install);

    // It had replaced its set by another one or by none, a leave failed, and it went on hearing what it no longer wanted.
    [Theory]
    [InlineData("text")]
    [InlineData]
    public void Groups_that_could_not_be_left_are_left_later(params string[] then) => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        var client = await SubscribedAsync(app, "audio", "text");
        spy.Fails = call => call == "leave s1/audio";
        await client.Socket.InvokeAsync("setSubscriptions", then, 1);
        await app.Settle();
        Assert.True(await spy.IsInAsync(id, "s1/audio"));
        spy.Fails = _ => false;
        await app.Settle(2_000);
        Assert.False(await spy.IsInAsync(id, "s1/audio"));
        Assert.Equal(then.Length > 0, await spy.IsInAsync(id, "s1/text"));
    }, ConnectionSpy.Install);

    // The socket was lost before the second try, and the reconnect took an empty set for nothing to do.
    [Fact]
    public void Groups_that_could_not_be_left_are_left_by_the_reconnect_with_an_empty_set() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        var client = await SubscribedAsync(app, "audio");
        spy.Fails = call => call == "leave s1/audio";
        await client.Socket.InvokeAsync("setSubscriptions", Array.Empty<string>(), 1);
        await app.Settle();
        client.Socket.Drop();
        await app.Settle();
        spy.Fails = _ => false;
        await AppClient.AttachAsync(app, token: client.Token);
        Assert.False(await spy.IsInAsync(id, "s1/audio"));
    }, ConnectionSpy.Install);

    // Every membership was ended and begun again to be rid of one: what was published in between was lost, to an app that was attached.
    [Fact]
    public void Groups_that_could_not_be_left_are_left_by_name_and_the_others_not_touched() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        var client = await SubscribedAsync(app, "audio", "text");
        spy.Fails = call => call == "leave s1/audio";
        await client.Socket.InvokeAsync("setSubscriptions", new[] { "text" }, 1);
        await app.Settle();
        spy.Fails = _ => false;
        spy.Calls.Clear();
        await app.Settle(2_000);
        Assert.Equal(["join s1/text", "leave s1/audio"], spy.Calls);
    }, ConnectionSpy.Install);

    [Fact]
    public void A_fresh_start_that_could_not_leave_the_old_groups_leaves_them_later() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        (await SubscribedAsync(app, "audio")).Socket.Drop();
        await app.Settle();
        spy.Fails = call => call == "leave all";
        await AppClient.AttachAsync(app, "i2", reconnect: false);
        Assert.True(await spy.IsInAsync(id, "s1/audio"));
        spy.Fails = _ => false;
        await app.Settle(2_000);
        Assert.False(await spy.IsInAsync(id, "s1/audio"));
    }, ConnectionSpy.Install);

    // The names were known to no one by then: the stop had failed to leave the groups, and so did the start after it.
    [Fact]
    public void Groups_that_neither_the_stop_nor_the_start_could_leave_are_left_later() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        var first = await SubscribedAsync(app, "audio");
        spy.Fails = call => call == "leave all";
        await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/stop");
        await app.Settle();
        first.Socket.Drop();
        await app.Settle();
        await app.StartAsync();
        await AppClient.AttachAsync(app, "i2");
        Assert.True(await spy.IsInAsync(id, "s1/audio"));
        spy.Fails = _ => false;
        await app.Settle(2_000);
        Assert.False(await spy.IsInAsync(id, "s1/audio"));
        Assert.Equal("RUNNING", await app.StateAsync());
    }, ConnectionSpy.Install);

    [Fact]
    public void A_message_that_the_service_refused_comes_later_and_in_order() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<ConnectionSpy>();
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        spy.Fails = call => call == "send message";
        var first = await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body = 1 });
        spy.Fails = _ => false;
        var second = await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body = 2 });
        Assert.Equal(["buffered", "buffered"], new[] { first, second }.Select(a => a.Json.GetProperty("outcome").GetString()));
        await app.Settle(2_000);
        Assert.Equal([(1, "1"), (2, "2")], client.Messages);
    }, ConnectionSpy.Install);
}

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
    [Fact]
    public void Groups_that_the_service_forgot_are_there_again_before_the_ack() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<Spy>();
        var first = await SubscribedAsync(app, "audio", "text");
        await spy.LeaveAllAsync(id);
        first.Socket.Drop();
        await app.Settle();
        spy.Calls.Clear();

        var second = await AppClient.AttachAsync(app, token: first.Token);

        Assert.Equal("send ack", spy.Calls[^1]);
        Assert.Contains("join s1/audio", spy.Calls);
        Assert.True(await spy.IsInAsync(id, "s1/audio") && await spy.IsInAsync(id, "s1/text"));
        Assert.Equal(2, second.Ack.GetProperty("subscriptions").GetArrayLength());
    }, Spy.Install);

    [Fact]
    public void Groups_that_are_there_cost_a_reconnect_one_question() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<Spy>();
        var first = await SubscribedAsync(app, [.. Enumerable.Range(0, 100).Select(n => $"stream{n}")]);
        first.Socket.Drop();
        await app.Settle();
        spy.Calls.Clear();
        await AppClient.AttachAsync(app, token: first.Token);
        Assert.Equal(["is in", "send ack"], spy.Calls.Select(call => call.StartsWith("is in", StringComparison.Ordinal) ? "is in" : call));
    }, Spy.Install);

    // A join failed, nobody noticed, and the app believed to be subscribed.
    [Fact]
    public void Groups_that_could_not_be_joined_are_joined_later() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<Spy>();
        spy.Fails = call => call == "join s1/text";
        await SubscribedAsync(app, "audio", "text");
        Assert.False(await spy.IsInAsync(id, "s1/text"));
        await app.Settle(2_000);
        spy.Fails = _ => false;
        await app.Settle(5_000);
        Assert.True(await spy.IsInAsync(id, "s1/audio") && await spy.IsInAsync(id, "s1/text"));
    }, Spy.Install);

    // It had replaced its set by another one or by none, a leave failed, and it went on hearing what it no longer wanted.
    [Theory]
    [InlineData("text")]
    [InlineData]
    public void Groups_that_could_not_be_left_are_left_later(params string[] then) => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<Spy>();
        var client = await SubscribedAsync(app, "audio", "text");
        spy.Fails = call => call == "leave s1/audio";
        await client.Socket.InvokeAsync("setSubscriptions", then, 1);
        await app.Settle();
        Assert.True(await spy.IsInAsync(id, "s1/audio"));
        spy.Fails = _ => false;
        await app.Settle(2_000);
        Assert.False(await spy.IsInAsync(id, "s1/audio"));
        Assert.Equal(then.Length > 0, await spy.IsInAsync(id, "s1/text"));
    }, Spy.Install);

    // The socket was lost before the second try, and the reconnect took an empty set for nothing to do.
    [Fact]
    public void Groups_that_could_not_be_left_are_left_by_the_reconnect_with_an_empty_set() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<Spy>();
        var client = await SubscribedAsync(app, "audio");
        spy.Fails = call => call == "leave s1/audio";
        await client.Socket.InvokeAsync("setSubscriptions", Array.Empty<string>(), 1);
        await app.Settle();
        client.Socket.Drop();
        await app.Settle();
        spy.Fails = _ => false;
        await AppClient.AttachAsync(app, token: client.Token);
        Assert.False(await spy.IsInAsync(id, "s1/audio"));
    }, Spy.Install);

    [Fact]
    public void A_fresh_start_that_could_not_leave_the_old_groups_leaves_them_later() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<Spy>();
        (await SubscribedAsync(app, "audio")).Socket.Drop();
        await app.Settle();
        spy.Fails = call => call == "leave all";
        await AppClient.AttachAsync(app, "i2", reconnect: false);
        Assert.True(await spy.IsInAsync(id, "s1/audio"));
        spy.Fails = _ => false;
        await app.Settle(2_000);
        Assert.False(await spy.IsInAsync(id, "s1/audio"));
    }, Spy.Install);

    [Fact]
    public void A_message_that_the_service_refused_comes_later_and_in_order() => TestApp.Run(async app =>
    {
        var spy = app.Services.GetRequiredService<Spy>();
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        spy.Fails = call => call == "send message";
        var first = await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body = 1 });
        spy.Fails = _ => false;
        var second = await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body = 2 });
        Assert.Equal(["buffered", "buffered"], new[] { first, second }.Select(a => a.Json.GetProperty("outcome").GetString()));
        await app.Settle(2_000);
        Assert.Equal([(1, "1"), (2, "2")], client.Messages);
    }, Spy.Install);

    /// <summary>The real service, with what is asked of it written down, and refused when the test says so.</summary>
    sealed class Spy(IAppConnections real) : IAppConnections
    {
        public static void Install(IServiceCollection services)
        {
            services.AddSingleton(provider => new Spy(provider.GetRequiredService<Lifecycle.Functions.Hub.Apps>()));
            services.AddTransient<IAppConnections>(provider => provider.GetRequiredService<Spy>());
        }

        public List<string> Calls { get; } = [];

        public Func<string, bool> Fails { get; set; } = _ => false;

        public Task SendAsync(AppSessionId user, string? connectionId, string target, object payload) =>
            Do($"send {target}", () => real.SendAsync(user, connectionId, target, payload));

        public Task CloseAsync(string connectionId, string reason) => Do("close", () => real.CloseAsync(connectionId, reason));

        public Task JoinAsync(AppSessionId user, string group) => Do($"join {group}", () => real.JoinAsync(user, group));

        public Task LeaveAsync(AppSessionId user, string group) => Do($"leave {group}", () => real.LeaveAsync(user, group));

        public Task LeaveAllAsync(AppSessionId user) => Do("leave all", () => real.LeaveAllAsync(user));

        public Task<bool> ExistsAsync(AppSessionId user, CancellationToken cancellation) => real.ExistsAsync(user, cancellation);

        public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation) => real.ExistsAsync(connectionId, cancellation);

        public Task<bool> IsInAsync(AppSessionId user, string group)
        {
            Calls.Add($"is in {group}");
            return real.IsInAsync(user, group);
        }

        Task Do(string call, Func<Task> act)
        {
            Calls.Add(call);
            return Fails(call) ? throw new HttpRequestException("The service is away.") : act();
        }
    }
}

using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Tests.EndToEnd;

/// <summary>An ASP.NET Core app server against the deployed app on the embedded runtime, over real sockets. Every test has a package of its own.</summary>
public class EndToEndTests(HostProcess host) : IClassFixture<HostProcess>
{
    readonly Inbox<string> _messages = new("message");
    readonly Inbox<SessionAck> _reconnects = new("reconnect");
    readonly Inbox<RefusedAttempt> _refusals = new("refusal");
    readonly Inbox<EndReason> _ends = new("end");

    [Fact]
    public async Task Messages_and_streams_survive_a_socket_that_flaps()
    {
        const string package = "com.example.flaps";
        await using var app = await StartAsync(package, session => session.ChooseSubscriptions(_ => ["audio", "transcript"]));
        var session = await StartSessionAsync(app, package);
        for (var round = 0; round < 4; round++)
        {
            await host.SendMessageAsync("s1", $"before {round}", package);
            await host.DropAsync("s1", package);
            // Sent, buffered, or sent into the dying socket: it arrives all the same.
            for (var i = 0; i < 3; i++) await host.SendMessageAsync("s1", $"in {round} {i}", package);
            Assert.True((await _reconnects.NextAsync()).Resumed);
        }
        await host.SendMessageAsync("s1", "last", package);
        var wanted = Enumerable.Range(0, 4).SelectMany(r => new[] { $"before {r}" }.Concat(Enumerable.Range(0, 3).Select(i => $"in {r} {i}"))).Append("last");
        var seq = 0;
        foreach (var body in wanted) Assert.Equal($"{++seq} {body}", await _messages.NextAsync());
        await Eventually.HoldsAsync("the streams to be in force", async () =>
            (await host.SessionAsync("s1", package)).GetProperty("subscriptions").EnumerateArray().Select(s => s.GetString()).SequenceEqual(["audio", "transcript"]));
        Assert.True(_messages.IsEmpty);
        Assert.Equal(seq, session.LastSeq);
    }

    [Fact]
    public async Task A_token_whose_key_is_gone_is_forgotten_and_the_session_goes_on_without_it()
    {
        const string package = "com.example.keys";
        await using var app = await StartAsync(package);
        await StartSessionAsync(app, package);
        await host.SendMessageAsync("s1", "one", package);
        await _messages.NextAsync();
        await host.KillAsync();
        Directory.Delete(host.Keys, recursive: true);
        await host.StartAsync();
        var ack = await _reconnects.NextAsync();
        RefusedAttempt refusal;
        do refusal = await _refusals.NextAsync();
        while (!refusal.Code.StartsWith("reconnect_token_", StringComparison.Ordinal));
        Assert.Equal((RefusalCode.ReconnectTokenInvalid, TimeSpan.Zero), (refusal.Code, refusal.RetryIn));
        Assert.True(ack.Resumed);
        await host.SendMessageAsync("s1", "two", package);
        Assert.Equal("2 two", await _messages.NextAsync());
    }

    [Fact]
    public async Task A_wrong_key_is_final_and_typed()
    {
        const string package = "com.example.wrong";
        await using var app = await StartAsync(package);
        await using var stranger = new AppServer(new AppServerOptions { LifecycleUrl = host.Api, PackageName = package, ApiKey = "not-the-key-at-all" });
        Assert.Equal(EndKind.Unauthorized, (await Assert.ThrowsAsync<AttachException>(() => stranger.AttachAsync("s1"))).Reason.Kind);
        // The right key alone does not open a session that nobody started.
        var error = await Assert.ThrowsAsync<AttachException>(() => app.Services.GetRequiredService<AppServer>().AttachAsync("s1"));
        Assert.Equal(EndKind.NotStarted, error.Reason.Kind);
    }

    [Fact]
    public async Task A_session_that_comes_back_while_it_is_attached_keeps_its_state_and_every_message()
    {
        const string package = "com.example.comesback";
        await using var app = await StartAsync(package);
        var session = await StartSessionAsync(app, package);
        for (var round = 0; round < 4; round++)
        {
            await host.SendMessageAsync("s1", $"before {round}", package);
            Assert.True(app.Services.GetRequiredService<AppServer>().TryComeBack("s1"));
            for (var i = 0; i < 3; i++) await host.SendMessageAsync("s1", $"in {round} {i}", package);
            Assert.True((await _reconnects.NextAsync()).Resumed);
        }
        var wanted = Enumerable.Range(0, 4).SelectMany(r => new[] { $"before {r}", $"in {r} 0", $"in {r} 1", $"in {r} 2" });
        var seq = 0;
        foreach (var body in wanted) Assert.Equal($"{++seq} {body}", await _messages.NextAsync());
        await host.WaitForStateAsync("s1", package, "RUNNING");
        Assert.True(session.State == SessionState.Attached && _messages.IsEmpty && _ends.IsEmpty);
    }

    [Fact]
    public async Task A_second_process_takes_over_and_the_first_stays_away()
    {
        const string package = "com.example.takeover";
        await using var app = await StartAsync(package);
        await StartSessionAsync(app, package);
        await using var second = new AppServer(
            new AppServerOptions { LifecycleUrl = host.Api, PackageName = package, ApiKey = HostProcess.Key, InstanceId = "second" });
        await second.AttachAsync("s1");
        Assert.Equal(EndKind.Superseded, (await _ends.NextAsync()).Kind);
    }

    [Fact]
    public async Task A_drained_app_server_is_asked_for_its_sessions_again_and_one_that_said_goodbye_is_not()
    {
        const string drained = "com.example.drained", released = "com.example.released";
        var drain = await StartAsync(drained, graceMs: 1000);
        await StartSessionAsync(drain, drained);
        var goodbye = await StartAsync(released, graceMs: 1000, change: options => options.OnShutdown = ShutdownMode.Goodbye);
        await StartSessionAsync(goodbye, released);
        await Task.WhenAll(drain.StopAsync(), goodbye.StopAsync());
        await host.WaitForStateAsync("s1", drained, "RESURRECTING", "BACKOFF");
        await host.WaitForStateAsync("s1", released, "STOPPED");
        await drain.DisposeAsync();
        await goodbye.DisposeAsync();
    }

    async Task<WebApplication> StartAsync(
        string package, Action<AttachedSession>? configure = null, int graceMs = 6000, Action<AppServerOptions>? change = null)
    {
        var builder = Loopback.NewBuilder();
        builder.Services.AddLifecycleAppServer(options =>
        {
            (options.LifecycleUrl, options.PackageName, options.ApiKey, options.InstanceId) = (host.Api, package, HostProcess.Key, "first");
            change?.Invoke(options);
        });
        var app = builder.Build();
        app.MapLifecycleWebhook("/lifecycle");
        app.Services.GetRequiredService<AppServer>().ConfigureSessions(session =>
        {
            session.OnMessage(message => _messages.Add($"{message.Seq} {message.Body}"));
            session.OnReconnected(_reconnects.Add);
            session.OnRefused(_refusals.Add);
            session.OnEnded(_ends.Add);
            configure?.Invoke(session);
        });
        await app.StartAsync();
        await host.PutAppAsync(app.Urls.First() + "/lifecycle", graceMs, package);
        return app;
    }

    async Task<AttachedSession> StartSessionAsync(WebApplication app, string package)
    {
        await host.StartSessionAsync("s1", package);
        var server = app.Services.GetRequiredService<AppServer>();
        await Eventually.HoldsAsync("the ack", () => server.Find("s1") is { State: SessionState.Attached });
        return server.Find("s1")!;
    }
}

using Lifecycle.Compatibility;
using Lifecycle.Sdk.Sessions;
using Lifecycle.Sdk.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk.Tests.EndToEnd;

/// <summary>A hub call that Lifecycle does not know, over real sockets: what this SDK would meet if it said to an older one what that does not know.</summary>
public class UnknownCallTests(HostProcess host) : IClassFixture<HostProcess>
{
    [Fact]
    public async Task It_fails_as_it_was_recorded_to_and_the_session_goes_on()
    {
        const string package = "com.example.unknown";
        await host.PutAppAsync("http://127.0.0.1:9/nobody", package: package);
        await host.StartSessionAsync("s1", package);
        IConnection? used = null;
        using var handler = new HttpClientHandler();
        await using var server = new AppServer(
            new AppServerOptions { LifecycleUrl = host.Api, PackageName = package, ApiKey = HostProcess.Key }, handler, loggers: null, time: null, random: null,
            (redirect, events, targets, loggers) => used = new LifecycleConnection(redirect, events, targets, loggers));
        var messages = new Inbox<string>("message");
        var session = await server.AttachAsync("s1");
        session.OnMessage(message => messages.Add($"{message.Seq} {message.Body}"));

        var error = await Assert.ThrowsAsync<HubException>(() => used!.CallAsync("unheardOf", [new { seq = 1 }], CancellationToken.None));
        Assert.Equal((string?)ReleasedWire.Server("unknownMethod"), error.Message);

        Assert.True((await session.SetSubscriptionsAsync(["audio"])).Accepted);
        await host.SendMessageAsync("s1", "one", package);
        Assert.Equal("1 one", await messages.NextAsync());
        Assert.Equal((SessionState.Attached, false), (session.State, used!.Closed.IsCompleted));
    }
}

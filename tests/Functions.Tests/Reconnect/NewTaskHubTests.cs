using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>
/// What docs/operations.md promises of a new task hub: its state is empty, the sockets are still there, and the platform starts the
/// sessions again.
/// </summary>
public sealed class NewTaskHubTests
{
    [Fact]
    public void A_session_that_is_started_again_takes_the_socket_that_is_there_and_sends_no_webhook() => TestApp.Run(async app =>
    {
        app.Services.GetRequiredService<SignalRServiceCore>().Faults.Add(new UpstreamFault { Kind = UpstreamFaultKind.Lose, Event = "connected" });
        var client = await AppClient.AttachAsync(app);
        Assert.Equal(404, (await app.CallAsync("GET", $"/api/sessions/s1/apps/{TestApp.Package}")).Status);

        await app.StartAsync();
        await app.Settle(5_000);
        Assert.Equal("RUNNING", await app.StateAsync());
        Assert.Empty(app.Webhooks);

        // The app says its name when the ack asks for it, as both SDKs do, and subscribes anew.
        Assert.True(client.Ack.GetProperty("initWanted").GetBoolean());
        await client.Socket.InvokeAsync("init", new { reconnect = true, instanceId = "i1" });
        await app.Settle();
        Assert.Equal((false, false), (client.Ack.GetProperty("initWanted").GetBoolean(), client.Ack.GetProperty("resumed").GetBoolean()));
        Assert.Equal(client.Socket.ConnectionId, (await app.SessionAsync()).GetProperty("connectionId").GetString());
    });
}

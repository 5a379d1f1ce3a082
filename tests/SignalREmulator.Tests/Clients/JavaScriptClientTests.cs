using Lifecycle.SignalREmulator.Tests.Support;

namespace Lifecycle.SignalREmulator.Tests.Clients;

public sealed class JavaScriptClientTests
{
    [Theory]
    [InlineData("WebSockets", "json")]
    [InlineData("WebSockets", "messagepack")]
    [InlineData("ServerSentEvents", "json")]
    [InlineData("LongPolling", "json")]
    public async Task A_client_calls_is_called_reconnects_and_is_closed(string transport, string protocol)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = await NodeClient.StartAsync(emulator.Service.Url, emulator.Service.Token("s1:p1"), transport, protocol);
        var first = (await client.NextAsync("started")).GetString();
        Assert.Equal(first, (await emulator.Upstream.NextAsync("connected")).ConnectionId);

        Assert.Equal("hello", (await client.InvokeAsync("echo", "hello")).GetString());
        await emulator.Service.Api.SendAsync(TestService.Hub, SendTarget.User("s1:p1"), "ack", [new { state = "RUNNING", missed = 0 }]);
        Assert.Equal("""{"state":"RUNNING","missed":0}""", (await client.NextAsync("ack")).GetRawText());

        Assert.Equal(1, emulator.Core.Faults.Drop(new()));
        Assert.Equal(first, (await emulator.Upstream.NextAsync("disconnected")).ConnectionId);
        var second = (await client.NextAsync("reconnected")).GetString();
        Assert.NotEqual(first, second);
        Assert.Equal(second, (await emulator.Upstream.NextAsync("connected")).ConnectionId);
        Assert.Equal(2, (await client.InvokeAsync("echo", 2)).GetInt32());

        await emulator.Service.Api.CloseAsync(TestService.Hub, SendTarget.User("s1:p1"), "superseded");
        Assert.Contains("superseded", (await client.NextAsync("closed")).GetString());
    }

    [Fact]
    public async Task A_client_that_stops_is_gone_without_an_error()
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = await NodeClient.StartAsync(emulator.Service.Url, emulator.Service.Token("u"), "WebSockets", "json");
        await client.NextAsync("started");
        await client.StopAsync();
        Assert.Null((await emulator.Upstream.NextAsync("disconnected")).Message.Error);
    }

    [Fact]
    public async Task A_client_whose_process_is_killed_is_gone()
    {
        await using var emulator = await Emulator.StartAsync();
        var client = await NodeClient.StartAsync(emulator.Service.Url, emulator.Service.Token("u"), "WebSockets", "json");
        var id = (await client.NextAsync("started")).GetString();
        await client.DisposeAsync();
        Assert.Equal(id, (await emulator.Upstream.NextAsync("disconnected")).ConnectionId);
        Assert.Equal(0, emulator.Core.ConnectionCount);
    }

    [Fact]
    public async Task A_client_with_a_bad_token_is_told_401()
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = await NodeClient.StartAsync(emulator.Service.Url, "nonsense", "WebSockets", "json");
        var failed = await client.Events.NextAsync();
        Assert.Equal("failed", failed.GetProperty("event").GetString());
        Assert.Contains("401", failed.GetProperty("value").GetString());
    }
}

using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.AspNetCore.SignalR.Client;

namespace Lifecycle.SignalREmulator.Tests.Standalone;

public sealed class RestartTests
{
    [Fact]
    public async Task Clients_come_back_to_a_service_that_restarts_on_its_port()
    {
        var service = new TestService();
        var first = await SignalREmulatorServer.StartAsync(service.Core, 0);
        var port = first.ConnectionString.Endpoint.Port;
        // A connection from outside keeps the address that it was given.
        var url = first.ConnectionString.ClientUrl(TestService.Hub);
        await using var client = new HubConnectionBuilder()
            .WithUrl(url, o => o.AccessTokenProvider = () => Task.FromResult<string?>(service.Token("u")))
            .WithAutomaticReconnect([.. Enumerable.Repeat(TimeSpan.FromMilliseconds(20), 500)])
            .Build();
        var reconnected = new Inbox<string?>("a reconnect");
        client.Reconnected += id =>
        {
            reconnected.Add(id);
            return Task.CompletedTask;
        };
        await client.StartAsync();
        await first.StopAsync();
        await first.DisposeAsync();
        await using var second = await SignalREmulatorServer.StartAsync(service.Core, port);
        var id = await reconnected.NextAsync();
        Assert.Equal(id, client.ConnectionId);
        Assert.Equal(3, await client.InvokeAsync<int>("echo", 3));
    }

    [Fact]
    public async Task Two_hundred_clients_come_back_after_one_drop()
    {
        const int count = 200;
        await using var emulator = await Emulator.StartAsync();
        var reconnected = new Inbox<string?>("a reconnect");
        var clients = Enumerable.Range(0, count).Select(i => emulator.Client($"u{i}", reconnect: true)).ToList();
        foreach (var client in clients)
        {
            client.Reconnected += id =>
            {
                reconnected.Add(id);
                return Task.CompletedTask;
            };
            await client.StartAsync();
        }
        Assert.Equal(count, emulator.Core.Faults.Drop(new()));
        for (var i = 0; i < count; i++)
        {
            await reconnected.NextAsync();
        }
        // A client hears the answer to its handshake a moment before the service counts it. What it calls comes after that.
        await Task.WhenAll(clients.Select((client, i) => client.InvokeAsync<int>("echo", i)));
        Assert.Equal(count, emulator.Core.ConnectionCount);
        await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
    }
}

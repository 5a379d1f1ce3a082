using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.SignalREmulator.Tests.Core;

public sealed class VirtualTimeTests
{
    static readonly TimeSpan tenMinutes = TimeSpan.FromMinutes(10);
    readonly FakeTimeProvider time = new();

    [Fact]
    public void A_client_connects_calls_and_leaves_on_one_thread() => TestPump.Run(time, tenMinutes, async () =>
    {
        var service = new TestService(time);
        var client = await service.ConnectAsync("s1:p1");
        Assert.Equal("\"hello\"", (await client.Client.InvokeAsync("echo", "hello"))?.GetRawText());
        client.Client.Close();
        Assert.Equal("{\"type\":11}", (await service.Upstream.NextAsync("disconnected")).Body);
        Assert.Equal(0, service.Core.ConnectionCount);
    });

    [Fact]
    public void A_silent_client_is_found_out_after_the_client_timeout() => TestPump.Run(time, tenMinutes, async () =>
    {
        var service = new TestService(time);
        var client = await service.ConnectAsync("s1:p1");
        var from = time.GetUtcNow();
        client.Client.GoSilent();
        Assert.True(await service.Api.ExistsAsync(TestService.Hub, SendTarget.User("s1:p1")));
        var gone = await service.Upstream.NextAsync("disconnected");
        Assert.InRange(time.GetUtcNow() - from, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30.2));
        Assert.NotNull(gone.Message.Error);
        Assert.True(client.Closed.IsEmpty);
    });

    [Fact]
    public void A_token_expires_with_the_virtual_clock() => TestPump.Run(time, TimeSpan.FromHours(3), async () =>
    {
        var service = new TestService(time);
        var token = service.Token("u");
        await Task.Delay(TimeSpan.FromHours(2), time);
        var refusal = await Assert.ThrowsAsync<ClientRefusedException>(() => new VirtualClient(service.Core).ConnectAsync(service.Url, token));
        Assert.Equal(401, refusal.StatusCode);
    });

    [Fact]
    public void A_client_connects_again_after_a_drop_with_a_new_connection() => TestPump.Run(time, tenMinutes, async () =>
    {
        var service = new TestService(time);
        var client = await service.ConnectAsync("u");
        var first = client.Id;
        service.Core.Faults.Drop(new());
        var closed = await client.Closed.NextAsync();
        Assert.True(closed is { AllowReconnect: true, WithClose: false });
        await Task.Delay(TimeSpan.FromSeconds(2), time);
        await client.Client.ConnectAsync(service.Url, service.Token("u"));
        Assert.NotEqual(first, client.Id);
        await service.Api.SendAsync(TestService.Hub, SendTarget.User("u"), "m", []);
        Assert.Equal("m", (await client.Calls.NextAsync()).Method);
    });

    [Fact]
    public void A_thousand_clients_for_an_hour_take_moments() => TestPump.Run(time, TimeSpan.FromHours(2), async () =>
    {
        var service = new TestService(time);
        var clients = new List<TestClient>();
        for (var i = 0; i < 1000; i++)
        {
            clients.Add(await service.ConnectAsync($"u{i}"));
        }
        await Task.Delay(TimeSpan.FromHours(1), time);
        Assert.Equal(1000, service.Core.Faults.Drop(new()));
        Assert.All(clients, c => Assert.False(c.Client.IsConnected));
    });
}

using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.SignalREmulator.Tests.Faults;

public sealed class UpstreamFaultTests
{
    readonly FakeTimeProvider time = new();

    void Run(Func<TestService, Task> test)
        => TestPump.Run(time, TimeSpan.FromMinutes(5), () => test(new TestService(time)));

    static async Task<string[]> NamesAsync(TestService service, int count)
    {
        var names = new string[count];
        for (var i = 0; i < count; i++)
        {
            names[i] = (await service.Upstream.Events.NextAsync()).Name;
        }
        Assert.True(service.Upstream.Events.IsEmpty);
        return names;
    }

    [Fact]
    public void A_lost_connected_leaves_the_client_connected_and_the_app_unaware() => Run(async service =>
    {
        service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Lose, Event = "Connected", Count = 1 });
        var client = await service.ConnectAsync("u");
        await client.Client.InvokeAsync("echo", 1);
        Assert.Equal(["echo"], await NamesAsync(service, 1));
        Assert.Equal(1, service.Core.Faults.Fired(UpstreamFaultKind.Lose));
        await service.ConnectAsync("v");
        Assert.Equal(["connected"], await NamesAsync(service, 1));
    });

    [Fact]
    public void A_lost_call_fails_at_the_caller() => Run(async service =>
    {
        service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Lose, Event = "init" });
        var client = await service.ConnectAsync("u");
        await Assert.ThrowsAsync<HubException>(() => client.Client.InvokeAsync("init"));
    });

    [Fact]
    public void A_delayed_connected_is_overtaken_by_the_disconnected() => Run(async service =>
    {
        service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Delay, Event = "connected", Delay = TimeSpan.FromSeconds(3) });
        var client = await service.ConnectAsync("u");
        client.Client.Drop();
        Assert.Equal("disconnected", (await service.Upstream.Events.NextAsync()).Name);
        var before = time.GetUtcNow();
        Assert.Equal("connected", (await service.Upstream.Events.NextAsync()).Name);
        Assert.InRange(time.GetUtcNow() - before, TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(3.1));
    });

    [Fact]
    public void A_delay_that_keeps_the_order_holds_up_what_follows() => Run(async service =>
    {
        service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Delay, Event = "connected", Delay = TimeSpan.FromSeconds(3), KeepOrder = true });
        var client = await service.ConnectAsync("u");
        client.Client.Drop();
        Assert.Equal(["connected", "disconnected"], await NamesAsync(service, 2));
    });

    [Fact]
    public void A_duplicated_event_arrives_twice_and_is_answered_once() => Run(async service =>
    {
        service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Duplicate, Event = "echo" });
        var client = await service.ConnectAsync("u");
        Assert.Equal(5, (await client.Client.InvokeAsync("echo", 5))?.GetInt32());
        client.Client.Send("end");
        await service.Upstream.NextAsync("connected");
        Assert.Equal(["echo", "echo", "end"], await NamesAsync(service, 3));
    });

    [Fact]
    public void A_swapped_disconnected_comes_after_the_next_connected_of_the_user() => Run(async service =>
    {
        var client = await service.ConnectAsync("u");
        await service.Upstream.NextAsync("connected");
        service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Swap, Event = "disconnected", Count = 1 });
        var first = client.Id;
        client.Client.Drop();
        await service.ConnectAsync("someone-else");
        await service.Upstream.NextAsync("connected");
        await client.Client.ConnectAsync(service.Url, service.Token("u"));
        var connected = await service.Upstream.Events.NextAsync();
        var late = await service.Upstream.Events.NextAsync();
        Assert.Equal(("connected", client.Id), (connected.Name, connected.ConnectionId));
        Assert.Equal(("disconnected", first), (late.Name, late.ConnectionId));
    });

    [Fact]
    public void A_swapped_event_without_a_next_one_arrives_in_the_end() => Run(async service =>
    {
        service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Swap, Event = "connected" });
        await service.ConnectAsync("u");
        var before = time.GetUtcNow();
        await service.Upstream.NextAsync("connected");
        Assert.InRange(time.GetUtcNow() - before, TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(10.2));
    });

    [Fact]
    public void A_late_refusal_closes_a_client_that_was_taken_for_accepted() => Run(async service =>
    {
        service.Upstream.Answer = _ => Task.FromResult(RecordingUpstream.Status(403));
        service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Delay, Event = "connected", Delay = TimeSpan.FromSeconds(1) });
        var client = await service.ConnectAsync("u");
        Assert.True(client.Client.IsConnected);
        Assert.True((await client.Closed.NextAsync()).WithClose);
    });

    [Fact]
    public void Chance_follows_the_seed()
    {
        Assert.Equal(Lost(7), Lost(7));
        Assert.NotEqual(Lost(7), Lost(8));
        Assert.InRange(Lost(7).Count(lost => lost), 20, 80);

        bool[] Lost(int seed)
        {
            List<bool> lost = [];
            TestPump.Run(time, TimeSpan.FromMinutes(1), async () =>
            {
                var service = new TestService(time, seed);
                service.Core.Faults.Add(new() { Kind = UpstreamFaultKind.Lose, Event = "connected", Probability = 0.5 });
                for (var i = 0; i < 100; i++)
                {
                    await service.ConnectAsync($"u{i}");
                    lost.Add(service.Upstream.Events.IsEmpty);
                    if (!lost[^1])
                    {
                        await service.Upstream.Events.NextAsync();
                    }
                }
            });
            return [.. lost];
        }
    }

    [Fact]
    public void Drop_CountUserAndHub_ChooseTheVictims() => Run(async service =>
    {
        for (var i = 0; i < 10; i++)
        {
            await service.ConnectAsync($"u{i % 2}");
        }
        Assert.Equal(0, service.Core.Faults.Drop(new() { Hub = "other" }));
        Assert.Equal(3, service.Core.Faults.Drop(new() { Count = 3, Hub = "APPS" }));
        Assert.Equal(7, service.Core.ConnectionCount);
        var ofUser = service.Core.Faults.Drop(new() { UserId = "u1" });
        Assert.Equal(7 - ofUser, service.Core.Faults.Drop(new() { WithClose = true }));
        Assert.False(await service.Api.ExistsAsync(TestService.Hub, SendTarget.User("u1")));
    });

    [Fact]
    public void Add_Nonsense_Throws()
    {
        var faults = new TestService().Core.Faults;
        Assert.Throws<ArgumentException>(() => faults.Add(new() { Kind = UpstreamFaultKind.Lose, Probability = 1.1 }));
        Assert.Throws<ArgumentException>(() => faults.Add(new() { Kind = UpstreamFaultKind.Lose, Count = 0 }));
        Assert.Throws<ArgumentException>(() => faults.Add(new() { Kind = UpstreamFaultKind.Delay }));
        Assert.Throws<ArgumentException>(() => faults.Add(new() { Kind = UpstreamFaultKind.Delay, Delay = TimeSpan.FromSeconds(-1) }));
        Assert.Throws<ArgumentException>(() => faults.Add(new() { Kind = UpstreamFaultKind.Lose, Event = "" }));
        Assert.Empty(faults.Rules);
    }
}

using System.Runtime.Serialization;
using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Lifecycle.SignalREmulator.Tests.Clients;

public sealed class DotNetClientTests
{
    public static TheoryData<HttpTransportType, bool> Ways => new()
    {
        { HttpTransportType.WebSockets, false },
        { HttpTransportType.WebSockets, true },
        { HttpTransportType.ServerSentEvents, false },
        { HttpTransportType.LongPolling, false },
        { HttpTransportType.LongPolling, true }
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_client_is_called_calls_and_leaves(HttpTransportType transport, bool messagePack)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = emulator.Client("s1:p1", transport, messagePack);
        var acks = new Inbox<Ack>("an ack");
        client.On<Ack>("ack", acks.Add);
        await client.StartAsync();

        var connected = await emulator.Upstream.NextAsync("connected");
        Assert.Equal((client.ConnectionId, "s1:p1"), (connected.ConnectionId, connected.UserId));

        await emulator.Service.Api.SendAsync(TestService.Hub, SendTarget.User("s1:p1"), "ack", [new { state = "RUNNING", epoch = 3, subscriptions = new[] { "audio" } }]);
        var ack = await acks.NextAsync();
        Assert.Equal(("RUNNING", 3, "audio"), (ack.State, ack.Epoch, ack.Subscriptions.Single()));

        Assert.Equal("héllo", await client.InvokeAsync<string>("echo", "héllo"));
        Assert.Equal(1.5, await client.InvokeAsync<double>("echo", 1.5));
        await client.SendAsync("note", 42, "x");
        var note = await emulator.Upstream.NextAsync("note");
        Assert.Null(note.Message.InvocationId);
        Assert.Equal((42, "x"), (note.Message.Arguments[0].GetInt32(), note.Message.Arguments[1].GetString()));
        Assert.Equal(messagePack ? "application/x-msgpack" : "application/json", note.Request.ContentType);

        await client.StopAsync();
        Assert.Null((await emulator.Upstream.NextAsync("disconnected")).Message.Error);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_client_is_closed_with_the_reason(HttpTransportType transport, bool messagePack)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = emulator.Client("u", transport, messagePack, reconnect: true);
        var closed = new Inbox<Exception?>("the end of the connection");
        client.Closed += error =>
        {
            closed.Add(error);
            return Task.CompletedTask;
        };
        await client.StartAsync();
        await emulator.Upstream.NextAsync("connected");
        await emulator.Service.Api.CloseAsync(TestService.Hub, SendTarget.User("u"), "superseded");
        Assert.Contains("superseded", (await closed.NextAsync())?.Message);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_dropped_client_reconnects_by_itself(HttpTransportType transport, bool messagePack)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = emulator.Client("u", transport, messagePack, reconnect: true);
        var reconnected = new Inbox<string?>("a reconnect");
        client.Reconnected += id =>
        {
            reconnected.Add(id);
            return Task.CompletedTask;
        };
        await client.StartAsync();
        var first = client.ConnectionId;
        await emulator.Upstream.NextAsync("connected");
        Assert.Equal(1, emulator.Core.Faults.Drop(new()));
        var lost = await emulator.Upstream.NextAsync("disconnected");
        Assert.Equal(first, lost.ConnectionId);
        Assert.NotNull(lost.Message.Error);
        var second = await reconnected.NextAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(second, (await emulator.Upstream.NextAsync("connected")).ConnectionId);
        Assert.Equal(9, await client.InvokeAsync<int>("echo", 9));
    }

    [Fact]
    public async Task A_client_that_may_reconnect_after_a_close_does()
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = emulator.Client("u", reconnect: true);
        var reconnected = new Inbox<string?>("a reconnect");
        client.Reconnected += id =>
        {
            reconnected.Add(id);
            return Task.CompletedTask;
        };
        await client.StartAsync();
        emulator.Core.Faults.Drop(new() { WithClose = true, Reason = "moving", AllowReconnect = true });
        Assert.NotNull(await reconnected.NextAsync());
    }

    [Fact]
    public async Task A_client_refused_by_the_app_is_closed_for_good()
    {
        await using var emulator = await Emulator.StartAsync();
        emulator.Upstream.Answer = _ => Task.FromResult(RecordingUpstream.Status(403));
        await using var client = emulator.Client("u", reconnect: true);
        var closed = new Inbox<Exception?>("the end of the connection");
        client.Closed += error =>
        {
            closed.Add(error);
            return Task.CompletedTask;
        };
        await client.StartAsync();
        Assert.Contains("403", (await closed.NextAsync())?.Message);
    }

    [Fact]
    public async Task A_failed_call_throws_at_the_client()
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = emulator.Client("u");
        await client.StartAsync();
        emulator.Upstream.Answer = e => Task.FromResult(RecordingUpstream.Result(e, null, "not yours"));
        Assert.Contains("not yours", (await Assert.ThrowsAsync<HubException>(() => client.InvokeAsync("init"))).Message);
        await Assert.ThrowsAsync<HubException>(async () => await client.StreamAsync<int>("numbers").ToListAsync());
    }

    [Fact]
    public async Task A_silent_socket_is_ended_and_an_idle_one_is_kept()
    {
        await using var emulator = await Emulator.StartAsync(o => o with
        {
            KeepAliveInterval = TimeSpan.FromMilliseconds(200),
            ClientTimeout = TimeSpan.FromSeconds(2)
        });
        await using var idle = emulator.Client("idle");
        idle.KeepAliveInterval = TimeSpan.FromMilliseconds(200);
        idle.ServerTimeout = TimeSpan.FromSeconds(2);
        await using var silent = emulator.Client("silent");
        silent.KeepAliveInterval = TimeSpan.FromMinutes(5);
        silent.ServerTimeout = TimeSpan.FromMinutes(10);
        await idle.StartAsync();
        await silent.StartAsync();
        Assert.Equal("silent", (await emulator.Upstream.NextAsync("disconnected")).UserId);
        Assert.Equal(HubConnectionState.Connected, idle.State);
    }

    [Fact]
    public async Task While_connections_are_refused_nobody_gets_in_and_those_inside_stay()
    {
        await using var emulator = await Emulator.StartAsync();
        await using var inside = emulator.Client("in", HttpTransportType.LongPolling);
        await inside.StartAsync();
        emulator.Core.Faults.RefuseConnections = true;
        await using var outside = emulator.Client("out");
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => outside.StartAsync());
        Assert.Equal(503, (int?)refused.StatusCode);
        Assert.Equal(1, await inside.InvokeAsync<int>("echo", 1));
        emulator.Core.Faults.Clear();
        await outside.StartAsync();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_large_message_goes_there_and_back_and_a_larger_one_ends_the_connection(HttpTransportType transport, bool messagePack)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = emulator.Client("u", transport, messagePack);
        var closed = new Inbox<Exception?>("the end of the connection");
        client.Closed += error =>
        {
            closed.Add(error);
            return Task.CompletedTask;
        };
        await client.StartAsync();
        var large = new string('x', 500_000);
        Assert.Equal(large, await client.InvokeAsync<string>("echo", large));
        await client.SendAsync("note", new string('x', 3_000_000));
        await closed.NextAsync();
        Assert.Contains("larger", (await emulator.Upstream.NextAsync("disconnected")).Message.Error);
    }

    [Fact]
    public async Task Hundreds_of_messages_arrive_in_order()
    {
        await using var emulator = await Emulator.StartAsync();
        await using var client = emulator.Client("u");
        var numbers = new Inbox<int>("a number");
        client.On<int, string>("n", (n, _) => numbers.Add(n));
        await client.StartAsync();
        await emulator.Upstream.NextAsync("connected");
        var padding = new string('x', 10_000);
        for (var i = 0; i < 300; i++)
        {
            await emulator.Service.Api.SendAsync(TestService.Hub, SendTarget.All, "n", [i, padding]);
        }
        for (var i = 0; i < 300; i++)
        {
            Assert.Equal(i, await numbers.NextAsync());
        }
    }

    // MessagePack clients get the names as they are on the wire.
    [DataContract]
    public sealed class Ack
    {
        [DataMember(Name = "state")]
        public string State { get; set; } = "";

        [DataMember(Name = "epoch")]
        public int Epoch { get; set; }

        [DataMember(Name = "subscriptions")]
        public string[] Subscriptions { get; set; } = [];
    }
}

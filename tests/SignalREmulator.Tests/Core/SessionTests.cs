using System.Text.Json;
using Lifecycle.SignalREmulator.Tests.Support;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.SignalREmulator.Tests.Core;

public sealed class SessionTests
{
    readonly TestService service = new();

    [Fact]
    public async Task Receive_BeforeConnectedIsAnswered_WaitsForTheAnswer()
    {
        var gate = new TaskCompletionSource<UpstreamResponse>();
        var answer = service.Upstream.Answer;
        service.Upstream.Answer = e => e.Name == "connected" ? gate.Task : answer(e);
        var client = await service.ConnectAsync("u");
        Assert.Equal("connected", (await service.Upstream.Events.NextAsync()).Name);
        var call = client.Client.InvokeAsync("echo", 1);
        Assert.True(service.Upstream.Events.IsEmpty);
        gate.SetResult(RecordingUpstream.Status(200));
        Assert.Equal("1", (await call)?.GetRawText());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(502)]
    public async Task Connected_AnsweredOtherThan2xx_ClosesTheClientAndTellsTheAppNoMore(int status)
    {
        service.Upstream.Answer = _ => Task.FromResult(RecordingUpstream.Status(status));
        var client = await service.ConnectAsync("u");
        var closed = await client.Closed.NextAsync();
        Assert.True(closed is { WithClose: true, AllowReconnect: false });
        Assert.Contains(status.ToString(), closed.Error);
        Assert.Equal(0, service.Core.ConnectionCount);
        await service.Upstream.NextAsync("connected");
        service.Upstream.Answer = _ => Task.FromResult(RecordingUpstream.Status(200));
        await service.ConnectAsync("other");
        var next = await service.Upstream.Events.NextAsync();
        Assert.Equal(("connected", "other"), (next.Name, next.UserId));
    }

    [Fact]
    public async Task Events_OfOneConnection_GoOutOneAtATimeInOrder()
    {
        var running = 0;
        service.Upstream.Answer = async _ =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return RecordingUpstream.Status(200);
        };
        var client = await service.ConnectAsync("u");
        for (var i = 0; i < 20; i++)
        {
            client.Client.Send($"m{i}");
        }
        client.Client.Close();
        var names = new List<string>();
        for (var i = 0; i < 22; i++)
        {
            names.Add((await service.Upstream.Events.NextAsync()).Name);
        }
        Assert.Equal(["connected", .. Enumerable.Range(0, 20).Select(i => $"m{i}"), "disconnected"], names);
    }

    [Fact]
    public async Task Receive_AfterTheEnd_IsNotPassedOn()
    {
        var sink = new DeafSink();
        var session = service.Core.Connect("c1", new("apps", "u", [], ""), sink);
        session.End(null);
        session.Receive(new("late", null, "{}"u8.ToArray()));
        session.End("again");
        await service.ConnectAsync("other");
        Assert.Equal("connected", (await service.Upstream.Events.NextAsync()).Name);
        Assert.Equal("disconnected", (await service.Upstream.Events.NextAsync()).Name);
        Assert.Equal("other", (await service.Upstream.Events.NextAsync()).UserId);
    }

    [Fact]
    public async Task Close_WithAReason_ReachesTheClientAndTheApp()
    {
        var client = await service.ConnectAsync("u");
        await service.Api.CloseAsync(TestService.Hub, SendTarget.Connection(client.Id), "superseded");
        Assert.Equal(new VirtualClientClosed("superseded", false, true), await client.Closed.NextAsync());
        Assert.Equal("superseded", (await service.Upstream.NextAsync("disconnected")).Message.Error);
        Assert.False(await service.Api.ExistsAsync(TestService.Hub, SendTarget.Connection(client.Id)));
    }

    [Theory]
    [InlineData(204, null)]
    [InlineData(200, null)]
    [InlineData(500, "Invocation failed, status code 500")]
    [InlineData(404, "Invocation failed, status code 404")]
    public async Task Invoke_AnswerWithoutCompletion_IsACompletionOfTheStatus(int status, string? error)
    {
        var client = await service.ConnectAsync("u");
        service.Upstream.Answer = _ => Task.FromResult(RecordingUpstream.Status(status));
        var call = client.Client.InvokeAsync("anything");
        if (error is null)
        {
            Assert.Null(await call);
        }
        else
        {
            Assert.Equal(error, (await Assert.ThrowsAsync<HubException>(() => call)).Message);
        }
    }

    [Fact]
    public async Task Invoke_AnswerWithAnError_Throws()
    {
        service.Upstream.Answer = e => Task.FromResult(e.Message.InvocationId is null
            ? RecordingUpstream.Status(200)
            : RecordingUpstream.Result(e, null, "no such session"));
        var client = await service.ConnectAsync("u");
        var thrown = await Assert.ThrowsAsync<HubException>(() => client.Client.InvokeAsync("init"));
        Assert.Equal("no such session", thrown.Message);
    }

    [Fact]
    public async Task Invoke_CompletionWithoutRecordSeparator_IsStillUnderstood()
    {
        service.Upstream.Answer = e => Task.FromResult(new UpstreamResponse(
            200, "application/json", JsonSerializer.SerializeToUtf8Bytes(new { type = 3, invocationId = e.Message.InvocationId, result = 7 })));
        var client = await service.ConnectAsync("u");
        Assert.Equal(7, (await client.Client.InvokeAsync("m"))?.GetInt32());
    }

    [Fact]
    public async Task Invoke_ConnectionEndsFirst_Throws()
    {
        var client = await service.ConnectAsync("u");
        service.Upstream.Answer = _ => new TaskCompletionSource<UpstreamResponse>().Task;
        var call = client.Client.InvokeAsync("m");
        client.Client.Drop();
        await Assert.ThrowsAsync<IOException>(() => call);
    }

    [Fact]
    public async Task Upstream_Throwing_FailsTheCallAndNotTheConnection()
    {
        var client = await service.ConnectAsync("u");
        service.Upstream.Answer = _ => throw new InvalidOperationException("broken");
        await Assert.ThrowsAsync<HubException>(() => client.Client.InvokeAsync("m"));
        Assert.True(client.Client.IsConnected);
    }

    [Fact]
    public async Task Upstream_None_LetsClientsInAndFailsTheirCalls()
    {
        service.Core.Upstream = null;
        var client = await service.ConnectAsync("u");
        await Assert.ThrowsAsync<HubException>(() => client.Client.InvokeAsync("m"));
        Assert.True(client.Client.IsConnected);
    }

    sealed class DeafSink : IClientSink
    {
        public HubProtocolKind Protocol => HubProtocolKind.Json;

        public void Send(HubInvocation invocation)
        {
        }

        public void SendFrame(ReadOnlyMemory<byte> frame)
        {
        }

        public void Close(string? error, bool allowReconnect)
        {
        }

        public void Abort()
        {
        }
    }
}

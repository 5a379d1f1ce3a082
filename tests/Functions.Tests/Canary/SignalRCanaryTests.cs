using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Lifecycle.Azurite;
using Lifecycle.Functions.Canary;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.Functions.Tests.Canary;

/// <summary>Real looks, over real sockets, at a SignalR service that is well or is not.</summary>
public sealed class SignalRCanaryTests : IAsyncLifetime
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    readonly FakeLogCollector log = new();
    readonly Upstream upstream = new();
    readonly SignalRServiceCore core;
    SignalREmulatorServer server = null!;

    public SignalRCanaryTests() => core = new(new SignalRServiceOptions(), upstream);

    public async Task InitializeAsync() => server = await SignalREmulatorServer.StartAsync(core, 0);

    public async Task DisposeAsync() => await server.DisposeAsync();

    SignalRCanary Canary(string? connection = null, TimeSpan? limit = null)
    {
        var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection([new("AzureSignalRConnectionString", connection ?? core.ConnectionString.ToString())]).Build());
        services.AddCanary();
        return new(
            services.BuildServiceProvider().GetRequiredService<Functions.Canary.Canary>, limit ?? patience, TimeProvider.System, new FakeLogger<SignalRCanary>(log));
    }

    [Fact]
    public async Task OpensAsync_OfAServiceThatIsWell_IsTrueAndLeavesNoConnection()
    {
        var canary = Canary();
        Assert.True(await canary.OpensAsync(CancellationToken.None));
        Assert.True(await canary.OpensAsync(CancellationToken.None));
        await GoneAsync();
        Assert.Empty(log.GetSnapshot());
    }

    [Fact]
    public async Task OpensAsync_OfAServiceThatRefusesClients_IsFalseAndOneLinePerChange()
    {
        var canary = Canary();
        core.Faults.RefuseConnections = true;
        for (var n = 0; n < 3; n++)
        {
            Assert.False(await canary.OpensAsync(CancellationToken.None));
        }

        core.Faults.RefuseConnections = false;
        Assert.True(await canary.OpensAsync(CancellationToken.None));
        Assert.True(await canary.OpensAsync(CancellationToken.None));
        Assert.Equal([(3501, LogLevel.Warning), (3502, LogLevel.Information)], log.GetSnapshot().Select(record => (record.Id.Id, record.Level)));
        Assert.Contains("503", log.GetSnapshot()[0].Message);
    }

    [Fact]
    public async Task OpensAsync_OfAServiceThatNobodyListensFor_IsFalse()
    {
        var connection = core.ConnectionString.ToString();
        await server.StopAsync();
        Assert.False(await Canary(connection).OpensAsync(CancellationToken.None));
        Assert.Contains("refused", log.LatestRecord.Message);
    }

    [Fact]
    public async Task OpensAsync_OfAServiceThatDoesNotAnswer_IsFalseAtTheLimit()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var port = ((IPEndPoint)mute.LocalEndpoint).Port;
        var began = Stopwatch.GetTimestamp();
        Assert.False(await Canary($"Endpoint=http://127.0.0.1;Port={port};AccessKey={core.Options.AccessKey};", TimeSpan.FromSeconds(0.5)).OpensAsync(CancellationToken.None));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(20));
        Assert.Contains("did not answer within", log.LatestRecord.Message);
    }

    // Negotiated over HTTP, and then no socket: what is asked is not whether the service answers, but whether a socket opens.
    [Fact]
    public async Task OpensAsync_OfAServiceThatNegotiatesAndShakesNoHands_IsFalseAtTheLimit()
    {
        await using var half = await HalfService.StartAsync();
        Assert.False(await Canary($"Endpoint=http://127.0.0.1;Port={half.Port};AccessKey={core.Options.AccessKey};", TimeSpan.FromSeconds(2)).OpensAsync(CancellationToken.None));
        Assert.Equal(["POST /client/negotiate", "GET /client/"], half.Requests);
    }

    [Fact]
    public async Task OpensAsync_WithAKeyThatIsNotTheServices_IsFalseAndNoLogTellsAKey()
    {
        const string key = "another-key-of-the-same-length-0123456789ABC";
        var connection = core.ConnectionString with { AccessKey = key };
        Assert.False(await Canary(connection.ToString()).OpensAsync(CancellationToken.None));
        Assert.Contains("401", log.LatestRecord.Message);
        Assert.All(log.GetSnapshot(), record =>
        {
            Assert.Null(record.Exception);
            Assert.DoesNotMatch($"{key}|{core.Options.AccessKey}|eyJ|access_token", record.Message);
        });
    }

    [Fact]
    public async Task OpensAsync_GivenUpByTheCaller_ThrowsAndSaysNothingOfTheService()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        using var caller = new CancellationTokenSource();
        var look = Canary($"Endpoint=http://127.0.0.1;Port={((IPEndPoint)mute.LocalEndpoint).Port};AccessKey=k;").OpensAsync(caller.Token);
        using var client = await mute.AcceptTcpClientAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => look);
        Assert.Empty(log.GetSnapshot());
    }

    // An app that was told of the connection would answer 404, for it has no such function.
    [Fact]
    public async Task OpensAsync_OfAServiceWhoseUpstreamNamesTheAppsAlone_IsNoCallOfTheApp()
    {
        upstream.Hub = "apps";
        Assert.True(await Canary().OpensAsync(CancellationToken.None));
        await GoneAsync();
        Assert.Empty(upstream.Called);
    }

    [Fact]
    public async Task OpensAsync_OfAServiceWhoseUpstreamNamesAllHubs_IsTrueThoughTheAppAnswers404()
    {
        Assert.True(await Canary().OpensAsync(CancellationToken.None));
        await GoneAsync();
        Assert.Equal("canary connected", upstream.Called.First());
    }

    Task GoneAsync() => Eventually.HoldsAsync("no connection is left", () => core.ConnectionCount == 0);

    sealed class Upstream : IUpstream
    {
        public string? Hub { get; set; }

        public ConcurrentQueue<string> Called { get; } = [];

        public bool Takes(string hub) => Hub is null || hub == Hub;

        public Task<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellation)
        {
            Called.Enqueue($"{request.Headers["X-ASRS-Hub"]} {request.Headers["X-ASRS-Event"]}");
            return Task.FromResult(new UpstreamResponse(404, null, default));
        }
    }
}

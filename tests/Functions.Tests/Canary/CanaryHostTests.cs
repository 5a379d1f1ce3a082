using Lifecycle.Entities;
using Lifecycle.Functions.Canary;
using Lifecycle.Local.SignalR;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Functions.Tests.Canary;

/// <summary>The canary of the app as it is put together.</summary>
public sealed class CanaryHostTests
{
    [Theory]
    [InlineData("direct")]
    [InlineData("http")]
    public async Task LookAsync_OfTheEmbeddedHost_OpensASocket(string upstream)
    {
        var builder = FunctionsApplication.CreateBuilder(
            ["--port=0", "--signalr-port=0", "--data=:memory:", $"--Embedded:Upstream={upstream}", "--Logging:LogLevel:Default=None"]);
        builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
        builder.ThrowStartProblems = true;
        builder.AddLifecycle();
        using var host = builder.Build();
        await host.StartAsync();
        var watch = host.Services.GetRequiredService<IServiceWatch>();
        var core = host.Services.GetRequiredService<SignalRServiceCore>();

        Assert.True((await watch.LookAsync(CancellationToken.None)).Open);
        core.Faults.RefuseConnections = true;
        Assert.False(await host.Services.GetRequiredService<ICanary>().OpensAsync(CancellationToken.None));
        core.Faults.RefuseConnections = false;
        await AssertNotRefusedAsync(core, await host.Services.GetRequiredService<Functions.Canary.Canary>().InviteAsync());
        await host.StopAsync();
    }

    // Upstream it was answered 404, for there is no such function, and that refuses the client: it had a socket, and lost it.
    static async Task AssertNotRefusedAsync(SignalRServiceCore core, SignalRConnectionInfo invitation)
    {
        var client = new VirtualClient(core);
        await client.ConnectAsync(invitation.Url, invitation.AccessToken);
        await Assert.ThrowsAsync<HubException>(() => client.InvokeAsync("anything")); // answered after the connect, in its turn
        Assert.True(client.IsConnected);
        client.Close();
    }

    [Fact]
    public void OnBack_OfAHostWithoutSockets_ComesWithinASecondOfTheService() => TestApp.Run(async app =>
    {
        var watch = app.Services.GetRequiredService<ServiceWatch>();
        var faults = app.Services.GetRequiredService<SignalRServiceCore>().Faults;
        List<DateTimeOffset> calls = [];
        watch.OnBack((at, _) =>
        {
            calls.Add(at);
            return Task.CompletedTask;
        });
        faults.RefuseConnections = true;
        Assert.False((await watch.LookAsync(CancellationToken.None)).Open);
        await app.Settle(20_000);
        faults.RefuseConnections = false;
        var back = app.Time.GetUtcNow();
        await app.Settle(8_000); // HeldSessions is called first, and waits for a whole grace window
        Assert.InRange((Assert.Single(calls) - back).TotalSeconds, 0, 1.2);
        Assert.Equal(0, app.Time.ForeignPosts);
    });

    [Fact]
    public void AddLifecycle_AfterACanaryOfOnesOwn_LeavesIt()
    {
        var builder = FunctionsApplication.CreateBuilder(["--Embedded:Listen=false", "--data=:memory:"]);
        builder.Services.AddSingleton<ICanary>(new Own());
        builder.AddLifecycle();
        Assert.IsType<Own>(Assert.Single(builder.Services, service => service.ServiceType == typeof(ICanary)).ImplementationInstance);
    }

    sealed class Own : ICanary
    {
        public Task<bool> OpensAsync(CancellationToken cancellation) => Task.FromResult(true);
    }
}

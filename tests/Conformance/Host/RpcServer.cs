using System.Net;
using Lifecycle.Conformance.Host.Durable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Conformance.Host;

/// <summary>The two services that the worker calls: the host's stream and the durable task hub.</summary>
sealed class RpcServer : IAsyncDisposable
{
    readonly WebApplication app;

    RpcServer(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    /// <summary>Starts to listen on any free port.</summary>
    public static async Task<RpcServer> StartAsync(WorkerChannel channel, EngineHolder holder)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(channel);
        builder.Services.AddSingleton(new TaskHub(holder));
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<WorkerChannel>();
        app.MapGrpcService<TaskHub>();
        await app.StartAsync();
        return new RpcServer(app);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();
}

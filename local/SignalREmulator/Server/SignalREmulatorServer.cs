using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;

namespace Lifecycle.Local.SignalR;

/// <summary>An emulated service that listens on loopback: client endpoint, REST API and fault endpoint on one port.</summary>
public sealed class SignalREmulatorServer : IAsyncDisposable
{
    const string AllowedHosts = "Other hosts, and pages of theirs, are allowed with Embedded:AllowedHosts, or --allowed-hosts of the emulator's program.";

    readonly WebApplication app;
    readonly KeepAlive keepAlive;

    SignalREmulatorServer(SignalRServiceCore core, WebApplication app, KeepAlive keepAlive)
    {
        Core = core;
        this.app = app;
        this.keepAlive = keepAlive;
    }

    /// <summary>The service.</summary>
    public SignalRServiceCore Core { get; }

    /// <summary>The address and key that clients and apps need.</summary>
    public ServiceConnectionString ConnectionString => Core.ConnectionString;

    /// <summary>Starts listening.</summary>
    /// <param name="core">The service; its endpoint becomes the address that is listened on.</param>
    /// <param name="port">The port, 0 for any free one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The port is taken; the message says so in one line.</exception>
    public static async Task<SignalREmulatorServer> StartAsync(SignalRServiceCore core, int port, CancellationToken cancellation = default)
    {
        var keepAlive = new KeepAlive(core.Options);
        var app = Build(core, port, keepAlive);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException e)
        {
            keepAlive.Dispose();
            await app.DisposeAsync();
            throw e.InnerException is AddressInUseException
                ? new IOException($"Port {port} of the SignalR endpoint is taken by another process.", e)
                : e;
        }
        // The first of the addresses: http://localhost:N for a fixed port, http://127.0.0.1:N for any free one.
        var address = new Uri(app.Urls.First());
        core.ConnectionString = core.ConnectionString with { Endpoint = new UriBuilder(address) { Path = "" }.Uri };
        return new(core, app, keepAlive);
    }

    /// <summary>Closes every connection so that clients reconnect elsewhere, and stops listening.</summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        keepAlive.Dispose();
        Core.Faults.Drop(new() { WithClose = true, Reason = "The service is shutting down." });
        await app.StopAsync(cancellation);
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await app.DisposeAsync();
    }

    static WebApplication Build(SignalRServiceCore core, int port, KeepAlive keepAlive)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentUpgradedConnections = null;
            if (port == 0)
            {
                // Any free port can be asked of one address family only.
                kestrel.Listen(IPAddress.Loopback, 0);
            }
            else
            {
                kestrel.ListenLocalhost(port);
            }
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddRouting();
        builder.Services.AddCors();
        builder.Services.AddConnections();
        builder.Services.AddSingleton(core);
        builder.Services.AddSingleton(keepAlive);
        var app = builder.Build();
        Map(app, core, keepAlive);
        return app;
    }

    static void Map(WebApplication app, SignalRServiceCore core, KeepAlive keepAlive)
    {
        var rest = new RestApi(core);
        var faults = new FaultEndpoint(core);
        app.Use(next => async context =>
        {
            if (!await core.Options.Callers.RefuseAsync(context, AllowedHosts, problem => ServiceLog.Refused(core.Logger, problem)))
            {
                await next(context);
            }
        });
        app.MapWhen(c => c.Request.Path.StartsWithSegments("/api"), branch => branch.Run(rest.InvokeAsync));
        app.MapWhen(c => c.Request.Path.StartsWithSegments("/_faults"), branch => branch.Run(faults.InvokeAsync));
        app.UseWhen(
            c => c.Request.Path.StartsWithSegments("/client"),
            branch => branch
                // Any that got this far. The real service lets pages of any origin connect, for the token is what lets them in.
                .UseCors(policy => policy.SetIsOriginAllowed(_ => true).AllowAnyHeader().AllowAnyMethod().AllowCredentials())
                .Use(next => context => ClientGate.InvokeAsync(context, core, keepAlive.IsStopped, next)));
        app.UseRouting();
        app.MapConnectionHandler<ClientConnectionHandler>("/client", options =>
        {
            options.Transports = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
            options.WebSockets.CloseTimeout = TimeSpan.FromSeconds(2);
        });
    }

    // The process has a lifetime of its own, in a Functions host as in the standalone program.
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

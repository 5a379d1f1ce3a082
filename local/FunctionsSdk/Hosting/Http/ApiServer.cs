using System.Net;
using System.Net.Sockets;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Http;

/// <summary>The API's port: Kestrel on loopback, straight into the dispatcher, without the rest of ASP.NET Core's hosting.</summary>
sealed class ApiServer(HttpDispatcher dispatcher, EmbeddedSettings settings, ILoggerFactory loggers, IServiceProvider services) : IDisposable
{
    const string Remedy = $"Other hosts, and pages of theirs, are allowed with '{EmbeddedSettings.AllowedHostsKey}' (--allowed-hosts).";

    readonly ILogger _logger = loggers.CreateLogger<ApiServer>();
    KestrelServer? _server;

    /// <summary>Listens and returns the port.</summary>
    /// <exception cref="StartProblemException">The port cannot be taken.</exception>
    public async Task<int> StartAsync(int port, CancellationToken cancellation)
    {
        var options = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        // 'localhost' covers IPv4 and IPv6, but cannot choose a free port for both.
        if (port == 0)
            options.Listen(IPAddress.Loopback, 0);
        else
            options.ListenLocalhost(port);
        _server = new KestrelServer(
            Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
        try
        {
            await _server.StartAsync(new Application(this, services), cancellation);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException || e.InnerException is AggregateException)
        {
            throw PortProblem(port, "is taken by another process", e);
        }
        catch (SocketException e)
        {
            throw PortProblem(port, $"cannot be opened ({e.Message})", e);
        }
        return new Uri(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Port;
    }

    /// <summary>Takes no more requests and waits for those that run.</summary>
    public Task StopAsync(CancellationToken cancellation) => _server?.StopAsync(cancellation) ?? Task.CompletedTask;

    public void Dispose() => _server?.Dispose();

    // Here and not in the dispatcher: what calls in process is part of the host.
    async Task HandleAsync(HttpContext context)
    {
        if (await settings.Callers.RefuseAsync(context, Remedy, problem => HttpLog.Refused(_logger, problem)))
            return;
        if (DotSegments.AreIn(context))
            await HttpDispatcher.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad request", DotSegments.Problem);
        else
            await dispatcher.HandleAsync(context);
    }

    static StartProblemException PortProblem(int port, string what, Exception cause) =>
        new($"Port {port} {what}. Free it, or set '{EmbeddedSettings.PortKey}' (--port) to another one, or to 0 for any free port.", cause);

    sealed class Application(ApiServer server, IServiceProvider services) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) =>
            new DefaultHttpContext(contextFeatures) { RequestServices = services };

        public Task ProcessRequestAsync(HttpContext context) => server.HandleAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}

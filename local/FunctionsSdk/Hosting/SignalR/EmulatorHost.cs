using System.Globalization;
using System.Net.Sockets;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>Runs the SignalR emulator inside the host, and tells the app where it is.</summary>
sealed class EmulatorHost(IServiceProvider services, EmbeddedSettings settings, IConfiguration configuration)
{
    SignalREmulatorServer? _server;
    GatedUpstream? _upstream;
    HttpUpstream? _http;

    /// <summary>Where clients and the app reach the service, embedded or not.</summary>
    public Uri Address => settings.EmbeddedSignalR
        ? services.GetRequiredService<SignalRServiceCore>().ConnectionString.Endpoint
        : settings.SignalR!.Endpoint;

    /// <summary>The emulated service itself, without its port.</summary>
    public static SignalRServiceCore CreateCore(IServiceProvider services)
    {
        var settings = services.GetRequiredService<EmbeddedSettings>();
        var port = settings.SignalRPort == 0 ? 8888 : settings.SignalRPort;
        var options = new SignalRServiceOptions
        {
            AccessKey = settings.SignalR?.AccessKey ?? services.GetRequiredService<DataFolder>().SignalRAccessKey,
            Endpoint = settings.SignalR?.Endpoint ?? new UriBuilder("http", "localhost", port).Uri,
            TimeProvider = services.GetRequiredService<TimeProvider>(),
            Seed = settings.Seed,
            Callers = settings.Callers,
        };
        return new(options, logger: services.GetRequiredService<ILogger<SignalRServiceCore>>());
    }

    /// <exception cref="StartProblemException">The port cannot be taken.</exception>
    public async Task StartAsync(int apiPort, CancellationToken cancellation)
    {
        var core = services.GetRequiredService<SignalRServiceCore>();
        if (settings.UpstreamOverHttp && settings.Listen)
            _http = new HttpUpstream(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{apiPort}{SignalRWebhook.Path}"));
        _upstream = new(services.GetRequiredService<HostGate>(), _http ?? (IUpstream)services.GetRequiredService<ISignalRInvoker>(), services.GetRequiredService<FunctionCatalog>().Hubs);
        core.Upstream = _upstream;
        if (settings.Listen)
            _server = await ListenAsync(core, cancellation);
        configuration[EmbeddedSettings.SignalRKey] = core.ConnectionString.ToString();
    }

    /// <summary>Closes every connection; the app hears of each while it still can.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_server is not null)
            await _server.StopAsync(cancellation);
        if (_upstream is not null)
            await _upstream.WhenIdleAsync(cancellation);
        _http?.Dispose();
    }

    async Task<SignalREmulatorServer> ListenAsync(SignalRServiceCore core, CancellationToken cancellation)
    {
        try
        {
            return await SignalREmulatorServer.StartAsync(core, settings.SignalRPort, cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new StartProblemException(
                $"{e.Message} Free it, or set '{EmbeddedSettings.SignalRPortKey}' (--signalr-port) to another port, or to 0 for any free one.", e);
        }
    }
}

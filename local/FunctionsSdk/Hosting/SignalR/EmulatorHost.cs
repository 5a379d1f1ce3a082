using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting.SignalR;

/// <summary>Runs the SignalR emulator inside the host, and tells the app where it is.</summary>
sealed class EmulatorHost(IServiceProvider services, EmbeddedSettings settings, IConfiguration configuration)
{
    public Uri Address => settings.EmbeddedSignalR
        ? services.GetRequiredService<SignalRServiceCore>().ConnectionString.Endpoint
        : settings.SignalR!.Endpoint;

    /// <summary>The emulated service itself, without its port.</summary>
    public static SignalRServiceCore CreateCore(IServiceProvider services)
    {
        var settings = services.GetRequiredService<EmbeddedSettings>();
        return new(
            new()
            {
                AccessKey = settings.SignalR?.AccessKey ?? services.GetRequiredService<DataFolder>().SignalRAccessKey,
                Endpoint = settings.SignalR?.Endpoint ?? new UriBuilder("http", "localhost", settings.SignalRPort == 0 ? 8888 : settings.SignalRPort).Uri,
                TimeProvider = services.GetRequiredService<TimeProvider>(),
                Seed = settings.Listen ? null : 1,
            },
            logger: services.GetRequiredService<ILogger<SignalRServiceCore>>());
    }

    public async Task StartAsync(int apiPort, CancellationToken cancellation)
    {
        var core = services.GetRequiredService<SignalRServiceCore>();
        core.Upstream = new GatedUpstream(services.GetRequiredService<HostGate>(), services.GetRequiredService<ISignalRInvoker>());
        await Task.CompletedTask;
        configuration[EmbeddedSettings.SignalRKey] = core.ConnectionString.ToString();
    }

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;
}

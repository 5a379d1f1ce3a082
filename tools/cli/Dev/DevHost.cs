using Lifecycle.Functions;
using Lifecycle.Functions.Settings;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Cli.Dev;

/// <summary>The whole of Lifecycle in this process: the app that is deployed, on the embedded host.</summary>
sealed class DevHost : IAsyncDisposable
{
    readonly IHost host;

    DevHost(IHost host) => this.host = host;

    /// <summary>Completes when it stops by itself.</summary>
    public CancellationToken Stopping => host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Where its API is, without <c>/api</c>; the console is there.</summary>
    public Uri Url => Addresses.Api;

    /// <summary>Where its SignalR service is.</summary>
    public Uri SignalR => Addresses.SignalR;

    HostAddresses Addresses => host.Services.GetRequiredService<HostRuntime>().Addresses!;

    /// <summary>Starts it.</summary>
    /// <param name="options">The embedded host's own, such as <c>--port</c> (local/FunctionsSdk/Hosting/README.md).</param>
    /// <param name="output">Takes what it says, and its log.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CliException">A setting, a port or the folder is not as it must be.</exception>
    public static async Task<DevHost> StartAsync(IReadOnlyList<string> options, TextWriter output, CancellationToken cancellation)
    {
        IHost? host = null;
        try
        {
            var builder = FunctionsApplication.CreateBuilder([.. options]);
            builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
            builder.ThrowStartProblems = true;
            builder.Services.AddSingleton(new HostConsole(output, output));
            builder.AddLifecycle();
            host = builder.Build();
            await host.StartAsync(cancellation);
            return new DevHost(host);
        }
        catch (Exception e) when (e is StartProblemException or SettingException)
        {
            await EndAsync(host);
            var problems = e is StartProblemException start ? start.Problems : [e.Message];
            throw new CliException(ExitCode.No, problems[0]) { Details = [.. problems.Skip(1)] };
        }
    }

    /// <summary>Ends what runs and closes the data.</summary>
    public Task StopAsync() => host.StopAsync();

    public ValueTask DisposeAsync() => EndAsync(host);

    static ValueTask EndAsync(IHost? host) => host is IAsyncDisposable later ? later.DisposeAsync() : ValueTask.CompletedTask;
}

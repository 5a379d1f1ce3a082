using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.HostSettings.Tests;

/// <summary>
/// The WebJobs host, which is inside the Functions host, with the extensions that the app deploys: it binds and checks host.json as it
/// does there. It has no functions, so it asks no storage account for anything.
/// </summary>
sealed class OfficialHost : IAsyncDisposable
{
    /// <summary>Where the Functions host puts host.json among its settings; an app setting of this form comes over it.</summary>
    public const string Root = "AzureFunctionsJobHost";

    readonly IHost host;

    OfficialHost(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    /// <summary>What it logged, the level <c>Warning</c> and above, but for its finding no functions.</summary>
    public IEnumerable<string> Warnings => host.Services.GetFakeLogCollector().GetSnapshot()
        .Where(record => record.Level >= LogLevel.Warning && record.Category != "Host.Startup")
        .Select(record => $"{record.Category}: {record.Message}");

    /// <summary>Starts with a host.json and app settings, which come over it.</summary>
    /// <exception cref="InvalidOperationException">The host refuses a setting.</exception>
    public static async Task<OfficialHost> StartAsync(string json, IEnumerable<KeyValuePair<string, string?>>? appSettings = null)
    {
        var host = Build(json, appSettings ?? []);
        try
        {
            await host.StartAsync();
            return new OfficialHost(host);
        }
        catch
        {
            host.Dispose(); // one that has not started cannot be stopped
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    static IHost Build(string json, IEnumerable<KeyValuePair<string, string?>> appSettings) => new HostBuilder()
        .ConfigureAppConfiguration(configuration => configuration
            .AddInMemoryCollection(HostJson.Read(json).Select(setting => KeyValuePair.Create($"{Root}:{setting.Path}", (string?)setting.Value)))
            .AddInMemoryCollection(OfTheFunctionsHost)
            .AddInMemoryCollection(appSettings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":"), setting.Value))))
        .ConfigureWebJobs(extensions => extensions.AddDurableTask().AddAzureStorageQueues().AddHttp())
        .ConfigureLogging((context, logging) => logging
            .AddConfiguration(context.Configuration.GetSection($"{Root}:logging"))
            .AddFakeLogging())
        .Build();

    static IEnumerable<KeyValuePair<string, string?>> OfTheFunctionsHost =>
    [
        new("AzureWebJobsConfigurationSection", Root),
        new("AzureWebJobsStorage", "UseDevelopmentStorage=true"),
        new("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated"),
    ];
}

using System.Text.Json;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.FunctionsSdk.Hosting.Durable;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Lifecycle.Local.FunctionsSdk.Hosting.Queues;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Lifecycle.Local.FunctionsSdk.Hosting.SignalR;
using Lifecycle.Local.FunctionsSdk.Hosting.Timers;
using Lifecycle.Local.SignalR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>The host's own services. All are made when the host starts, so that a wrong setting is told as one line.</summary>
static class HostServices
{
    public static void AddTo(IServiceCollection services, IConfiguration configuration, HostPlan plan)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(HostConsole.System);
        services.AddSingleton(plan);
        services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        services.PostConfigure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services.Configure<JsonSerializerOptions>(options => options.PropertyNameCaseInsensitive = true);
        ActionResultExecutors.AddTo(services);

        services.AddSingleton(_ => EmbeddedSettings.Read(configuration));
        services.AddSingleton(p => DataFolder.Open(p.GetRequiredService<EmbeddedSettings>().DataFolder));
        services.TryAddSingleton(_ => HostJson.Load());
        services.AddSingleton(p => FunctionCatalog.Load(plan, p.GetRequiredService<HostJson>().RoutePrefix, configuration));
        services.AddSingleton<HostGate>();
        services.AddSingleton<FunctionInvoker>();
        services.AddSingleton<DurableRegistration>();
        services.AddSingleton<TimerRunner>();
        services.TryAddSingleton(QueueLease.Official);
        services.AddSingleton<QueueRunner>();
        services.AddSingleton<SignalRKeys>();
        services.AddSingleton<ISignalRInvoker, SignalRInvoker>();
        services.AddSingleton<SignalRWebhook>();
        services.AddSingleton<HttpDispatcher>();
        services.AddSingleton<ApiServer>();
        services.AddTransient<InProcessHttpHandler>();
        MetricsPage.AddTo(services);
        services.AddSingleton<EmulatorHost>();
        services.AddSingleton<HostRuntime>();

        services.TryAddSingleton(EmulatorHost.CreateCore);
        // Null when another service is configured: then the app speaks REST to that one.
        services.AddSingleton<IServiceApi>(p => p.GetRequiredService<EmbeddedSettings>().EmbeddedSignalR
            ? p.GetRequiredService<SignalRServiceCore>().Api
            : null!);
        services.AddSingleton(CreateBackend);
        services.AddSingleton<IDurableBackend>(p => p.GetRequiredService<EmbeddedDurableBackend>());
    }

    static EmbeddedDurableBackend CreateBackend(IServiceProvider services)
    {
        var settings = services.GetRequiredService<EmbeddedSettings>();
        var options = new DurableOptions
        {
            Timing = settings.Timing == EmbeddedTiming.AzureStorage ? DurableTiming.AzureStorage : DurableTiming.Exact,
            EngineLatency = TimeSpan.FromMilliseconds(settings.EngineLatencyMs),
            EngineCapacity = settings.EngineCapacity,
        };
        var time = services.GetRequiredService<TimeProvider>();
        return new EmbeddedDurableBackend(
            () => OpenStore(settings.DataFolder, oneThread: time is VirtualTimeProvider), options, time, services, services.GetRequiredService<ILoggerFactory>());
    }

    static DurableStore OpenStore(string folder, bool oneThread)
    {
        try
        {
            return folder == EmbeddedSettings.InMemory ? DurableStore.InMemory() : DurableStore.InFolder(folder, oneThread);
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new StartProblemException($"The database in '{folder}' cannot be opened: {e.Message} Move the folder away to begin with an empty one.", e);
        }
    }
}

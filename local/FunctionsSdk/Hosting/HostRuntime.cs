using System.Diagnostics;
using System.Globalization;
using Lifecycle.Local.FunctionsSdk.Hosting.Durable;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.Queues;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Lifecycle.Local.FunctionsSdk.Hosting.SignalR;
using Lifecycle.Local.FunctionsSdk.Hosting.Timers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>Starts the parts of the embedded runtime in order, and stops those that were started in the opposite one.</summary>
sealed class HostRuntime(IServiceProvider services, HostConsole console, TimeProvider time, ILogger<HostRuntime> logger)
{
    // How long each part may take to end what runs once the host stops.
    static readonly TimeSpan s_drain = TimeSpan.FromSeconds(5);

    readonly Stack<Func<CancellationToken, Task>> _stops = [];

    /// <summary>Where it serves; null before it does, and when it does not listen.</summary>
    public HostAddresses? Addresses { get; private set; }

    /// <exception cref="StartProblemException">A setting, a port, the data folder or a function is not as it must be.</exception>
    public async Task StartAsync(IHost inner, CancellationToken cancellation)
    {
        try
        {
            await StartPartsAsync(inner, cancellation);
        }
        catch
        {
            await StopAsync();
            throw;
        }
    }

    async Task StartPartsAsync(IHost inner, CancellationToken cancellation)
    {
        var plan = services.GetRequiredService<HostPlan>();
        if (plan.SettingsProblems.Count > 0)
            throw new StartProblemException(plan.SettingsProblems);
        var settings = services.GetRequiredService<EmbeddedSettings>();
        var catalog = services.GetRequiredService<FunctionCatalog>();
        WarnOfLostResults(catalog);
        var folder = services.GetRequiredService<DataFolder>();
        _stops.Push(_ =>
        {
            folder.Dispose();
            return Task.CompletedTask;
        });

        // The stopping order follows from this one: durable work ends last, so that requests and the closing of sockets still reach it.
        var backend = services.GetRequiredService<IDurableBackend>();
        _stops.Push(backend.StopAsync);
        services.GetRequiredService<DurableRegistration>().Register(catalog.Entries, backend);
        var apiPort = settings.Port;
        if (settings.Listen)
        {
            var api = services.GetRequiredService<ApiServer>();
            _stops.Push(api.StopAsync);
            apiPort = await api.StartAsync(settings.Port, cancellation);
        }
        var emulator = services.GetRequiredService<EmulatorHost>();
        if (settings.EmbeddedSignalR)
        {
            _stops.Push(emulator.StopAsync);
            await emulator.StartAsync(apiPort, cancellation);
        }
        await backend.StartAsync(cancellation);
        await StartServicesAsync(inner, settings.Listen, cancellation);
        services.GetRequiredService<HostGate>().Open();
        var timers = services.GetRequiredService<TimerRunner>();
        _stops.Push(_ => timers.StopAsync());
        timers.Start(catalog.Timers);
        // The queue client leaves the caller's thread, which virtual time does not allow.
        var queues = services.GetRequiredService<QueueRunner>();
        if (settings.Listen)
        {
            _stops.Push(queues.StopAsync);
            queues.Start(catalog.Queues);
        }
        if (settings.Listen)
            Addresses = new(new UriBuilder("http", "localhost", apiPort).Uri, emulator.Address);
        if (settings.Listen)
            Announce(settings, catalog, apiPort, emulator.Address, queues);
    }

    public async Task StopAsync()
    {
        var failures = new List<Exception>();
        while (_stops.TryPop(out var stop))
        {
            using var drain = new CancellationTokenSource(s_drain, time);
            try
            {
                await stop(drain.Token);
            }
            catch (Exception e)
            {
                // The other parts are stopped all the same: the database above all.
                failures.Add(e);
            }
        }
        if (failures.Count > 0)
            throw new AggregateException("Parts of the host did not stop cleanly.", failures);
    }

    async Task StartServicesAsync(IHost inner, bool listen, CancellationToken cancellation)
    {
        if (listen)
        {
            _stops.Push(inner.StopAsync);
            await inner.StartAsync(cancellation);
            return;
        }
        // The generic host leaves the caller's thread when it starts services, which virtual time does not allow.
        foreach (var service in services.GetServices<IHostedService>())
        {
            _stops.Push(service.StopAsync);
            await service.StartAsync(cancellation);
        }
        var lifetime = (ApplicationLifetime)services.GetRequiredService<IHostApplicationLifetime>();
        _stops.Push(_ =>
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        });
        lifetime.NotifyStarted();
    }

    void WarnOfLostResults(FunctionCatalog catalog)
    {
        foreach (var entry in catalog.Entries)
            if (entry.Kind == TriggerKind.Http && entry.ResultType != typeof(void) && entry.ResultType != typeof(object)
                && !entry.ResultType.IsAssignableTo(typeof(IActionResult)) && !entry.ResultType.IsAssignableTo(typeof(IResult)))
                HttpLog.PlainResult(logger, entry.Name, entry.ResultType.Name);
    }

    static string TimingOf(EmbeddedSettings settings) => settings.Timing == EmbeddedTiming.Exact ? "exact" : string.Create(
        CultureInfo.InvariantCulture,
        $"as Azure Storage, {settings.EngineLatencyMs} ms to execute a signal, {(settings.EngineCapacity == 0 ? "no limit of" : settings.EngineCapacity)} work items a second");

    void Announce(EmbeddedSettings settings, FunctionCatalog catalog, int apiPort, Uri signalR, QueueRunner queues)
    {
        using var process = Process.GetCurrentProcess();
        var took = time.GetUtcNow() - process.StartTime.ToUniversalTime();
        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            Serving {catalog.Entries.Count} functions after {took.TotalMilliseconds:0} ms. Ctrl-C ends.
              API      http://localhost:{apiPort}/{services.GetRequiredService<HostJson>().RoutePrefix}
              SignalR  {signalR.GetLeftPart(UriPartial.Authority)}{(settings.EmbeddedSignalR ? "" : " (not embedded)")}
              Data     {settings.DataFolder}
              Timing   {TimingOf(settings)}
            """));
        if (catalog.Routes.Match(HttpMethods.Get, settings.HomePage, out _) is not null)
            console.Out.WriteLine($"  Page     http://localhost:{apiPort}/");
        if (services.GetService<MetricsPage>() is not null)
            console.Out.WriteLine($"  Metrics  http://localhost:{apiPort}{MetricsPage.Path}");
        if (queues.Description is { } description)
            console.Out.WriteLine($"  Queues   {description}");
        if (settings.ReadyFile is { } file)
            ReadyFile.Write(file, apiPort, signalR);
    }
}

using System.Diagnostics;
using Lifecycle.Doctor.Tests.Support;
using Lifecycle.Samples.DoctorContract;
using Lifecycle.Sdk;
using Lifecycle.Sdk.Sessions;
using Lifecycle.Sdk.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Doctor.Tests.Faults;

/// <summary>An app server of the .NET SDK with faults built in where it meets the wire: at its webhooks, at negotiate, at its connections and in its handlers.</summary>
sealed class FaultyApp : IAsyncDisposable
{
    readonly WebApplication _web;
    readonly AppServer _server;
    readonly ContractApp _contract;
    readonly string _leave = Path.Combine(Path.GetTempPath(), $"doctor-leave-{Guid.NewGuid():n}");
    readonly CancellationTokenSource _over = new();
    Process? _stubborn;

    FaultyApp(WebApplication web, AppServer server, ContractApp contract) => (_web, _server, _contract) = (web, server, contract);

    public Uri Address => new(_web.Urls.First());

    /// <summary>A command of the shell upon which it leaves; null when it has a process that can be told.</summary>
    public string? LeaveCommand => _stubborn is null ? $"touch {_leave}" : null;

    /// <summary>What is taken for its process; null: it is in this one.</summary>
    public int? ProcessId => _stubborn?.Id;

    public static async Task<FaultyApp> StartAsync(Uri lifecycle, IReadOnlySet<Fault> faults)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        var contract = new FaultyContract(lifecycle, faults);
        var server = MakeServer(lifecycle, faults, contract);
        contract.Serve(server);
        contract.Server = server;
        if (faults.Contains(Fault.EmptiesSet)) server.ConfigureSessions(session => session.ChooseSubscriptions(_ => []));
        web.Use((http, next) => FaultyWebhooks.PassAsync(http, next, faults));
        var handler = new AttachingWebhookHandler(server);
        web.MapLifecycleWebhook("/lifecycle", (webhook, cancellation) => FaultyWebhooks.HandleAsync(server, handler, faults, webhook, cancellation), server);
        await web.StartAsync();
        var app = new FaultyApp(web, server, contract);
        // It ends by itself in the end: tests can end before they are through with it.
        if (faults.Contains(Fault.DoesNotEnd)) app._stubborn = Process.Start("/bin/sh", ["-c", "trap '' TERM; sleep 100; :"]);
        _ = app.LeaveWhenToldAsync(faults.Contains(Fault.LeavesForGood) ? ShutdownMode.Goodbye : ShutdownMode.HandOver);
        return app;
    }

    static AppServer MakeServer(Uri lifecycle, IReadOnlySet<Fault> faults, FaultyContract contract)
    {
        var options = new AppServerOptions
        {
            LifecycleUrl = lifecycle,
            PackageName = Keys.Package,
            ApiKey = Keys.ApiKey,
            InstanceId = Guid.NewGuid().ToString("n"),
            WebhookSecrets = faults.Contains(Fault.VerifiesNothing) ? [] : faults.Contains(Fault.IsPicky) ? Keys.Secrets[..1] : Keys.Secrets,
        };
        if (faults.Contains(Fault.HasNoPatience)) options.AckTimeout = TimeSpan.FromSeconds(2);
        return new AppServer(options, new FaultyNegotiation(faults), NullLoggerFactory.Instance, TimeProvider.System, null,
            (redirect, events, targets, loggers) => new FaultyConnection(faults, contract, redirect, events, targets, loggers));
    }

    public async ValueTask DisposeAsync()
    {
        _stubborn?.Kill(entireProcessTree: true);
        _stubborn?.Dispose();
        await _over.CancelAsync();
        await _server.DisposeAsync();
        await _web.DisposeAsync();
        _contract.Dispose();
        File.Delete(_leave);
    }

    async Task LeaveWhenToldAsync(ShutdownMode mode)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!File.Exists(_leave)) await timer.WaitForNextTickAsync(_over.Token);
        _server.StopTakingWebhooks();
        await _server.ShutdownAsync(mode);
    }
}

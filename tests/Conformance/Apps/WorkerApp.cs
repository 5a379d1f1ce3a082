using System.Text.Json;
using Lifecycle.Conformance.Host;
using Lifecycle.Conformance.Rpc;
using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Conformance.Apps;

/// <summary>The app in the official worker process, behind the test host.</summary>
sealed class WorkerApp : IHostedApp, IAsyncDisposable
{
    readonly DirectoryInfo keys = Directory.CreateTempSubdirectory("lifecycle-conformance-");
    readonly LogBook engineLog = new();
    readonly HttpClient http = new();
    WebhookServer? webhooks;
    WorkerHost? host;

    public TimeProvider Time => TimeProvider.System;

    public WebhookInbox Webhooks { get; } = new();

    /// <summary>Where webhooks arrive.</summary>
    public Uri WebhookAddress => webhooks!.Address;

    public SignalRServiceCore SignalR => host!.SignalR;

    public DurableEngine Engine => host!.Engine;

    public IReadOnlyList<LogLine> Logs =>
        [.. host!.Logs.Select(log => new LogLine(log.Category, (LogLevel)(int)log.Level, log.EventId, log.Message, log.Exception?.Message)), .. engineLog.Lines];

    public IReadOnlyList<string> Functions => [.. host!.Functions.All.Select(FunctionLine.Of)];

    /// <summary>Starts it.</summary>
    /// <param name="folder">The app, built on the official packages.</param>
    public static async Task<WorkerApp> StartAsync(string folder)
    {
        var app = new WorkerApp();
        app.webhooks = await WebhookServer.StartAsync(app.Webhooks);
        var settings = new Dictionary<string, string> { ["Lifecycle__KeyRing__Folder"] = app.keys.FullName };
        app.host = await WorkerHost.StartAsync(folder, settings, new SignalRServiceOptions { Seed = Seeds.SignalR }, app.engineLog.CreateLogger("Lifecycle.Local.Durable"));
        return app;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.RequestUri = new Uri(host!.Api, request.RequestUri!.PathAndQuery);
        return http.SendAsync(request);
    }

    public Task RunQueueAsync(string function, string message) => RunAsync(function, new TypedData { String = message });

    public Task RunTimerAsync(string function) => RunAsync(function, new TypedData
    {
        Json = JsonSerializer.Serialize(new
        {
            Schedule = new { AdjustForDST = true },
            ScheduleStatus = new { Last = DateTime.MinValue, Next = DateTime.UnixEpoch, LastUpdated = DateTime.MinValue },
            IsPastDue = false,
        }),
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        if (webhooks is not null)
        {
            await webhooks.DisposeAsync();
        }

        keys.Delete(recursive: true);
    }

    Task RunAsync(string function, TypedData trigger) => host!.Worker.InvokeAsync(host.Functions.Named(function), trigger);
}

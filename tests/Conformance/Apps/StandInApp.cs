using Lifecycle.Functions;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Webhooks;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.Invocation;
using Lifecycle.Local.SignalR;
using Lifecycle.Scenarios;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Conformance.Apps;

/// <summary>The app on the stand-in, in this process and on virtual time.</summary>
sealed class StandInApp : IHostedApp
{
    readonly IServiceProvider services;
    readonly LogBook log;
    readonly HttpMessageInvoker http;

    StandInApp(IServiceProvider services, TimeProvider time, WebhookInbox webhooks, LogBook log)
    {
        (this.services, Time, Webhooks, this.log) = (services, time, webhooks, log);
        http = new HttpMessageInvoker(services.GetRequiredService<InProcessHttpHandler>());
    }

    public TimeProvider Time { get; }

    public WebhookInbox Webhooks { get; }

    public SignalRServiceCore SignalR => services.GetRequiredService<SignalRServiceCore>();

    public DurableEngine Engine => services.GetRequiredService<EmbeddedDurableBackend>().Engine;

    public IReadOnlyList<LogLine> Logs => log.Lines;

    public IReadOnlyList<string> Functions => [.. Catalog.Entries.Select(FunctionLine.Of)];

    FunctionCatalog Catalog => services.GetRequiredService<FunctionCatalog>();

    /// <summary>Plays with the app from its start to its end.</summary>
    public static void Run(Func<IHostedApp, Task> play)
    {
        var time = new VirtualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        time.Run(async () =>
        {
            var (log, webhooks) = (new LogBook(), new WebhookInbox());
            using var host = Build(time, webhooks, log);
            await host.StartAsync();
            await play(new StandInApp(host.Services, time, webhooks, log));
            await host.StopAsync();
        });
    }

    static IHost Build(TimeProvider time, WebhookInbox webhooks, LogBook log)
    {
        var builder = FunctionsApplication.CreateBuilder(["--Embedded:Listen=false", "--data=:memory:", $"--Embedded:Seed={Seeds.SignalR}"]);
        builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
        builder.ThrowStartProblems = true;
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<ICanary, VirtualCanary>();
        builder.Services.AddSingleton(new WebhookTransport(new Handler(webhooks)));
        builder.Logging.ClearProviders().AddProvider(log);
        builder.AddLifecycle();
        return builder.Build();
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => http.SendAsync(request, CancellationToken.None);

    public Task RunQueueAsync(string function, string message) => RunAsync(function, message);

    public Task RunTimerAsync(string function) => RunAsync(function, new TimerInfo { ScheduleStatus = new ScheduleStatus() });

    Task RunAsync(string function, object trigger) =>
        services.GetRequiredService<FunctionInvoker>().InvokeAsync(Catalog.Entries.Single(entry => entry.Name == function), trigger, CancellationToken.None);

    sealed class Handler(WebhookInbox inbox) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var headers = request.Headers.Concat(request.Content!.Headers).Select(header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value)));
            var body = await request.Content.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage((System.Net.HttpStatusCode)inbox.Take(request.Method.Method, headers, body));
        }
    }
}

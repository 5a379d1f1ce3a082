using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Lifecycle.Functions;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Events;
using Lifecycle.Functions.Webhooks;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.SignalR;
using Lifecycle.Scenarios;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.Bench.Rigs;

/// <summary>The whole deployed app in this process on virtual time, with its statistics.</summary>
sealed class VirtualHost : IAsyncDisposable
{
    readonly IHost host;
    readonly HttpMessageInvoker http;

    VirtualHost(IHost host)
    {
        this.host = host;
        http = new(host.Services.GetRequiredService<InProcessHttpHandler>());
    }

    /// <summary>What the durable engine has done.</summary>
    public EngineStatistics Statistics => host.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Statistics;

    /// <summary>How many events the platform was told.</summary>
    public long EventsPublished => host.Services.GetRequiredService<LocalEventSink>().Read(OutboxDestination.Events, after: 0, limit: 1).Last;

    /// <summary>Starts it; must be called on the pump.</summary>
    /// <param name="time">The pump.</param>
    /// <param name="azureStorage">Whether timers behave as on Azure Storage.</param>
    /// <param name="aligned">Whether the app knows that, and aligns its deadlines.</param>
    /// <param name="configure">Replaces services of the app.</param>
    public static async Task<VirtualHost> StartAsync(VirtualTimeProvider time, bool azureStorage, bool aligned, Action<IServiceCollection>? configure = null)
    {
        var builder = FunctionsApplication.CreateBuilder(
        [
            "--Embedded:Listen=false", "--Embedded:DataFolder=:memory:", "--Logging:LogLevel:Lifecycle=Warning",
            $"--Lifecycle:DurableBackend={(azureStorage && aligned ? "AzureStorage" : "Exact")}",
            // Where only the timers matter, hops take no time: what is counted does not depend on it.
            .. azureStorage ? (string[])["--Embedded:Timing=azure-storage", "--Embedded:EngineLatency=0", "--Embedded:EngineCapacity=0"] : ["--Embedded:Timing=exact"],
        ]);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(new HostConsole(TextWriter.Null, Console.Error));
        VirtualHost? started = null;
        builder.Services.AddSingleton<ICanary, VirtualCanary>();
        builder.Services.AddSingleton(new WebhookTransport(new Accepting((session, token) => started?.Came(session, token))));
        builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
        builder.ThrowStartProblems = true;
        builder.AddLifecycle();
        configure?.Invoke(builder.Services);
        started = new VirtualHost(builder.Build());
        await started.host.StartAsync();
        return started;
    }

    /// <summary>Called with the session of every webhook, which is accepted.</summary>
    public Action<int> WebhookCame { get; set; } = _ => { };

    /// <summary>Called with the session and the take-over token of every webhook that has one, which is accepted.</summary>
    public Action<int, string> SuccessorAsked { get; set; } = (_, _) => { };

    void Came(int session, string? token)
    {
        WebhookCame(session);
        if (token is not null)
        {
            SuccessorAsked(session, token);
        }
    }

    /// <summary>Registers the app: sessions need not be started, and nobody is resurrected.</summary>
    public Task RegisterAsync(TimeSpan grace) =>
        RegisterAsync(new { allowUnsolicited = true, resurrect = false, reconnectGraceMs = (int)grace.TotalMilliseconds, retentionMs = 120_000 });

    /// <summary>Registers the app with a policy of its own.</summary>
    public Task RegisterAsync(object policy, string webhookUrl = "http://127.0.0.1:9/") =>
        SendAsync(HttpMethod.Put, $"/api/apps/{LifecycleApi.Package}", new { webhookUrl, apiKey = LifecycleApi.ApiKey, policy });

    /// <summary>Asks for the app in a session.</summary>
    public Task StartAsync(int session) =>
        SendAsync(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/api/sessions/s{session}/apps/{LifecycleApi.Package}/start"), new { });

    /// <summary>A client that is not connected yet.</summary>
    public VirtualClient NewClient() => new(host.Services.GetRequiredService<SignalRServiceCore>());

    /// <summary>Negotiates and connects.</summary>
    public Task ConnectAsync(VirtualClient client, int session) => ConnectAsync(client, session, "i1", version: null, takeOverToken: null);

    /// <summary>The same as a process of its own, which speaks a version of the wire and may show a take-over token.</summary>
    public Task ConnectAsync(VirtualClient client, int session, string instance, int? version, string? takeOverToken) => ConnectAsync(client, "/api/negotiate", new
    {
        sessionId = string.Create(CultureInfo.InvariantCulture, $"s{session}"),
        packageName = LifecycleApi.Package,
        instanceId = instance,
        version,
        takeOverToken,
    });

    /// <summary>Connects a process that takes relayed webhooks.</summary>
    public Task ConnectRelayAsync(VirtualClient client, string instance) =>
        ConnectAsync(client, "/api/relay/negotiate", new { packageName = LifecycleApi.Package, instanceId = instance });

    async Task ConnectAsync(VirtualClient client, string negotiate, object body)
    {
        using var answer = JsonDocument.Parse(await SendAsync(HttpMethod.Post, negotiate, body));
        await client.ConnectAsync(answer.RootElement.GetProperty("url").GetString()!, answer.RootElement.GetProperty("accessToken").GetString()!);
    }

    /// <summary>Posts a message to the app in a session.</summary>
    public Task PostAsync(int session) =>
        SendAsync(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/api/sessions/s{session}/apps/{LifecycleApi.Package}/messages"), new { body = "hello" });

    async Task<string> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("x-api-key", LifecycleApi.ApiKey);
        request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, CancellationToken.None);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        http.Dispose();
        host.Dispose();
    }

    sealed class Accepting(Action<int, string?> came) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var body = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            var token = body.RootElement.TryGetProperty("takeOverToken", out var its) ? its.GetString() : null;
            came(int.Parse(body.RootElement.GetProperty("sessionId").GetString()![1..], CultureInfo.InvariantCulture), token);
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}

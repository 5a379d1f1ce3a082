using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lifecycle.Entities;
using Lifecycle.Functions;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Webhooks;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.FunctionsSdk.Hosting.Http;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Lifecycle.Local.FunctionsSdk.Hosting.Timers;
using Lifecycle.Local.SignalR;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Scenarios;

/// <summary>
/// The deployed app on the embedded runtime, without sockets, on the scenario's clock. The SignalR service is outside of the host,
/// as in Azure: it outlives a host that is killed.
/// </summary>
sealed partial class EmbeddedWorld : IWorld
{
    /// <summary>The target that publishers use.</summary>
    public const string PublishTarget = "data";

    const string ApiKey = "scenario-key-0123456789";
    const string Hub = "apps";

    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    readonly EngineTiming timing;
    readonly string folder = Path.Combine(Path.GetTempPath(), "lifecycle-scenario-" + Path.GetRandomFileName());
    readonly SignalRServiceCore service;
    readonly int seed;
    readonly ServiceProvider metrics = new ServiceCollection().AddMetrics().AddSingleton<LifecycleMetrics>().BuildServiceProvider();
    TwoHosts? watches;
    IHost? host;
    HttpMessageInvoker? http;

    public EmbeddedWorld(TimeProvider time, EngineTiming timing, int seed)
    {
        (Time, this.timing, this.seed) = (time, timing, seed);
        service = new SignalRServiceCore(new SignalRServiceOptions { TimeProvider = time, Seed = seed });
    }

    public TimeProvider Time { get; }

    /// <summary>What the durable engine of the host that runs now has done.</summary>
    public EngineStatistics Statistics => host!.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Statistics;

    public CounterBook Counters { get; } = new();

    public Func<WebhookCall, Task<WebhookReply>> Webhooks { get; set; } = _ => Task.FromResult(new WebhookReply(0));

    public Func<string, string?> RetryAfterOf { get; set; } = _ => null;

    public Func<string, int?> HealthOf { get; set; } = _ => null;

    public Action<NoticeSeen> OwnerNotices { get; set; } = _ => { };

    public async Task OpenAsync()
    {
        Directory.CreateDirectory(folder);
        var builder = FunctionsApplication.CreateBuilder(
        [
            "--Embedded:Listen=false", $"--data={folder}", $"--Lifecycle:DurableBackend={timing.Backend}", "--Logging:LogLevel:Default=None",
            $"--AzureSignalRConnectionString={service.ConnectionString}", $"--Lifecycle:KeyRing:Folder={Path.Combine(folder, "keys")}",
            .. TimingOptions,
        ]);
        builder.FunctionAssemblies = [typeof(LifecycleApp).Assembly];
        builder.ThrowStartProblems = true;
        builder.Services.AddSingleton(Time);
        builder.Services.AddSingleton(service);
        builder.Services.AddSingleton(new WebhookTransport(new ScenarioWebhooks(this)));
        watches = new TwoHosts(Time, metrics.GetRequiredService<LifecycleMetrics>(), () => !service.Faults.RefuseConnections, seed);
        builder.Services.AddSingleton<IServiceWatch>(watches);
        builder.AddLifecycle();
        if (Relays)
        {
            builder.Logging.AddProvider(new WebhookLog(this)).AddFilter<WebhookLog>(typeof(WebhookSender).FullName, LogLevel.Information);
        }

        host = builder.Build();
        Counters.Listen(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync();
        http = new HttpMessageInvoker(host.Services.GetRequiredService<InProcessHttpHandler>());
    }

    string[] TimingOptions => timing.IsAzureStorage
        ? ["--timing=azure-storage", $"--engine-latency={timing.Latency.TotalMilliseconds:0}", $"--engine-capacity={timing.Capacity}"]
        : ["--timing=exact"];

    public async Task RegisterAsync(string package, PolicyOverrides policy) =>
        await CallAsync(HttpMethod.Put, $"/api/apps/{package}", new
        {
            webhookUrl = Relays ? "relay:" : $"http://{package}/hook",
            ownerUrl = $"http://owner.example/{package}",
            healthUrl = Relays || HealthOf(package) is null ? null : $"http://{package}/health",
            apiKey = ApiKey,
            policy,
        });

    public Task<bool> StartAsync(AppSessionId id, bool foreground) => PlatformAsync(id, "start", new { foreground });

    public Task StopAsync(AppSessionId id) => PlatformAsync(id, "stop", null);

    public Task ReviveAllAsync(string package) => CallAsync(HttpMethod.Post, $"/api/apps/{package}/revive", null);

    public Task MoveAsync(TimeSpan window) => CallAsync(HttpMethod.Post, "/api/move", new { windowMs = (int)window.TotalMilliseconds });

    async Task<bool> PlatformAsync(AppSessionId id, string what, object? body)
    {
        while (http is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Time); // a platform tries again while nobody answers
        }

        return await CallAsync(HttpMethod.Post, $"/api/sessions/{id.SessionId}/apps/{id.PackageName}/{what}", body);
    }

    public async Task<bool> PostAsync(AppSessionId id, string body)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/api/sessions/{id.SessionId}/apps/{id.PackageName}/messages", new { body });
        return answer.IsSuccessStatusCode;
    }

    public Task PublishAsync(AppSessionId id, string stream, int number) =>
        service.Api.SendAsync(Hub, SendTarget.Group(id.GroupOf(stream)), PublishTarget, [new { stream, number }]);

    public Task ForgetGroupsAsync(AppSessionId id) => service.Api.RemoveUserFromAllGroupsAsync(Hub, id.ToString());

    public async Task<AttachOutcome> AttachAsync(AppSessionId id, AttachAs @as, IAppSocketEvents events)
    {
        var (answer, retryAfter) = await NegotiateAsync(id, @as);
        if (answer is not { } negotiated)
        {
            return new(null, retryAfter);
        }

        if (@as.IsBlocked)
        {
            return AttachOutcome.Refused;
        }

        var socket = new EmbeddedSocket(new VirtualClient(service), AckWithin(negotiated), events);
        try
        {
            await socket.Client.ConnectAsync(negotiated.GetProperty("url").GetString()!, negotiated.GetProperty("accessToken").GetString()!);
            return new(socket);
        }
        catch (ClientRefusedException)
        {
            return AttachOutcome.Refused;
        }
    }

    public async Task<TimeSpan?> ExpectAsync(AppSessionId id, AttachAs @as) => (await NegotiateAsync(id, @as)).Answer is { } negotiated ? AckWithin(negotiated) : null;

    static TimeSpan AckWithin(JsonElement negotiated) => TimeSpan.FromMilliseconds(negotiated.GetProperty("ackWithinMs").GetInt64());

    async Task<(JsonElement? Answer, TimeSpan? RetryAfter)> NegotiateAsync(AppSessionId id, AttachAs @as)
    {
        if (http is null)
        {
            return (null, null);
        }

        using var answer = await SendAsync(
            HttpMethod.Post,
            "/api/negotiate",
            new { id.SessionId, id.PackageName, @as.InstanceId, @as.Reconnect, ReconnectToken = @as.Token, @as.LastSeq, @as.Attempt, @as.ConnectRefused, Version = @as.Version == 0 ? (int?)null : @as.Version, TakeOverToken = @as.TakeOver });
        return answer.IsSuccessStatusCode ? (await ReadJsonAsync(answer), null) : (null, answer.Headers.RetryAfter?.Delta);
    }

    public Task<History?> RecallAsync(AppSessionId id)
    {
        var record = host!.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Store.ReadEntity(AppSessionEntity.IdOf(id).ToString());
        return Task.FromResult(record is null ? null : JsonSerializer.Deserialize<AppSessionDocument>(record.State)?.History);
    }

    public async Task<SessionSnapshot?> ReadAsync(AppSessionId id)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/api/sessions/{id.SessionId}/apps/{id.PackageName}", null);
        if (!answer.IsSuccessStatusCode)
        {
            return null;
        }

        var view = await ReadJsonAsync(answer);
        return new SessionSnapshot(
            view.GetProperty("state").Deserialize<AppState>(json),
            view.GetProperty("tally").Deserialize<SessionTally>(json)!,
            [.. view.GetProperty("trail").Deserialize<TrailStep[]>(json)!],
            new SubscriptionSet
            {
                Version = view.GetProperty("subscriptionsVersion").GetInt32(),
                Streams = [.. view.GetProperty("subscriptions").Deserialize<string[]>(json)!],
            });
    }

    public async Task<GateSnapshot> ReadGateAsync(string package)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/api/apps/{package}/health", null);
        var health = await ReadJsonAsync(answer);
        return new(
            health.GetProperty("tally").Deserialize<GateTally>(json)!,
            health.TryGetProperty("incident", out var incident) && incident.ValueKind == JsonValueKind.Object && incident.Deserialize<Incident>(json)!.IsOpen);
    }

    public void AcceptConnections(bool accept) => service.Faults.RefuseConnections = !accept;

    public void BlindHost(bool blind) => watches!.Blind(blind);

    public void DelayEvents(string @event, TimeSpan by) =>
        service.Faults.Add(new UpstreamFault { Kind = UpstreamFaultKind.Delay, Event = @event, Delay = by });

    public void LoseEvents(string @event, bool lose, double share = 1) => Fault(UpstreamFaultKind.Lose, @event, lose, share);

    public void DoubleEvents(string @event, bool @double) => Fault(UpstreamFaultKind.Duplicate, @event, @double);

    void Fault(UpstreamFaultKind kind, string @event, bool on, double share = 1)
    {
        if (on)
        {
            service.Faults.Add(new UpstreamFault { Kind = kind, Event = @event, Probability = share });
        }
        else
        {
            service.Faults.Clear();
        }
    }

    public void StandStill(TimeSpan duration) => host!.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.StandStill(duration);

    public async Task KillHostAsync(TimeSpan downFor)
    {
        var killed = host!.Services;
        (host, http) = (null, null);
        service.Upstream = new NobodyAnswers();
        // A process that is gone has no timers.
        _ = killed.GetRequiredService<TimerRunner>().StopAsync();
        killed.GetRequiredService<EmbeddedDurableBackend>().Abort();
        killed.GetRequiredService<DataFolder>().Dispose();
        await Task.Delay(downFor, Time);
        await OpenAsync();
    }

    async Task<bool> CallAsync(HttpMethod method, string path, object? body)
    {
        using var answer = await SendAsync(method, path, body);
        if (!answer.IsSuccessStatusCode && answer.StatusCode != System.Net.HttpStatusCode.ServiceUnavailable)
        {
            throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }

        return answer.IsSuccessStatusCode;
    }

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, "http://localhost" + path);
        request.Headers.Add("x-api-key", ApiKey);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, json));
            request.Content.Headers.ContentType = new("application/json");
        }

        return await http!.SendAsync(request, CancellationToken.None);
    }

    static async Task<JsonElement> ReadJsonAsync(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync());

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.StopAsync();
            host.Dispose();
        }

        Counters.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A host that is down.</summary>
    sealed class NobodyAnswers : IUpstream
    {
        public Task<UpstreamResponse> SendAsync(UpstreamRequest request, CancellationToken cancellation) =>
            Task.FromResult(new UpstreamResponse(502, null, default));
    }
}

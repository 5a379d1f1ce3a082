using System.Net;
using System.Text.Json;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Scenarios.Http;

/// <summary>A host that is already there, in real time: its API over HTTP, real SignalR connections, real webhooks.</summary>
sealed class HttpWorld : IWorld
{
    const string Hub = "apps";

    readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = TimeSpan.FromSeconds(30) };
    readonly RunNames names = RunNames.New();
    readonly string appKey = Guid.NewGuid().ToString("n");
    readonly OneThread thread;
    readonly WebhookReceiver receiver;
    readonly EmulatorFaults? faults;
    readonly RestServiceApi? service;
    readonly List<HttpSocket> sockets = [];
    readonly List<string> packages = [];
    readonly HashSet<AppSessionId> started = [];
    bool closed;

    public HttpWorld(HttpArguments arguments, OneThread thread, TimeProvider time)
    {
        (this.thread, Time) = (thread, time);
        Api = new LifecycleApi(http, arguments.Api, arguments.Key, time);
        receiver = new WebhookReceiver(arguments.Webhooks, arguments.WebhookPort) { OnWebhook = OnWebhookAsync, OnNotice = OnNoticeAsync, OnHealth = OnHealthAsync, RetryAfterOf = RetryAfterTo };
        faults = arguments.Faults is { } emulator ? new EmulatorFaults(http, emulator) : null;
        service = arguments.SignalR is { } signalR ? new RestServiceApi(signalR, time) : null;
    }

    public TimeProvider Time { get; }

    public LifecycleApi Api { get; }

    public int UnsignedWebhooks => receiver.Unsigned;

    /// <summary>Nothing is heard of the host's instruments.</summary>
    public CounterBook Counters { get; } = new();

    public Func<string, string?> RetryAfterOf { get; set; } = _ => null;

    public Func<WebhookCall, Task<WebhookReply>> Webhooks { get; set; } = _ => Task.FromResult(new WebhookReply(0));

    public Func<string, int?> HealthOf { get; set; } = _ => null;

    public Action<NoticeSeen> OwnerNotices { get; set; } = _ => { };

    public bool Relays { get; set; }

    public Action<WebhookCall, string> Relayed { get; set; } = (_, _) => { };

    /// <summary>Not here: a play on a host that is there has an address for its webhooks.</summary>
    public Task<IRelaySocket?> RelayAsync(string package, string instance, IRelayEvents events) => Task.FromResult<IRelaySocket?>(null);

    public async Task OpenAsync()
    {
        faults?.Clear();
        await receiver.StartAsync();
    }

    public async Task RegisterAsync(string package, PolicyOverrides policy)
    {
        packages.Add(package);
        await Api.CallAsync(HttpMethod.Put, $"api/apps/{names.Package(package)}", new
        {
            webhookUrl = receiver.WebhookUrl,
            ownerUrl = receiver.OwnerUrl,
            healthUrl = HealthOf(package) is null ? null : receiver.HealthUrlOf(names.Package(package)),
            apiKey = appKey,
            webhookSecrets = new[] { WebhookReceiver.Secret },
            policy,
        });
    }

    public Task<bool> StartAsync(AppSessionId id, bool foreground)
    {
        if (closed)
        {
            return Task.FromResult(false);
        }

        started.Add(id);
        return Api.CallAsync(HttpMethod.Post, $"{PathOf(id)}/start", new { foreground });
    }

    public Task StopAsync(AppSessionId id) => Api.CallAsync(HttpMethod.Post, $"{PathOf(id)}/stop", null);

    public Task ReviveAllAsync(string package) => Api.CallAsync(HttpMethod.Post, $"api/apps/{names.Package(package)}/revive", null);

    public async Task<bool> PostAsync(AppSessionId id, string body)
    {
        var (status, _) = await Api.SendAsync(HttpMethod.Post, $"{PathOf(id)}/messages", new { body });
        return status is HttpStatusCode.OK or HttpStatusCode.Accepted;
    }

    public Task MoveAsync(TimeSpan window) => Api.SendAsync(HttpMethod.Post, "api/move", new { windowMs = (int)window.TotalMilliseconds });

    public Task PublishAsync(AppSessionId id, string stream, int number) =>
        service!.SendAsync(Hub, SendTarget.Group(names.Outside(id).GroupOf(stream)), EmbeddedWorld.PublishTarget, [new { stream, number }]);

    public Task ForgetGroupsAsync(AppSessionId id) => service!.RemoveUserFromAllGroupsAsync(Hub, names.Outside(id).ToString());

    public async Task<AttachOutcome> AttachAsync(AppSessionId id, AttachAs @as, IAppSocketEvents events)
    {
        if (await NegotiateAsync(id, @as) is not { } answer || LifecycleApi.Text(answer, "url") is not { } url || LifecycleApi.Text(answer, "accessToken") is not { } token)
        {
            return AttachOutcome.Nothing;
        }

        if (closed || @as.IsBlocked)
        {
            return AttachOutcome.Refused;
        }

        var socket = new HttpSocket(url, token, AckWithin(answer), events, thread);
        sockets.Add(socket);
        return await socket.OpenAsync() ? new(socket) : AttachOutcome.Refused;
    }

    public async Task<TimeSpan?> ExpectAsync(AppSessionId id, AttachAs @as) => await NegotiateAsync(id, @as) is { } answer ? AckWithin(answer) : null;

    async Task<JsonElement?> NegotiateAsync(AppSessionId id, AttachAs @as)
    {
        var outside = names.Outside(id);
        var (status, answer) = await Api.SendAsync(
            HttpMethod.Post,
            "api/negotiate",
            new { outside.SessionId, outside.PackageName, @as.InstanceId, @as.Reconnect, ReconnectToken = @as.Token, @as.LastSeq, @as.Attempt, @as.ConnectRefused, Version = @as.Version == 0 ? (int?)null : @as.Version, TakeOverToken = @as.TakeOver },
            appKey);
        return status == HttpStatusCode.OK ? answer : null;
    }

    // An older host does not say.
    static TimeSpan AckWithin(JsonElement answer) =>
        answer.TryGetProperty("ackWithinMs", out var within) ? TimeSpan.FromMilliseconds(within.GetDouble()) : Backlog.LeastAckWithin;

    public async Task<SessionSnapshot?> ReadAsync(AppSessionId id)
    {
        var (status, view) = await Api.SendAsync(HttpMethod.Get, PathOf(id));
        return status == HttpStatusCode.OK ? Snapshots.SessionOf(view) : null;
    }

    public async Task<GateSnapshot> ReadGateAsync(string package)
    {
        var (status, health) = await Api.SendAsync(HttpMethod.Get, $"api/apps/{names.Package(package)}/health");
        return status == HttpStatusCode.OK ? Snapshots.GateOf(health) : throw new InvalidOperationException($"The health of {package} cannot be read: {(int?)status} {health}");
    }

    public void AcceptConnections(bool accept) => faults!.Refuse(!accept);

    public void BlindHost(bool blind) => throw new NotSupportedException("Nobody outside can blind a host.");

    public void DelayEvents(string @event, TimeSpan by) => faults!.Add("delay", @event, by);

    public void LoseEvents(string @event, bool lose, double share = 1) => Fault("lose", @event, lose, share);

    public void DoubleEvents(string @event, bool @double) => Fault("duplicate", @event, @double);

    public void StandStill(TimeSpan duration) => throw new NotSupportedException("Nobody outside can stall the engine.");

    public Task KillHostAsync(TimeSpan downFor) => throw new NotSupportedException("Nobody outside can kill the host.");

    /// <summary>Leaves the deployment as it was: no session of this run is wanted any more, no app is registered, no fault is set.</summary>
    public async ValueTask DisposeAsync()
    {
        closed = true; // what is under way goes on, and must begin nothing that nobody ends
        faults?.Clear();
        Webhooks = _ => Task.FromResult(new WebhookReply((int)HttpStatusCode.Gone));
        await Parallel.ForEachAsync(started, async (id, _) => await Api.SendAsync(HttpMethod.Post, $"{PathOf(id)}/stop"));
        await Task.WhenAll(sockets.Select(socket => socket.DisposeAsync().AsTask()));
        foreach (var package in packages)
        {
            await Api.SendAsync(HttpMethod.Delete, $"api/apps/{names.Package(package)}");
        }

        await receiver.DisposeAsync();
        service?.Dispose();
        http.Dispose();
        Counters.Dispose();
    }

    string PathOf(AppSessionId id) => $"api/sessions/{names.Outside(id).SessionId}/apps/{names.Outside(id).PackageName}";

    void Fault(string kind, string @event, bool on, double share = 1)
    {
        if (on)
        {
            faults!.Add(kind, @event, probability: share);
        }
        else
        {
            faults!.Clear();
        }
    }

    Task<WebhookReply> OnWebhookAsync(JsonElement body, string webhookId)
    {
        var (session, package) = (LifecycleApi.Text(body, "sessionId")!, LifecycleApi.Text(body, "packageName")!);
        if (names.Inside(session, package) is not { } id)
        {
            return Task.FromResult(new WebhookReply((int)HttpStatusCode.NotFound));
        }

        var call = new WebhookCall(LifecycleApi.Text(body, "type")!, id, webhookId, LifecycleApi.Text(body, "runId")!, body.GetProperty("attempt").GetInt32()) { TakeOver = LifecycleApi.Text(body, "takeOverToken") };
        return thread.AskAsync(() => Webhooks(call), new WebhookReply((int)HttpStatusCode.Gone));
    }

    async Task<int> OnHealthAsync(string outside) => names.InsidePackage(outside) is { } package
        ? await thread.AskAsync(() => Task.FromResult(HealthOf(package) ?? (int)HttpStatusCode.NotFound), (int)HttpStatusCode.Gone)
        : (int)HttpStatusCode.NotFound;

    string? RetryAfterTo(JsonElement body) => names.InsidePackage(LifecycleApi.Text(body, "packageName")!) is { } package ? RetryAfterOf(package) : null;

    Task<WebhookReply> OnNoticeAsync(JsonElement body, string webhookId)
    {
        var kind = NoticeNames.KindOf(LifecycleApi.Text(body, "type")!);
        if (names.InsidePackage(LifecycleApi.Text(body, "packageName")!) is { } package)
        {
            thread.Do(() => OwnerNotices(new NoticeSeen(package, kind, webhookId)));
        }

        return Task.FromResult(new WebhookReply((int)HttpStatusCode.NoContent));
    }
}

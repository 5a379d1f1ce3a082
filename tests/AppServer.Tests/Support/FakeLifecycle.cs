using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Tests.Support;

/// <summary>The Lifecycle side of docs/wire.md on a real socket, with its answers in the test's hands.</summary>
sealed class FakeLifecycle : IAsyncDisposable
{
    readonly WebApplication _app;

    FakeLifecycle(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());
    public Inbox<Negotiation> Negotiations { get; } = new("negotiate call");
    public Negotiation LastNegotiation { get; private set; } = null!;
    public Inbox<FakeConnection> Connections { get; } = new("connection");
    public Inbox<string> Calls { get; } = new("hub call");

    /// <summary>Where it takes what comes and answers nothing.</summary>
    public SilentAt SilentAt { get; set; }

    /// <summary>Answers negotiate instead of a redirect when it gives a result.</summary>
    public Func<IResult?> Refuse { get; set; } = () => null;

    /// <summary>Runs when a connection opens.</summary>
    public Func<FakeConnection, Task> Connected { get; set; } = connection => connection.AckAsync();

    /// <summary>The answer to a hub call.</summary>
    public Func<string, object> Reply { get; set; } = _ => new { ok = true };

    /// <summary>Whether setSubscriptions is accepted.</summary>
    public bool AcceptsSubscriptions { get; set; } = true;

    /// <summary>Whether a subscriptions message follows setSubscriptions.</summary>
    public bool AnswersSubscriptions { get; set; } = true;

    /// <summary>Runs before release is answered.</summary>
    public Func<Task> Released { get; set; } = () => Task.CompletedTask;

    /// <summary>So many calls of setSubscriptions meet a set that has changed.</summary>
    public int Conflicts { get; set; }

    public static async Task<FakeLifecycle> StartAsync()
    {
        var builder = Loopback.NewBuilder();
        builder.Services.AddSignalR();
        FakeLifecycle? self = null;
        builder.Services.AddSingleton(_ => self!);
        var app = builder.Build();
        self = new FakeLifecycle(app);
        app.UseWebSockets();
        app.Use(self.FallSilentAsync);
        app.MapPost("/api/negotiate", (Delegate)self.NegotiateAsync);
        app.MapHub<FakeHub>("/client");
        await app.StartAsync();
        return self;
    }

    public AppServer MakeAppServer(Action<AppServerOptions>? change = null)
    {
        var options = new AppServerOptions { LifecycleUrl = Url, PackageName = "com.example.notes", ApiKey = "key-1", InstanceId = "i-1" };
        change?.Invoke(options);
        return new AppServer(options, random: () => 0); // Every wait at its shortest.
    }

    async Task<IResult> NegotiateAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var headers = http.Request.Headers;
        LastNegotiation = new Negotiation(headers["x-api-key"].ToString(), headers["x-lifecycle-attempt"].ToString(), body.RootElement.Clone())
        {
            Version = headers["x-lifecycle-version"],
            TakeOverToken = headers["x-lifecycle-take-over-token"],
        };
        await Negotiations.Add(LastNegotiation);
        return Refuse() ?? Results.Json(new { url = new Uri(Url, "/client/?hub=apps"), accessToken = "token-1" });
    }

    async Task FallSilentAsync(HttpContext http, Func<Task> next)
    {
        var stage = (http.Request.Path.Value, http.WebSockets.IsWebSocketRequest) switch
        {
            ("/api/negotiate", _) => SilentAt.Negotiate,
            ("/client/negotiate", _) => SilentAt.ServiceNegotiate,
            (_, true) => SilentAt == SilentAt.Handshake ? SilentAt.Handshake : SilentAt.Upgrade,
            _ => SilentAt.Never,
        };
        if (SilentAt == SilentAt.Never || SilentAt != stage)
        {
            await next();
            return;
        }
        using var socket = stage == SilentAt.Handshake ? await http.WebSockets.AcceptWebSocketAsync() : null;
        await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>From now on nobody listens.</summary>
    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed record Negotiation(string ApiKey, string Attempt, JsonElement Body)
    {
        public string? Version { get; init; }
        public string? TakeOverToken { get; init; }
        public bool? Reconnect => Body.TryGetProperty("reconnect", out var value) ? value.GetBoolean() : null;
        public long? LastSeq => Body.TryGetProperty("lastSeq", out var value) ? value.GetInt64() : null;
        public string? Token => Body.TryGetProperty("reconnectToken", out var value) ? value.GetString() : null;
        public string? this[string name] => Body.GetProperty(name).GetString();
    }

    internal sealed record FakeConnection(IClientProxy Client, HubCallerContext Context)
    {
        public string? Authorization { get; } = Context.GetHttpContext()!.Request.Headers.Authorization;

        public Task AckAsync(
            bool resumed = false, int graceMs = 6000, string[]? subscriptions = null, int version = 1, long seq = 0, string correlationId = "c-1",
            string? token = "reconnect-token-1", bool initWanted = false,
            int? wireVersion = null, bool takenOver = false) =>
            SendAsync("ack", new
            {
                sessionId = "s1",
                packageName = "com.example.notes",
                state = "RUNNING",
                resumed,
                epoch = 7,
                correlationId,
                subscriptions = subscriptions ?? [],
                subscriptionsVersion = version,
                token,
                missed = 2,
                seq,
                reconnectGraceMs = graceMs,
                initWanted,
                version = wireVersion,
                handOverMs = wireVersion is null ? null : (int?)25_000,
                takenOver,
            });

        public Task MessageAsync(long seq, bool? prompt = null) => SendAsync("message", new { seq, body = $"m{seq}", prompt });

        public Task SendAsync(string target, object argument) => Client.SendAsync(target, argument);

        public void Drop() => Context.Abort();
    }

    sealed class FakeHub(FakeLifecycle lifecycle) : Hub
    {
        public override async Task OnConnectedAsync()
        {
            var connection = new FakeConnection(Clients.Caller, Context);
            await lifecycle.Connected(connection);
            await lifecycle.Connections.Add(connection);
        }

        public async Task<object> SetSubscriptions(string[] streams, int version)
        {
            await lifecycle.Calls.Add($"setSubscriptions {string.Join(",", streams)} {version}");
            if (!lifecycle.AnswersSubscriptions) return lifecycle.Reply("setSubscriptions");
            await Clients.Caller.SendAsync("subscriptions", lifecycle.AcceptsSubscriptions && lifecycle.Conflicts-- <= 0
                ? new { accepted = true, reason = (string?)null, subscriptions = streams, subscriptionsVersion = version + 1 }
                : new { accepted = false, reason = (string?)"conflict", subscriptions = new[] { "theirs" }, subscriptionsVersion = version + 5 });
            return lifecycle.Reply("setSubscriptions");
        }

        public async Task<object> Release()
        {
            await lifecycle.Calls.Add("release");
            await lifecycle.Released();
            return lifecycle.Reply("release");
        }

        public async Task<object> Done(JsonElement done)
        {
            await lifecycle.Calls.Add($"done {done}");
            return lifecycle.Reply("done");
        }

        public async Task<object> HandOver(JsonElement nothing)
        {
            await lifecycle.Calls.Add($"handOver {nothing}");
            return lifecycle.Reply("handOver");
        }

        public async Task<object> Init(JsonElement hint)
        {
            await lifecycle.Calls.Add($"init {hint}");
            if (lifecycle.AnswersInit) await new FakeConnection(Clients.Caller, Context).AckAsync(resumed: true);
            return lifecycle.Reply("init");
        }
    }

    /// <summary>Whether an ack follows init.</summary>
    public bool AnswersInit { get; set; } = true;
}

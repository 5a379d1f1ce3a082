using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Lifecycle.Scenarios.Http;

/// <summary>A real SignalR connection as an app server's socket. What it hears is told on the run's thread.</summary>
sealed class HttpSocket : IAppSocket, IAsyncDisposable
{
    readonly OneThread thread;
    readonly IAppSocketEvents events;
    readonly HubConnection hub;
    readonly List<Action> early = [];
    ClientWebSocket? raw;
    bool open;
    bool told;
    bool heard;

    public HttpSocket(string url, string accessToken, TimeSpan ackWithin, IAppSocketEvents events, OneThread thread)
    {
        (AckWithin, this.events, this.thread) = (ackWithin, events, thread);
        hub = new HubConnectionBuilder().WithUrl(url, http =>
        {
            http.AccessTokenProvider = () => Task.FromResult<string?>(accessToken);
            http.Transports = HttpTransportType.WebSockets;
            http.WebSocketFactory = (context, cancellation) => ConnectAsync(context.Uri, accessToken, cancellation);
        }).Build();
        foreach (var target in AppTargets.All)
        {
            hub.On<JsonElement>(target, payload => Tell(() => OnInvoked(target, payload)));
        }

        hub.Closed += error =>
        {
            Tell(() => OnClosed(error?.Message));
            return Task.CompletedTask;
        };
    }

    public TimeSpan AckWithin { get; }

    public bool IsOpen => open;

    /// <summary>False when the endpoint does not let it in. What comes before the caller has the socket is told after that.</summary>
    public async Task<bool> OpenAsync()
    {
        try
        {
            await hub.StartAsync();
            open = true;
        }
        catch (Exception)
        {
            // Whatever it is, an app server tries again later.
            await DisposeAsync();
            return false;
        }

        // In the turn after next: the one who waits for this answer has it then.
        thread.Do(() => thread.Do(Listen));
        return true;
    }

    /// <summary>The TCP connection goes without a close message, as when a cable is cut or a process is killed.</summary>
    public Task DropAsync()
    {
        raw?.Abort();
        Tell(() => OnClosed(null));
        return Task.CompletedTask;
    }

    public Task SetSubscriptionsAsync(IReadOnlyList<string> streams, int version) => SendAsync("setSubscriptions", streams, version);

    public Task ReleaseAsync() => SendAsync("release");

    public Task InitAsync(string instanceId) => SendAsync("init", new { reconnect = true, instanceId });

    public Task HandOverAsync() => SendAsync("handOver");

    public Task DoneAsync(long seq, bool isLast) => SendAsync("done", new { seq, last = isLast });

    public async ValueTask DisposeAsync()
    {
        (open, told) = (false, true);
        raw?.Abort();
        await hub.DisposeAsync();
    }

    async ValueTask<WebSocket> ConnectAsync(Uri url, string accessToken, CancellationToken cancellation)
    {
        raw = new ClientWebSocket();
        raw.Options.SetRequestHeader("Authorization", $"Bearer {accessToken}");
        await raw.ConnectAsync(url, cancellation);
        return raw;
    }

    async Task SendAsync(string method, params object?[] arguments)
    {
        try
        {
            await (IsOpen ? hub.SendCoreAsync(method, arguments) : Task.CompletedTask);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or WebSocketException or OperationCanceledException)
        {
            // Lost meanwhile: the close tells it.
        }
    }

    void Tell(Action what) => thread.Do(() =>
    {
        if (heard)
        {
            what();
        }
        else
        {
            early.Add(what);
        }
    });

    void Listen()
    {
        heard = true;
        early.ForEach(what => what());
        early.Clear();
    }

    void OnClosed(string? error)
    {
        if (told)
        {
            return;
        }

        (open, told) = (false, true);
        _ = hub.DisposeAsync().AsTask();
        // Client library and service put sentences before the word.
        events.OnClosed(this, error?[(error.LastIndexOf(':') + 1)..].Trim().TrimEnd('.'));
    }

    void OnInvoked(string target, JsonElement payload)
    {
        if (!told) // what was on its way when the socket went is not heard
        {
            AppTargets.Tell(this, events, target, payload);
        }
    }
}

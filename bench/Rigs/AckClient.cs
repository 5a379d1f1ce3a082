using System.Net.WebSockets;
using System.Text.Json;
using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Bench.Rigs;

/// <summary>A real SignalR client that waits for the <c>ack</c> of its connection.</summary>
sealed class AckClient : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    readonly TaskCompletionSource<long> acked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HubConnection connection;
    readonly TaskCompletionSource<long> delivered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long socketOpens;
    int messages;
    int awaited;

    AckClient(Uri url, Action<HttpConnectionOptions> configure)
    {
        var builder = new HubConnectionBuilder().WithUrl(url, options =>
        {
            options.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.WebSockets;
            options.WebSocketFactory = OpenAsync;
            configure(options);
        });
        builder.Services.AddSingleton<ILoggerFactory>(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        connection = builder.Build();
        connection.Closed += _ =>
        {
            Lost?.Invoke();
            return Task.CompletedTask;
        };
        connection.On<JsonElement>("ack", ack =>
        {
            Ack = ack;
            acked.TrySetResult(Clock.Now);
        });
        connection.On<object>("message", _ =>
        {
            if (Interlocked.Increment(ref messages) == awaited)
            {
                delivered.TrySetResult(Clock.Now);
            }
        });
        connection.On<JsonElement>("move", order => Moved?.Invoke(order));
        connection.On<object>("subscriptions", _ => subscribed.TrySetResult());
    }

    /// <summary>It was told to attach anew.</summary>
    public event Action<JsonElement>? Moved;

    /// <summary>Its socket is gone.</summary>
    public event Action? Lost;

    /// <summary>Says goodbye.</summary>
    public Task ReleaseAsync() => connection.InvokeAsync<object>("release");

    /// <summary>The last ack.</summary>
    public JsonElement Ack { get; private set; }

    /// <summary>A client of a Lifecycle host: an app server's, for one session.</summary>
    /// <param name="api">The host's address.</param>
    /// <param name="session">The session to attach to.</param>
    /// <param name="shared">A handler for many clients; null for one of its own.</param>
    /// <param name="token">The reconnect token of the client before it.</param>
    public static AckClient OfLifecycle(Uri api, string session, HttpMessageHandler? shared = null, string? token = null) => new(new Uri(api, "/api"), options =>
    {
        options.Headers["x-api-key"] = LifecycleApi.ApiKey;
        options.Headers["x-lifecycle-session-id"] = session;
        options.Headers["x-lifecycle-package-name"] = LifecycleApi.Package;
        options.Headers["x-lifecycle-instance-id"] = "i1";
        if (token is not null)
        {
            options.Headers["x-lifecycle-reconnect-token"] = token;
        }

        Share(options, shared);
    });

    /// <summary>A client of the floor's hub.</summary>
    /// <param name="floor">The floor's address.</param>
    /// <param name="shared">A handler for many clients; null for one of its own.</param>
    /// <param name="messages">How many messages the hub sends behind the ack.</param>
    public static AckClient OfFloor(Uri floor, HttpMessageHandler? shared = null, int messages = 0) =>
        new(new Uri(floor, $"{FloorServer.HubPath}?messages={messages}"), options => Share(options, shared));

    /// <summary>Connects and waits for so many messages behind the ack. Gives the time from the opening of the socket to the last one.</summary>
    public async Task<TimeSpan> ConnectAsync(int withMessages)
    {
        awaited = withMessages;
        await ConnectAsync();
        return TimeProvider.System.GetElapsedTime(socketOpens, await delivered.Task.WaitAsync(patience, TimeProvider.System));
    }

    /// <summary>Puts a set of streams in force and waits until it is.</summary>
    public async Task SubscribeAsync(string[] streams)
    {
        await connection.InvokeAsync<object>("setSubscriptions", streams, Ack.GetProperty("subscriptionsVersion").GetInt32());
        await subscribed.Task.WaitAsync(patience, TimeProvider.System);
    }

    /// <summary>
    /// Connects and waits for the ack. Gives the time from the opening of the socket (TCP, upgrade, handshake) to the ack, and from
    /// the start (negotiation, redirect and all) to the ack.
    /// </summary>
    public async Task<(TimeSpan FromSocket, TimeSpan FromStart)> ConnectAsync()
    {
        var start = Clock.Now;
        await connection.StartAsync();
        var ack = await acked.Task.WaitAsync(patience, TimeProvider.System);
        return (TimeProvider.System.GetElapsedTime(socketOpens, ack), TimeProvider.System.GetElapsedTime(start, ack));
    }

    async ValueTask<WebSocket> OpenAsync(WebSocketConnectionContext context, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        if (context.Options.AccessTokenProvider is { } provider && await provider() is { } token)
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        socketOpens = Clock.Now;
        await socket.ConnectAsync(context.Uri, cancellation);
        return socket;
    }

    // A client disposes of its handler; a shared one outlives it.
    static void Share(HttpConnectionOptions options, HttpMessageHandler? shared)
    {
        if (shared is not null)
        {
            options.HttpMessageHandlerFactory = _ => new Borrowed(shared);
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    sealed class Borrowed(HttpMessageHandler lent) : HttpMessageHandler
    {
        readonly HttpMessageInvoker invoker = new(lent, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            invoker.SendAsync(request, cancellationToken);
    }
}

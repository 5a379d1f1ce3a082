using System.Net.WebSockets;
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
    long socketOpens;

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
        connection.On<object>("ack", _ => acked.TrySetResult(Clock.Now));
    }

    /// <summary>A client of a Lifecycle host: an app server's, for one session.</summary>
    /// <param name="api">The host's address.</param>
    /// <param name="session">The session to attach to.</param>
    /// <param name="shared">A handler for many clients; null for one of its own.</param>
    public static AckClient OfLifecycle(Uri api, string session, HttpMessageHandler? shared = null) => new(new Uri(api, "/api"), options =>
    {
        options.Headers["x-api-key"] = LifecycleApi.ApiKey;
        options.Headers["x-lifecycle-session-id"] = session;
        options.Headers["x-lifecycle-package-name"] = LifecycleApi.Package;
        options.Headers["x-lifecycle-instance-id"] = "i1";
        Share(options, shared);
    });

    /// <summary>A client of the floor's hub.</summary>
    public static AckClient OfFloor(Uri floor, HttpMessageHandler? shared = null) =>
        new(new Uri(floor, FloorServer.HubPath), options => Share(options, shared));

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

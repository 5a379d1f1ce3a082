using Lifecycle.Sdk.Negotiation;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Sessions;

/// <summary>One negotiated SignalR connection, used once: whatever it is for.</summary>
sealed class SignalRLink : IAsyncDisposable
{
    static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    readonly HubConnection _hub;
    readonly TaskCompletionSource<string?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SignalRLink(NegotiateOutcome.Redirect redirect, ILoggerFactory loggers)
    {
        // No WithAutomaticReconnect: it would come back with the old access token and without the reconnect hint and
        // token, and it knows nothing of the grace window. Coming back means a new negotiate, so whoever has the link does it.
        var builder = new HubConnectionBuilder().WithUrl(redirect.Url, http =>
        {
            http.AccessTokenProvider = () => Task.FromResult<string?>(redirect.AccessToken);
            http.Transports = HttpTransportType.WebSockets;
            http.CloseTimeout = CloseTimeout;
        });
        builder.Services.AddSingleton(loggers);
        _hub = builder.Build();
        _hub.Closed += error =>
        {
            _closed.TrySetResult(error?.Message);
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes when an opened connection is lost, with the error text if there was one.</summary>
    public Task<string?> Closed => _closed.Task;

    /// <summary>Before the start: what is listened to may be the first thing on the wire.</summary>
    public void On<T>(string target, Action<T> handler) => _hub.On(target, handler);

    public Task StartAsync(CancellationToken cancellation) => _hub.StartAsync(cancellation);

    /// <summary>Calls a hub method.</summary>
    /// <exception cref="HubCallException">Lifecycle answered with an error.</exception>
    public async Task CallAsync(string method, object?[] arguments, CancellationToken cancellation)
    {
        var reply = await _hub.InvokeCoreAsync<HubReply?>(method, arguments, cancellation);
        if (reply is not { Ok: true })
            throw new HubCallException(method, reply?.Error?.Code ?? "unknown", reply?.Error?.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _closed.TrySetResult(null);
    }
}

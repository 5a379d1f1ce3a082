using System.Text.Json;
using Lifecycle.Sdk.Negotiation;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Sessions;

/// <summary>A connection over SignalR.</summary>
sealed class LifecycleConnection : IConnection
{
    static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    readonly HubConnection _hub;
    readonly IConnectionEvents _events;
    readonly TaskCompletionSource _acked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<string?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LifecycleConnection(NegotiateOutcome.Redirect redirect, IConnectionEvents events, IEnumerable<string> targets, ILoggerFactory loggers)
    {
        _events = events;
        // No WithAutomaticReconnect: it would come back with the old access token and without the reconnect hint and
        // token, and it knows nothing of the grace window. Coming back means a new negotiate, so the session does it.
        var builder = new HubConnectionBuilder().WithUrl(redirect.Url, http =>
        {
            http.AccessTokenProvider = () => Task.FromResult<string?>(redirect.AccessToken);
            http.Transports = HttpTransportType.WebSockets;
            http.CloseTimeout = CloseTimeout;
        });
        builder.Services.AddSingleton(loggers);
        _hub = builder.Build();

        // Before the start: the ack may be the first thing on the wire.
        _hub.On<AckPayload>("ack", ack =>
        {
            if (events.OnAck(this, ack)) _acked.TrySetResult();
        });
        _hub.On<SubscriptionsPayload>("subscriptions", subscriptions => events.OnSubscriptions(this, subscriptions));
        _hub.On<MessagePayload>("message", message => events.OnMessage(this, message));
        _hub.On<ReasonPayload>("stop", stop => events.OnStop(this, stop.Reason));
        _hub.On<SupersededPayload>("superseded", superseded => events.OnSuperseded(this, superseded.HandedOver == true));
        _hub.On<JsonElement>("tell", _ => events.OnTell(this));
        _hub.On<MovePayload>("move", move => events.OnMove(this, move));
        foreach (var target in targets) Listen(target);
        _hub.Closed += error =>
        {
            _closed.TrySetResult(error?.Message);
            return Task.CompletedTask;
        };
    }

    public Task Acked => _acked.Task;

    public Task<string?> Closed => _closed.Task;

    public void Listen(string target) => _hub.On<JsonElement>(target, argument => _events.OnTarget(this, target, argument));

    public Task StartAsync(CancellationToken cancellation) => _hub.StartAsync(cancellation);

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

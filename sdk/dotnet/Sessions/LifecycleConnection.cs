using System.Text.Json;
using Lifecycle.Sdk.Negotiation;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Sdk.Sessions;

/// <summary>A session's connection over SignalR.</summary>
sealed class LifecycleConnection : IConnection
{
    readonly SignalRLink _link;
    readonly IConnectionEvents _events;
    readonly TaskCompletionSource _acked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LifecycleConnection(NegotiateOutcome.Redirect redirect, IConnectionEvents events, IEnumerable<string> targets, ILoggerFactory loggers)
    {
        _events = events;
        _link = new SignalRLink(redirect, loggers);
        _link.On<AckPayload>("ack", ack =>
        {
            if (events.OnAck(this, ack)) _acked.TrySetResult();
        });
        _link.On<SubscriptionsPayload>("subscriptions", subscriptions => events.OnSubscriptions(this, subscriptions));
        _link.On<MessagePayload>("message", message => events.OnMessage(this, message));
        _link.On<ReasonPayload>("stop", stop => events.OnStop(this, stop.Reason));
        _link.On<SupersededPayload>("superseded", superseded => events.OnSuperseded(this, superseded.HandedOver == true));
        _link.On<JsonElement>("tell", _ => events.OnTell(this));
        _link.On<MovePayload>("move", move => events.OnMove(this, move));
        foreach (var target in targets) Listen(target);
    }

    public Task Acked => _acked.Task;

    public Task<string?> Closed => _link.Closed;

    public void Listen(string target) => _link.On<JsonElement>(target, argument => _events.OnTarget(this, target, argument));

    public Task StartAsync(CancellationToken cancellation) => _link.StartAsync(cancellation);

    public Task CallAsync(string method, object?[] arguments, CancellationToken cancellation) => _link.CallAsync(method, arguments, cancellation);

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}

using System.Net.WebSockets;
using System.Text.Json;
using Lifecycle.Sdk;
using Lifecycle.Sdk.Negotiation;
using Lifecycle.Sdk.Sessions;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Doctor.Tests.Faults;

/// <summary>Faults of a connection: what comes over it is passed on wrongly, or not at all, and what goes out as well.</summary>
sealed class FaultyConnection : IConnection, IConnectionEvents
{
    readonly IReadOnlySet<Fault> _faults;
    readonly FaultyContract _contract;
    readonly IConnectionEvents _events;
    readonly LifecycleConnection _inner;
    readonly NegotiateOutcome.Redirect _redirect;
    long _ackSeq;

    public FaultyConnection(
        IReadOnlySet<Fault> faults, FaultyContract contract, NegotiateOutcome.Redirect redirect, IConnectionEvents events, IEnumerable<string> targets, ILoggerFactory loggers)
    {
        (_faults, _contract, _events) = (faults, contract, events);
        if (faults.Contains(Fault.ForgetsQuery)) redirect = redirect with { Url = new Uri(redirect.Url.GetLeftPart(UriPartial.Path)) };
        _redirect = redirect;
        _inner = new LifecycleConnection(redirect, this, targets, loggers);
        Closed = CloseAsync();
    }

    public Task Acked => _inner.Acked;

    public Task<string?> Closed { get; }

    AttachedSession Session => (AttachedSession)_events;

    public void Listen(string target) => _inner.Listen(target);

    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            // Before the one that attaches: with that the check is over, and the app is told to stop.
            if (Shows(Fault.OpensTwice, "attach-in-time")) await OpenBesideAsync(cancellation);
            await _inner.StartAsync(cancellation);
        }
        catch (Exception e) when (_faults.Contains(Fault.IgnoresCloseWords) && e is not OperationCanceledException)
        {
            throw new IOException("lost");
        }
    }

    public Task CallAsync(string method, object?[] arguments, CancellationToken cancellation)
    {
        if (method == "init" && _faults.Contains(Fault.SaysNoInit)) return Task.CompletedTask;
        if (method == "done" && _faults.Contains(Fault.TellsNothing)) return Task.CompletedTask;
        if (method == "setSubscriptions" && _faults.Contains(Fault.KnowsNoSetVersion)) arguments = [arguments[0], 0];
        if (method == "setSubscriptions" && Shows(Fault.AsksForOtherStreams, "subscriptions-replaced")) arguments = [new[] { "no stream!" }, arguments[1]];
        if (method == "setSubscriptions" && Shows(Fault.AsksForOtherStreams, "subscriptions-empty") && arguments[0] is System.Collections.ICollection { Count: 0 }) arguments = [new[] { "some" }, arguments[1]];
        if (method == "release" && Shows(Fault.ExplainsItsGoodbye, "end-release")) arguments = ["the user has left"];
        return _inner.CallAsync(method, arguments, cancellation);
    }

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    bool IConnectionEvents.OnAck(IConnection connection, AckPayload ack)
    {
        _ackSeq = ack.Seq;
        if (Shows(Fault.GoesAway, "hub-pings")) _ = GoAwayAsync();
        return _events.OnAck(this, ack);
    }

    void IConnectionEvents.OnSubscriptions(IConnection connection, SubscriptionsPayload subscriptions) => _events.OnSubscriptions(this, subscriptions);

    void IConnectionEvents.OnMessage(IConnection connection, MessagePayload message)
    {
        if (_faults.Contains(Fault.TellsNonsense)) _ = TellNonsenseAsync(message.Seq);
        if (_faults.Contains(Fault.TellsAhead)) _ = _inner.CallAsync("done", [new DonePayload(message.Seq, null, null)], CancellationToken.None);
        if (_faults.Contains(Fault.HandlesTwice) && _contract.HasSeen(Session, message.Seq)) _ = _contract.DoAsync(Session, new AppMessage(message.Seq, message.Body));
        if (_faults.Contains(Fault.IgnoresNumberOfAck) && message.Seq <= _ackSeq) _ = _contract.DoAsync(Session, new AppMessage(message.Seq, message.Body));
        _events.OnMessage(this, message);
    }

    void IConnectionEvents.OnTarget(IConnection connection, string target, JsonElement argument)
    {
        if (!Shows(Fault.HearsNoPublishers, "message-publishers")) _events.OnTarget(this, target, argument);
    }

    void IConnectionEvents.OnStop(IConnection connection, string? reason)
    {
        if (Shows(Fault.StopsAll, "end-others-live")) _ = _contract.Server!.Find($"{Session.SessionId}-1")?.CloseAsync();
        if (!_faults.Contains(Fault.IgnoresStop)) _events.OnStop(this, reason);
    }

    void IConnectionEvents.OnSuperseded(IConnection connection, bool isHandedOver)
    {
        if (!_faults.Contains(Fault.IgnoresSuperseded)) _events.OnSuperseded(this, isHandedOver);
    }

    void IConnectionEvents.OnTell(IConnection connection) => _events.OnTell(this);

    void IConnectionEvents.OnMove(IConnection connection, MovePayload move)
    {
        if (_faults.Contains(Fault.SaysGoodbyeToMove)) _ = _inner.CallAsync("release", [], CancellationToken.None);
        if (_faults.Contains(Fault.MovesByClosing)) _ = _inner.DisposeAsync().AsTask();
        else _events.OnMove(this, move);
    }

    bool Shows(Fault fault, string check) => _faults.Contains(fault) && Moods.IsOf(Session.SessionId, check);

    async Task GoAwayAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(1));
        await _inner.DisposeAsync();
    }

    async Task OpenBesideAsync(CancellationToken cancellation)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("authorization", $"Bearer {_redirect.AccessToken}");
        await socket.ConnectAsync(new UriBuilder(_redirect.Url) { Scheme = "ws" }.Uri, cancellation);
        await socket.SendAsync("{\"protocol\":\"messagepack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        await socket.ReceiveAsync(new byte[1024], cancellation); // It is refused.
    }

    async Task<string?> CloseAsync()
    {
        var error = await _inner.Closed;
        if (_faults.Contains(Fault.IgnoresCloseWords)) return "lost";
        return _faults.Contains(Fault.GivesUp) && Acked.IsCompleted ? "it gives up: stopped" : error;
    }

    async Task TellNonsenseAsync(long seq)
    {
        await _inner.CallAsync("done", [new { seq = seq + 1 }], CancellationToken.None);
        await _inner.CallAsync("done", [new { seq = -1 }], CancellationToken.None);
    }
}

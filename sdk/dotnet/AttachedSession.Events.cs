using System.Text.Json;
using Lifecycle.Sdk.Sessions;

namespace Lifecycle.Sdk;

/// <summary>What the current connection reports; a leftover one is not listened to.</summary>
public sealed partial class AttachedSession : IConnectionEvents
{
    bool IConnectionEvents.OnAck(IConnection connection, AckPayload payload)
    {
        // Lifecycle found this connection without having heard of it: what it says of the session comes with the ack after init.
        if (payload.InitWanted)
        {
            if (IsCurrent(connection)) _ = IntroduceAsync(connection);
            return false;
        }

        SessionAck ack;
        long wish;
        lock (_gate)
        {
            if (_connection != connection || _end is not null) return false;
            ack = payload.ToAck();
            _resume.Acked(payload, isRepeat: _state == SessionState.Attached && _ack!.CorrelationId == ack.CorrelationId);
            var isReconnect = _state == SessionState.Reconnecting;
            _ack = ack;
            _state = SessionState.Attached;
            _subscriptions.Replace(ack.Subscriptions, ack.SubscriptionsVersion);
            wish = ++_newestWish;
            if (isReconnect) _onReconnected.Raise(_handlers, ack);
            _nextAck.TrySetResult();
            _nextAck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            LogAttached(SessionId, ack.Resumed, ack.Epoch, ack.ReconnectGrace);
        }
        _firstAck.TrySetResult();
        _ = ReconcileAsync(connection, wish);
        return true;
    }

    void IConnectionEvents.OnSubscriptions(IConnection connection, SubscriptionsPayload payload)
    {
        if (IsCurrent(connection))
            _subscriptions.Answer(new SubscriptionsResult(payload.Accepted, payload.Reason, payload.Subscriptions ?? [], payload.SubscriptionsVersion));
    }

    void IConnectionEvents.OnMessage(IConnection connection, MessagePayload payload)
    {
        lock (_gate)
        {
            // Before the ack nobody knows in which order the number stands.
            if (_connection != connection || _end is not null || _state != SessionState.Attached) return;
            if (_resume.Take(payload.Seq)) _onMessage.Raise(_handlers, new AppMessage(payload.Seq, payload.Body));
            else LogRepeated(SessionId, payload.Seq, _resume.LastSeq);
        }
    }

    void IConnectionEvents.OnTarget(IConnection connection, string target, JsonElement argument)
    {
        if (IsCurrent(connection)) _onTarget.Raise(_handlers, target, argument);
    }

    void IConnectionEvents.OnStop(IConnection connection, string? reason)
    {
        if (IsCurrent(connection)) Stop(reason);
    }

    void IConnectionEvents.OnSuperseded(IConnection connection)
    {
        if (IsCurrent(connection)) _ = EndAsync(new EndReason(EndKind.Superseded));
    }

    /// <summary>Lifecycle orders the session to end, over the connection or by webhook.</summary>
    internal void Stop(string? reason)
    {
        lock (_gate)
        {
            if (_end is not null) return;
            _end = new EndReason(EndKind.Stopped, reason);
            _onStop.Raise(_handlers, reason ?? "");
        }
        _ = EndAsync(_end);
    }

    bool IsCurrent(IConnection connection)
    {
        lock (_gate) return _connection == connection && _end is null;
    }
}

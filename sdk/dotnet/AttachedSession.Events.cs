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
            if (IsCurrent(connection) || IsCandidate(connection)) _ = IntroduceAsync(connection);
            return false;
        }

        SessionAck ack;
        long wish;
        lock (_gate)
        {
            var isMove = _candidate == connection;
            if ((_connection != connection && !isMove) || _end is not null) return false;
            ack = payload.ToAck();
            if (isMove) ArriveNeedsLock(connection);
            var isRepeat = !isMove && _state == SessionState.Attached && _ack!.CorrelationId == ack.CorrelationId;
            _resume.Acked(payload, isRepeat);
            _done.Attached(connection, ack.HearsDone, ack.Resumed || isRepeat, _resume.LastSeq!.Value);
            var isReconnect = isMove || _state == SessionState.Reconnecting;
            _ack = ack;
            _state = SessionState.Attached;
            _subscriptions.Replace(ack.Subscriptions, ack.SubscriptionsVersion);
            wish = ++_newestWish;
            if (isReconnect) _onReconnected.Raise(_handlers, ack);
            _nextAck.TrySetResult();
            _nextAck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            LeaveOnNeedsLock(connection, ack);
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

    void IConnectionEvents.OnTarget(IConnection connection, string target, JsonElement argument)
    {
        if (IsCurrent(connection)) _onTarget.Raise(_handlers, target, argument);
    }

    void IConnectionEvents.OnStop(IConnection connection, string? reason)
    {
        if (IsCurrent(connection)) Stop(reason);
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

    bool IsCandidate(IConnection connection)
    {
        lock (_gate) return _candidate == connection && _end is null;
    }

    bool IsCurrent(IConnection connection)
    {
        lock (_gate) return _connection == connection && _end is null;
    }
}

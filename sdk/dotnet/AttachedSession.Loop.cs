using System.Text.Json;
using Lifecycle.Sdk.Negotiation;
using Lifecycle.Sdk.Sessions;

namespace Lifecycle.Sdk;

/// <summary>The one loop that makes connections, and the state that it keeps under a lock.</summary>
public sealed partial class AttachedSession : IConnectionEvents
{
    /// <summary>An attachment that is lost sooner is a flap: the schedule spreads wider instead of spinning.</summary>
    static readonly TimeSpan Stable = TimeSpan.FromSeconds(2);

    readonly Lock _gate = new();
    readonly CancellationTokenSource _ending = new();
    readonly TaskCompletionSource _firstAck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<EndReason> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _nextAck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    SessionState _state = SessionState.Attaching;
    LifecycleConnection? _connection;
    SessionAck? _ack;
    EndReason? _end;

    /// <summary>Completes with the first ack, or with the end of a session that never had one.</summary>
    internal Task Settled => Task.WhenAny(_firstAck.Task, _completion.Task);

    /// <summary>Runs the session to its end.</summary>
    internal async Task RunAsync()
    {
        EndReason reason;
        try
        {
            reason = await ConnectUntilEndedAsync();
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            lock (_gate) reason = _end!; // Whatever the ending tore down on its way.
        }
        catch (Exception e)
        {
            LogFaulted(SessionId, e);
            reason = new EndReason(EndKind.Faulted, e.Message);
        }
        await FinishAsync(reason);
    }

    async Task<EndReason> ConnectUntilEndedAsync()
    {
        var schedule = ReconnectSchedule.ForAttach();
        var lostAt = _context.Time.GetTimestamp();
        RefusedAttempt? refusal = null;
        var (flaps, atOnce) = (0, false);
        while (true)
        {
            var step = schedule.Next(_context.Time.GetElapsedTime(lostAt), refusal?.RetryAfter, _context.Random);
            schedule = step.Rest;
            if (!atOnce) await WaitAsync(step.Delay);
            var outcome = await AttemptAsync(step.Budget);
            if (outcome.Ended is { } reason) return reason;
            refusal = outcome.Refusal;
            atOnce = refusal is not null && Refused(refusal, schedule.Attempts);
            if (outcome.Connection is not { } connection) continue;

            var attachedAt = _context.Time.GetTimestamp();
            var error = await connection.Closed.WaitAsync(_ending.Token);
            lostAt = _context.Time.GetTimestamp();
            await DropAsync(connection);
            if (EndReason.FromClose(error) is { } ended) return ended;
            atOnce = RefusedAttempt.FromClose(error) is { IsAboutToken: true } stale && Refused(stale, schedule.Attempts);
            flaps = _context.Time.GetElapsedTime(attachedAt, lostAt) < Stable ? flaps + 1 : 0;
            schedule = ReconnectSchedule.ForReconnect(Ack!.ReconnectGrace, flaps, _context.Random);
            LogLost(SessionId, error ?? "closed");
        }
    }

    async Task<Attempt> AttemptAsync(TimeSpan? budget)
    {
        var timeout = budget < _context.Options.AttemptTimeout ? budget.Value : _context.Options.AttemptTimeout;
        using var clock = new CancellationTokenSource(timeout, _context.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, clock.Token);
        LifecycleConnection? connection = null;
        try
        {
            switch (await _context.Negotiator.NegotiateAsync(MakeRequest(), limit.Token))
            {
                case NegotiateOutcome.Refused refused:
                    return new Attempt(Ended: refused.Reason);
                case NegotiateOutcome.Retry retry:
                    return new Attempt(Refusal: retry.Refusal);
                case NegotiateOutcome.Redirect redirect:
                    connection = Adopt(redirect);
                    await connection.StartAsync(limit.Token);
                    return await AwaitAckAsync(connection, limit.Token);
                default:
                    throw new InvalidOperationException("Unknown negotiate outcome");
            }
        }
        catch (Exception e) when (!_ending.IsCancellationRequested)
        {
            // Whatever opening a socket can throw, the answer is the same: look for a final word in it, else try again.
            if (connection is not null) await DropAsync(connection);
            var refusal = clock.IsCancellationRequested
                ? new RefusedAttempt("timeout", $"no connection within {timeout}")
                : new RefusedAttempt("network", e.Message);
            return new Attempt(Refusal: refusal, Ended: EndReason.FromClose(e.Message));
        }
    }

    async Task<Attempt> AwaitAckAsync(LifecycleConnection connection, CancellationToken limit)
    {
        using var timeout = new CancellationTokenSource(_context.Options.AckTimeout, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, timeout.Token);
        try
        {
            var first = await Task.WhenAny(connection.Acked, connection.Closed).WaitAsync(either.Token);
            if (first == connection.Acked) return new Attempt(connection);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !limit.IsCancellationRequested)
        {
            await DropAsync(connection);
            return new Attempt(Refusal: new RefusedAttempt("no_ack", $"no ack within {_context.Options.AckTimeout}"));
        }
        var error = await connection.Closed;
        await DropAsync(connection);
        return new Attempt(Refusal: RefusedAttempt.FromClose(error), Ended: EndReason.FromClose(error));
    }

    NegotiateRequest MakeRequest()
    {
        lock (_gate)
        {
            return new NegotiateRequest(
                SessionId, _context.Options.PackageName, _context.Options.InstanceId, _resume.Hint, _resume.Token, _resume.LastSeq);
        }
    }

    /// <summary>Tells the app. True when the next attempt can be made at once, because it will not show the token that this one showed.</summary>
    bool Refused(RefusedAttempt refusal, int attempts)
    {
        LogAttemptFailed(SessionId, attempts, $"{refusal.Code}: {refusal.Detail}");
        _onRefused.Raise(_handlers, refusal);
        lock (_gate) return refusal.IsAboutToken && _resume.ForgetToken();
    }

    LifecycleConnection Adopt(NegotiateOutcome.Redirect redirect)
    {
        lock (_gate)
        {
            return _connection = new LifecycleConnection(redirect, this, _onTarget.Targets, _context.Loggers);
        }
    }

    async Task DropAsync(LifecycleConnection connection)
    {
        lock (_gate)
        {
            if (_connection == connection) _connection = null;
            if (_state == SessionState.Attached) _state = SessionState.Reconnecting;
        }
        await connection.DisposeAsync();
    }

    async Task WaitAsync(TimeSpan delay)
    {
        Task wake;
        lock (_gate)
        {
            if (_wake.Task.IsCompleted) _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            wake = _wake.Task;
        }
        using var waited = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        await Task.WhenAny(Task.Delay(delay, _context.Time, waited.Token), wake);
        await waited.CancelAsync();
        _ending.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Asks the loop to end; the first reason stands. Completes when the session has ended.</summary>
    internal Task EndAsync(EndReason reason)
    {
        lock (_gate) _end ??= reason;
        // Not Cancel: this may be the receive loop, and the loop below would close the connection under its own feet.
        _ = _ending.CancelAsync();
        return _completion.Task;
    }

    async Task FinishAsync(EndReason reason)
    {
        LifecycleConnection? connection;
        lock (_gate)
        {
            reason = _end ??= reason; // A reason that came as a message beats the close that followed it.
            _state = SessionState.Ended;
            connection = _connection;
            _connection = null;
        }
        if (connection is not null) await connection.DisposeAsync();
        LogEnded(SessionId, reason);
        _completion.TrySetResult(reason);
        _onEnded.Raise(_handlers, reason);
        _handlers.Complete();
    }

    void IConnectionEvents.OnAck(LifecycleConnection connection, AckPayload payload)
    {
        lock (_gate)
        {
            if (_connection != connection || _end is not null) return;
            var isReconnect = _state == SessionState.Reconnecting;
            _ack = payload.ToAck();
            _resume.Acked(payload);
            _state = SessionState.Attached;
            _subscriptions.Replace(_ack.Subscriptions, _ack.SubscriptionsVersion);
            if (isReconnect) _onReconnected.Raise(_handlers, _ack);
            _nextAck.TrySetResult();
            _nextAck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            LogAttached(SessionId, _ack.Resumed, _ack.Epoch, _ack.ReconnectGrace);
        }
        _firstAck.TrySetResult();
        _ = PutWantedInForceAsync(connection);
    }

    // Lifecycle knows that there is a connection and not which: it says so once, and greets it by name after this.
    void IConnectionEvents.OnInitWanted(LifecycleConnection connection)
    {
        if (IsCurrent(connection)) _ = AnswerInitAsync(connection);
    }

    void IConnectionEvents.OnSubscriptions(LifecycleConnection connection, SubscriptionsPayload payload)
    {
        if (IsCurrent(connection))
            _subscriptions.Answer(new SubscriptionsResult(payload.Accepted, payload.Reason, payload.Subscriptions ?? [], payload.SubscriptionsVersion));
    }

    void IConnectionEvents.OnMessage(LifecycleConnection connection, MessagePayload payload)
    {
        lock (_gate)
        {
            // What was sent again because nobody knew whether it had arrived is dropped here.
            if (_connection != connection || _end is not null || !_resume.Take(payload.Seq)) return;
            _onMessage.Raise(_handlers, new AppMessage(payload.Seq, payload.Body));
        }
    }

    void IConnectionEvents.OnTarget(LifecycleConnection connection, string target, JsonElement argument)
    {
        if (IsCurrent(connection)) _onTarget.Raise(_handlers, target, argument);
    }

    void IConnectionEvents.OnStop(LifecycleConnection connection, string? reason)
    {
        if (IsCurrent(connection)) Stop(reason);
    }

    void IConnectionEvents.OnSuperseded(LifecycleConnection connection)
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

    bool IsCurrent(LifecycleConnection connection)
    {
        lock (_gate) return _connection == connection && _end is null;
    }

    readonly record struct Attempt(
        LifecycleConnection? Connection = null,
        EndReason? Ended = null,
        RefusedAttempt? Refusal = null);
}

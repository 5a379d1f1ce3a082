using Lifecycle.Sdk.Sessions;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk;

/// <summary>Hub calls: bounded in time, and over as soon as their connection is.</summary>
public sealed partial class AttachedSession
{
    IConnection RequireAttached()
    {
        lock (_gate)
        {
            return _state == SessionState.Attached && _connection is { } connection
                ? connection
                : throw new InvalidOperationException($"Session {SessionId} is not attached: it is {_state}");
        }
    }

    async Task<T> CallAsync<T>(IConnection connection, Func<CancellationToken, Task<T>> call, string method, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(_context.Options.CallTimeout, _context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        var answer = call(both.Token);
        if (await Task.WhenAny(answer, connection.Closed) == connection.Closed && !answer.IsCompletedSuccessfully)
        {
            await both.CancelAsync();
            // Observed, because nobody else will look at how the call ended.
            await answer.Quietly();
            throw new InvalidOperationException($"Session {SessionId} lost its connection during {method}");
        }
        try
        {
            return await answer;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"Lifecycle did not answer {method} for session {SessionId} within {_context.Options.CallTimeout}");
        }
        catch (Exception e) when (e is not (HubCallException or HubException) && !cancellation.IsCancellationRequested)
        {
            // The client library ends open calls with whatever ended the connection.
            throw new InvalidOperationException($"Session {SessionId} lost its connection during {method}", e);
        }
    }

    async Task<bool> SayGoodbyeAsync(CancellationToken cancellation)
    {
        try
        {
            return await SayReleaseAsync(RequireAttached(), cancellation);
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or HubCallException or HubException)
        {
            LogGoodbyeFailed(SessionId, e.Message);
            return false;
        }
    }

    Task<bool> SayReleaseAsync(IConnection connection, CancellationToken cancellation) => CallAsync(connection, async token =>
    {
        await connection.CallAsync("release", [], token);
        return true;
    }, "release", cancellation);

    /// <summary>
    /// Lifecycle, which does not see the connection, asked for the session to be resurrected. True when this process holds it: it was attached
    /// here, and has neither ended nor been released since. Then it comes back at once: attached, with a new connection that takes the
    /// place of the old one; waiting to reconnect, now; and an attempt that hangs is made anew.
    /// </summary>
    internal bool TryComeBack()
    {
        lock (_gate)
        {
            if (_ack is null || _end is not null || _isReleasing || _isHandedOver) return false;
            if (_state == SessionState.Attached)
            {
                LogComesBack(SessionId);
                _renewal.TrySetResult();
                return true;
            }
            HurryNeedsLock();
            return true;
        }
    }

    /// <summary>
    /// A webhook asks this process, which has the session already, to take it over. Attached here: then there is nothing to take. Else the token goes
    /// with the next attempt, and that is made now.
    /// </summary>
    internal void TakeOver(string token)
    {
        lock (_gate)
        {
            if (_end is not null || _state == SessionState.Attached) return;
            _resume.TakeOver(token);
            HurryNeedsLock();
        }
    }

    void HurryNeedsLock()
    {
        _wake.TrySetResult();
        CutWhatHangsNeedsLock();
    }

    /// <summary>
    /// Lifecycle asked for the session although this process has it: one of the two is wrong about the connection.
    /// Waiting to reconnect: do it now. An attempt that hangs: make another. Attached: ask for an ack over the connection, and make a new one if none comes.
    /// </summary>
    internal async Task ReviveAsync()
    {
        IConnection? connection;
        lock (_gate)
        {
            HurryNeedsLock();
            connection = _state == SessionState.Attached ? _connection : null;
        }
        if (connection is not null) await IntroduceAsync(connection);
    }

    /// <summary>Tells Lifecycle who is on this connection. Without an ack in answer the connection is closed and made anew.</summary>
    async Task IntroduceAsync(IConnection connection)
    {
        TaskCompletionSource acked;
        bool? hint;
        lock (_gate) (acked, hint) = (_nextAck, _resume.Hint);
        try
        {
            await CallAsync(connection, async token =>
            {
                await connection.CallAsync("init", [new InitPayload(hint, _context.Options.InstanceId)], token);
                await acked.Task.WaitAsync(token);
                return true;
            }, "init", default);
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or HubCallException or HubException)
        {
            LogReviveFailed(SessionId, e.Message);
            await CloseAsync(connection);
        }
    }
}

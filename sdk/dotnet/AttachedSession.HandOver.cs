using Lifecycle.Sdk.Sessions;
using Microsoft.AspNetCore.SignalR;

namespace Lifecycle.Sdk;

/// <summary>Leaving with a successor: asked for while still attached and served, and let in as soon as it is there.</summary>
public sealed partial class AttachedSession
{
    /// <summary>The last word behind a limit gets so much time, if Lifecycle answers at all.</summary>
    static readonly TimeSpan LastWordLimit = TimeSpan.FromSeconds(1);

    static readonly TimeSpan FirstAskAgain = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestAskAgain = TimeSpan.FromSeconds(8);

    readonly TaskCompletionSource _noSuccessor = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _isLeaving;
    bool _isHandedOver;

    /// <summary>Whether another process has taken the session over, and this one only ends what it has begun.</summary>
    internal bool IsHandedOver
    {
        get
        {
            lock (_gate) return _isHandedOver;
        }
    }

    /// <summary>
    /// Asks for a successor, now or when the session is attached again. Completes when the session has ended, when its Lifecycle turns out to know no
    /// hand-over, or when the limit is over: then the session is as it was.
    /// </summary>
    internal async Task HandOverAsync(TimeSpan limit, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _isLeaving = true;
            _done.Leave();
            if (_ack?.HandOver < limit) limit = _ack.HandOver.Value;
            if (_ack is { HearsDone: false }) _noSuccessor.TrySetResult();
            else if (_state == SessionState.Attached && _connection is { } connection) _ = AskForSuccessorAsync(connection);
        }
        await Task.WhenAny(_completion.Task, _noSuccessor.Task).WaitAsync(limit, _context.Time, cancellation).Quietly();
    }

    // Under the lock, with every ack.
    void LeaveOnNeedsLock(IConnection connection, SessionAck ack)
    {
        if (!_isLeaving || _isHandedOver) return;
        if (ack.HearsDone) _ = AskForSuccessorAsync(connection);
        else _noSuccessor.TrySetResult();
    }

    /// <summary>Asks until it is heard, or the connection is not the one any more: the next ack asks anew.</summary>
    async Task AskForSuccessorAsync(IConnection connection)
    {
        await Task.Yield(); // Off the lock of the caller.
        try
        {
            for (var retryIn = FirstAskAgain; !await IsAskedAsync(connection, retryIn); retryIn = retryIn * 2 < LongestAskAgain ? retryIn * 2 : LongestAskAgain)
            {
                await Task.Delay(retryIn, _context.Time, _ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The session has ended meanwhile: it needs no successor of this process's asking.
        }
    }

    async Task<bool> IsAskedAsync(IConnection connection, TimeSpan retryIn)
    {
        await _context.HandOverLanes.WaitAsync(_ending.Token);
        try
        {
            await _done.SayAllAsync(connection, isLast: false, _ending.Token);
            if (!IsCurrent(connection) || IsHandedOver) return true;
            await CallAsync(connection, async token =>
            {
                await connection.CallAsync("handOver", [new HandOverPayload()], token);
                return true;
            }, "handOver", _ending.Token);
            LogSuccessorAsked(SessionId);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or HubCallException or HubException)
        {
            LogHandOverFailed(SessionId, retryIn, e.Message);
            return false;
        }
        finally
        {
            _context.HandOverLanes.Release();
        }
    }

    void IConnectionEvents.OnSuperseded(IConnection connection, bool isHandedOver)
    {
        lock (_gate)
        {
            if (_connection != connection || _end is not null || _isHandedOver) return;
            if (!isHandedOver && _candidate is not null)
            {
                _isSupersededInMove = true; // By the connection that this session itself makes, unless that one is refused.
                return;
            }
            _isHandedOver = isHandedOver;
            if (isHandedOver) _handlers.StopWork();
        }
        _ = isHandedOver ? MakeWayAsync(connection) : EndAsync(new EndReason(EndKind.Superseded));
    }

    /// <summary>A successor is there: what runs ends, Lifecycle hears how far that came, and the connection closes.</summary>
    async Task MakeWayAsync(IConnection connection)
    {
        await Task.Yield(); // This may be the receive loop.
        var ran = _handlers.CaughtUpAsync();
        // A handler that never ends must not keep the successor waiting for its messages.
        await Task.WhenAny(ran, connection.Closed).WaitAsync(Ack?.HandOver ?? _context.Options.HandOverLimit, _context.Time, _ending.Token).Quietly();
        LogHandedOver(SessionId, ran.IsCompletedSuccessfully);
        await SayLastAsync(connection, _context.Options.CallTimeout);
        await EndAsync(new EndReason(EndKind.Superseded));
    }

    async Task SayLastAsync(IConnection connection, TimeSpan limit)
    {
        using var clock = new CancellationTokenSource(limit, _context.Time);
        await _done.SayAllAsync(connection, isLast: true, clock.Token).Quietly();
    }

    EndReason? EndOfHandedOver() => IsHandedOver ? new EndReason(EndKind.Superseded) : null;

    /// <summary>
    /// Lets what runs and waits finish while still attached, says how far that came, and ends the session without a goodbye. Behind the limit nothing
    /// more begins where Lifecycle wants to know: what had not begun is the successor's.
    /// </summary>
    internal async Task DrainAsync(EndReason reason, CancellationToken over)
    {
        await FinishedAsync(_handlers.CaughtUpAsync(), over);
        if (AttachedWhereHeard() is { } connection)
        {
            _handlers.StopWork();
            await FinishedAsync(_handlers.CaughtUpAsync(), over);
            await SayLastAsync(connection, LastWordLimit);
        }
        await EndAsync(EndOfHandedOver() ?? reason);
    }

    IConnection? AttachedWhereHeard()
    {
        lock (_gate) return _state == SessionState.Attached && _ack!.HearsDone ? _connection : null;
    }

    static async Task FinishedAsync(Task task, CancellationToken over) => await task.WaitAsync(over).Quietly();
}

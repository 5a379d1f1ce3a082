using Lifecycle.Sdk.Sessions;

namespace Lifecycle.Sdk;

/// <summary>The one loop that makes connections, and the state that it keeps under a lock.</summary>
public sealed partial class AttachedSession
{
    /// <summary>An attachment that is lost sooner is a flap: the schedule spreads wider instead of spinning.</summary>
    static readonly TimeSpan Stable = TimeSpan.FromSeconds(2);

    /// <summary>Closing a connection holds the next attempt up for at most so long.</summary>
    static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    readonly CancellationTokenSource _ending = new();
    readonly TaskCompletionSource _firstAck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<EndReason> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _nextAck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    SessionState _state = SessionState.Attaching;
    TaskCompletionSource _renewal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    IConnection? _connection;
    IConnection? _replaced;
    Task _closing = Task.CompletedTask;
    SessionAck? _ack;
    EndReason? _end;

    /// <summary>Completes with the first ack, or with the end of a session that never had one.</summary>
    internal Task Settled => Task.WhenAny(_firstAck.Task, _completion.Task);

    /// <summary>Completes when the handlers that are queued now have returned.</summary>
    internal Task CaughtUpAsync() => _handlers.CaughtUpAsync();

    /// <summary>Completes when the session has ended and its last handler has returned.</summary>
    internal Task HandlersDone => _handlers.Drained;

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
        var last = new Attempt();
        var (flaps, isAsked) = (0, false);
        var mayHurry = true; // Once until an attachment has lasted: whoever never likes our tokens is not asked in a spin.
        while (true)
        {
            var step = NextStep(schedule, _context.Time.GetElapsedTime(lostAt), last.Refusal);
            if (isAsked) step = step with { Delay = TimeSpan.Zero };
            isAsked = false;
            if (last.Refusal is { IsAboutToken: true } && mayHurry)
            {
                // The plan stays as it is for the attempts behind this one.
                (mayHurry, step) = (false, step with { Delay = TimeSpan.Zero, Rest = schedule });
            }
            if (last.Refusal is { } refusal) Refused(refusal with { RetryIn = step.Delay });
            schedule = step.Rest;
            await WaitAsync(step.Delay);
            last = await AttemptInTurnAsync(step.Budget);
            if (last.Ended is { } reason) return reason;
            if (last.Connection is not { } connection)
            {
                LogAttemptFailed(SessionId, schedule.Attempts, last.Refusal!.Code, last.Refusal.Detail);
                continue;
            }

            var attachedAt = _context.Time.GetTimestamp();
            (connection, var error, isAsked) = await ServeAsync(connection);
            lostAt = _context.Time.GetTimestamp();
            await LeaveAsync(connection, isAsked);
            if ((EndReason.FromClose(error) ?? EndOfHandedOver()) is { } ended) return ended;
            var isStable = _context.Time.GetElapsedTime(attachedAt, lostAt) >= Stable;
            flaps = isStable ? 0 : isAsked ? flaps : flaps + 1;
            mayHurry |= isStable;
            schedule = ReconnectSchedule.ForReconnect(Ack!.ReconnectGrace, flaps, _context.Random);
            last = new Attempt(Refusal: RefusedAttempt.FromClose(error));
            LogLost(SessionId, error ?? (isAsked ? "asked for by a webhook" : "closed"));
        }
    }

    ReconnectStep NextStep(ReconnectSchedule schedule, TimeSpan elapsed, RefusedAttempt? refusal) =>
        refusal is { Code: RefusalCode.ServiceAway, RetryAfter: { } slot }
            ? schedule.NextInSlot(elapsed, slot, _context.Random)
            : schedule.Next(elapsed, refusal?.RetryAfter, _context.Random);

    /// <summary>
    /// Until the connection is lost, with its error, or a webhook says that Lifecycle does not see it. A move puts another connection in its place.
    /// </summary>
    async Task<(IConnection Connection, string? Error, bool IsAsked)> ServeAsync(IConnection connection)
    {
        while (true)
        {
            await Task.WhenAny(connection.Closed, _renewal.Task, _moveDue.Task).WaitAsync(_ending.Token);
            if (connection.Closed.IsCompleted) return (connection, await connection.Closed, false);
            if (_renewal.Task.IsCompleted) return (connection, null, true);
            connection = await MoveAsync(connection);
        }
    }

    void Refused(RefusedAttempt refusal)
    {
        lock (_gate)
        {
            if (refusal.IsAboutToken) _resume.ForgetToken();
            _onRefused.Raise(_handlers, refusal);
        }
    }

    async Task DropAsync(IConnection connection)
    {
        lock (_gate) Detach(connection);
        await CloseAsync(connection);
    }

    Task LeaveAsync(IConnection connection, bool isReplaced)
    {
        if (!isReplaced) return DropAsync(connection);
        lock (_gate)
        {
            Detach(connection);
            // Closed when its successor is open: then Lifecycle sees a takeover, should it know this one after all.
            _replaced = connection;
        }
        return Task.CompletedTask;
    }

    // Needs the lock.
    void Detach(IConnection connection)
    {
        _done.Detached(connection);
        if (_candidate == connection)
        {
            _candidate = null; // The one that it was to follow stands.
            return;
        }
        if (_connection == connection) _connection = null;
        if (_state == SessionState.Attached) _state = SessionState.Reconnecting;
        if (_renewal.Task.IsCompleted) _renewal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.DisposeAsync().AsTask().WaitAsync(CloseLimit, _context.Time);
        }
        catch (TimeoutException)
        {
            // It is closed behind the next attempt, and the newer connection wins.
        }
    }

    /// <summary>Until the delay is over, or somebody is in a hurry, or the other thing has happened.</summary>
    async Task WaitAsync(TimeSpan delay, Task? other = null)
    {
        Task wake;
        lock (_gate)
        {
            if (_isCut) delay = TimeSpan.Zero;
            _isCut = false;
            if (_wake.Task.IsCompleted) _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            wake = _wake.Task;
        }
        using var waited = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        await Task.WhenAny(Task.Delay(delay, _context.Time, waited.Token), wake, other ?? wake);
        waited.Cancel(); // Nobody but the delay listens.
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
        IConnection? connection, candidate;
        lock (_gate)
        {
            reason = _end ??= reason; // A reason that came as a message beats the close that followed it.
            _state = SessionState.Ended;
            (connection, candidate) = (_connection, _candidate);
            (_connection, _candidate) = (null, null);
        }
        if (connection is not null) await CloseAsync(connection);
        if (candidate is not null) await CloseAsync(candidate);
        EndOpening();
        await _closing.Quietly();
        LogEnded(SessionId, reason);
        _completion.TrySetResult(reason);
        _onEnded.Raise(_handlers, reason);
        _handlers.Complete();
    }
}

using Lifecycle.Sdk.Negotiation;
using Lifecycle.Sdk.Sessions;

namespace Lifecycle.Sdk;

/// <summary>One attempt: negotiate, open, wait for the ack.</summary>
public sealed partial class AttachedSession
{
    /// <summary>A webhook cuts an attempt that has taken this part of its time and has no connection yet: it hangs.</summary>
    const int HangsAfter = 4;

    CancellationTokenSource? _opening;
    long _openingSince;
    bool _isCut;
    int _unanswered;
    readonly TryCount _tries = new();

    // The time that an attempt has begins with its turn.
    async Task<Attempt> AttemptInTurnAsync(TimeSpan? budget)
    {
        using var turn = await _context.Turns.TakeAsync(_ending.Token);
        return await AttemptAsync(budget, turn);
    }

    async Task<Attempt> AttemptAsync(TimeSpan? budget, Turn turn)
    {
        var timeout = budget < _context.Options.AttemptTimeout ? budget.Value : _context.Options.AttemptTimeout;
        var begunAt = _context.Time.GetTimestamp();
        using var clock = new AwakeTimeout(timeout, _context.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, clock.Token);
        SetOpening(clock);
        _tries.Begin();
        var request = MakeRequest();
        try
        {
            var outcome = await _context.Negotiator.NegotiateAsync(request, limit.Token).WaitAsync(limit.Token);
            _context.Engine.Heard(outcome);
            return outcome switch
            {
                NegotiateOutcome.Refused refused => new Attempt(Ended: refused.Reason),
                NegotiateOutcome.Retry retry => new Attempt(Refusal: retry.Refusal),
                NegotiateOutcome.Redirect redirect => await ConnectAsync(redirect, request, turn, limit.Token),
                _ => throw new InvalidOperationException("Unknown negotiate outcome"),
            };
        }
        catch (Exception e) when (!_ending.IsCancellationRequested)
        {
            // Whatever opening a socket can throw, the answer is the same: look for a final word in it, else try again.
            var refusal = clock.IsCancellationRequested
                ? new RefusedAttempt(RefusalCode.Timeout, $"no connection within {_context.Time.GetElapsedTime(begunAt)}")
                : RefusedAttempt.FromClose(e.Message) ?? new RefusedAttempt(RefusalCode.Network, e.Message);
            return new Attempt(Refusal: refusal, Ended: EndReason.FromClose(e.Message));
        }
        finally
        {
            EndOpening();
        }
    }

    async Task<Attempt> ConnectAsync(NegotiateOutcome.Redirect redirect, NegotiateRequest request, Turn turn, CancellationToken limit)
    {
        var connection = Adopt(redirect);
        try
        {
            await OpenAsync(connection, limit);
            EndOpening();
            var wait = AckWait.For(redirect.AckWithin, _context.Options.AckTimeout, _unanswered);
            // Where nothing is promised the time of the attempt stands over the wait, so that another one fits in the grace window.
            return await AwaitAckAsync(connection, wait, request, turn, wait.IsPromised ? _ending.Token : limit);
        }
        catch (Exception) when (!_ending.IsCancellationRequested)
        {
            await DropAsync(connection);
            throw;
        }
    }

    async Task OpenAsync(IConnection connection, CancellationToken limit)
    {
        try
        {
            await connection.StartAsync(limit).WaitAsync(limit);
        }
        catch (Exception e) when (EndReason.FromClose(e.Message) is null && RefusedAttempt.FromClose(e.Message) is null)
        {
            // Where Lifecycle closed it with a word of its own the socket was open.
            _tries.ConnectRefused();
            throw;
        }
    }

    async Task<Attempt> AwaitAckAsync(IConnection connection, AckWait wait, NegotiateRequest request, Turn turn, CancellationToken limit)
    {
        var openedAt = _context.Time.GetTimestamp();
        var settled = Task.WhenAny(connection.Acked, connection.Closed);
        TimeSpan? round = wait.First(_context.Random);
        while (round is { } time)
        {
            if (await IsWithinAsync(settled, time, limit)) return await SettleAsync(connection);
            // It waits and works no more: others may have its turn.
            turn.Dispose();
            var word = wait.IsPromised ? await AskAsync(settled, request) : null;
            if (settled.IsCompleted) return await SettleAsync(connection);
            var waited = _context.Time.GetElapsedTime(openedAt);
            (wait, round) = wait.Late(waited, word, _context.Random);
            if (round is { } next) TellLate(waited, next);
        }
        await DropAsync(connection);
        _unanswered++;
        return new Attempt(Refusal: new RefusedAttempt(RefusalCode.NoAck, $"no ack within {_context.Time.GetElapsedTime(openedAt)}"));
    }

    async Task<Attempt> SettleAsync(IConnection connection)
    {
        if (connection.Acked.IsCompleted)
        {
            _unanswered = 0;
            _tries.Acked();
            return new Attempt(connection); // One that is lost right behind its ack was attached all the same.
        }
        var error = await connection.Closed;
        await DropAsync(connection);
        var refusal = RefusedAttempt.FromClose(error) ?? new RefusedAttempt(RefusalCode.Closed, error ?? "closed before the ack without a reason");
        return new Attempt(Refusal: refusal, Ended: EndReason.FromClose(error));
    }

    // What is asked for is the engine's word alone; the address and the token of the answer are not used. It is no new try.
    async Task<EngineWord?> AskAsync(Task settled, NegotiateRequest request)
    {
        var asked = _context.Engine.AskAsync(token => _context.Negotiator.NegotiateAsync(request, token), _context.Options.AttemptTimeout);
        await Task.WhenAny(settled, asked).WaitAsync(_ending.Token);
        return settled.IsCompleted ? null : await asked;
    }

    async Task<bool> IsWithinAsync(Task task, TimeSpan time, CancellationToken limit)
    {
        try
        {
            await task.WaitAsync(time, _context.Time, limit);
            return true;
        }
        catch (TimeoutException)
        {
            return task.IsCompleted;
        }
    }

    void TellLate(TimeSpan waited, TimeSpan next)
    {
        LogAckLate(SessionId, waited, next);
        _onRefused.Raise(_handlers, new RefusedAttempt(RefusalCode.AckLate, $"no ack within {waited}; the connection is kept") { RetryIn = next });
    }

    void SetOpening(CancellationTokenSource clock)
    {
        lock (_gate) (_opening, _openingSince) = (clock, _context.Time.GetTimestamp());
    }

    // It is open, or will not be: a connection that it replaces is not needed any more.
    void EndOpening()
    {
        IConnection? replaced;
        lock (_gate) (_opening, replaced, _replaced) = (null, _replaced, null);
        if (replaced is not null) _closing = CloseAsync(replaced);
    }

    // Not one that is merely slow: cutting those would add to what makes them slow.
    void CutWhatHangsNeedsLock()
    {
        if (_opening is null || _context.Time.GetElapsedTime(_openingSince) < _context.Options.AttemptTimeout / HangsAfter) return;
        _isCut = true;
        _ = _opening.CancelAsync();
        LogCut(SessionId);
    }

    NegotiateRequest MakeRequest()
    {
        lock (_gate)
        {
            var (token, takeOver) = _moving is { IsTokenRefused: true } ? (null, null) : _resume.Show();
            return new NegotiateRequest(
                SessionId, _context.Options.PackageName, _context.Options.InstanceId, _resume.Hint, token, _resume.LastSeq,
                _tries.Number, _tries.IsConnectRefused, takeOver, _moving?.Address ?? _address);
        }
    }

    IConnection Adopt(NegotiateOutcome.Redirect redirect)
    {
        lock (_gate)
        {
            var connection = _context.Connect(redirect, this, _onTarget.Targets, _context.Loggers);
            return _moving is null ? _connection = connection : _candidate = connection;
        }
    }

    readonly record struct Attempt(
        IConnection? Connection = null,
        EndReason? Ended = null,
        RefusedAttempt? Refusal = null);
}

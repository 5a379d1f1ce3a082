namespace Lifecycle.Sdk.Sessions;

/// <summary>Tells Lifecycle over one connection how far the handlers have come. It throws what the call throws.</summary>
delegate Task SayDone(IConnection connection, DonePayload done, CancellationToken cancellation);

/// <summary>
/// Tells how far a session's handlers have come: in batches, and only while something is untold. What could not be told over one connection is told over
/// the next. It does not wait for the handlers: one that hangs keeps no answer. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="say">Makes the call.</param>
/// <param name="failed">Told why a call failed, and when the next one may come.</param>
sealed class DoneTeller(TimeProvider time, SayDone say, Action<Exception> failed)
{
    readonly Lock _gate = new();
    readonly SemaphoreSlim _oneCall = new(1, 1);
    readonly DoneLedger _ledger = new();
    readonly HashSet<long> _prompts = [];
    readonly DoneRhythm _rhythm = new(time);
    IConnection? _connection;
    IConnection? _pumped;
    TaskCompletionSource _hurry = NewSignal();
    bool _hears, _hasBegun, _isLastSaid;

    /// <summary>The order that messages which come now belong to.</summary>
    public long Order
    {
        get
        {
            lock (_gate) return _ledger.Order;
        }
    }

    /// <summary>An ack came.</summary>
    /// <param name="connection">The connection that counts from now on.</param>
    /// <param name="hears">Whether this Lifecycle wants to know.</param>
    /// <param name="isSameOrder">The numbers go on; false: what was untold belongs to an old life.</param>
    /// <param name="seq">The last message that is not to come any more.</param>
    public void Attached(IConnection connection, bool hears, bool isSameOrder, long seq)
    {
        lock (_gate)
        {
            if (!isSameOrder || !_hasBegun)
            {
                _ledger.Begin(seq);
                _prompts.Clear();
            }
            _hasBegun = true;
            if (!hears) _ledger.Forget();
            if (_connection != connection)
            {
                _isLastSaid = false;
                _rhythm.Cheer();
            }
            (_connection, _hears) = (connection, hears);
            WakeNeedsLock();
        }
    }

    /// <summary>The connection is not used any more.</summary>
    public void Detached(IConnection connection)
    {
        lock (_gate)
        {
            if (_connection != connection) return;
            _connection = null;
            WakeNeedsLock();
        }
    }

    /// <summary>Every handler of a message has returned, or it was set aside.</summary>
    public void Handled(long order, HandledMessage message, bool isPrompt)
    {
        lock (_gate) HandledNeedsLock(order, message, isPrompt);
    }

    void HandledNeedsLock(long order, HandledMessage message, bool isPrompt)
    {
        if (!_ledger.Handle(order, message)) return;
        isPrompt |= _prompts.Remove(message.Seq);
        if (!_hears) _ledger.Forget();
        else _rhythm.Handled(_ledger.Untold, isPrompt);
        WakeNeedsLock();
    }

    /// <summary>A message that came before comes again: where it is handled, Lifecycle does not know so, whatever it was told.</summary>
    public void CameAgain(long seq, bool isPrompt)
    {
        lock (_gate)
        {
            if (seq <= _ledger.Seq) HandledNeedsLock(_ledger.Order, new HandledMessage(seq, null), isPrompt);
            else if (isPrompt) _prompts.Add(seq);
        }
    }

    /// <summary>Lifecycle asks how far the handlers have come, whether or not there is news.</summary>
    public void Tell()
    {
        lock (_gate)
        {
            _rhythm.Ask();
            WakeNeedsLock();
        }
    }

    /// <summary>The process leaves: whoever takes over wants to know each message that is handled.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _rhythm.Leave();
            WakeNeedsLock();
        }
    }

    /// <summary>Tells all that is untold now. Nothing is told behind the last word. True when that was said and heard, or there was nothing to say.</summary>
    public async Task<bool> SayAllAsync(IConnection connection, bool isLast, CancellationToken cancellation)
    {
        // Once in any case: it waits for a call that is under way.
        do
        {
            if (!await SayAsync(connection, isLast, cancellation)) return false;
        }
        while (IsToBeSaid(connection, isLast));
        return true;
    }

    bool IsToBeSaid(IConnection connection, bool isLast)
    {
        lock (_gate) return _hears && _connection == connection && !_isLastSaid && (isLast || _ledger.Untold > 0);
    }

    async Task<bool> SayAsync(IConnection connection, bool isLast, CancellationToken cancellation)
    {
        await _oneCall.WaitAsync(cancellation);
        try
        {
            if (Take(connection, isLast) is not var (batch, payload)) return true;
            try
            {
                await say(connection, payload, cancellation);
                lock (_gate) _rhythm.Cheer();
                return true;
            }
            catch (Exception e)
            {
                PutBack(connection, batch, payload);
                failed(e);
                return false;
            }
        }
        finally
        {
            _oneCall.Release();
        }
    }

    (DoneBatch Batch, DonePayload Payload)? Take(IConnection connection, bool isLast)
    {
        lock (_gate)
        {
            if (_connection != connection || !_hears || _isLastSaid) return null;
            if (!isLast && _ledger.Untold == 0 && !_rhythm.IsAsked) return null;
            var batch = _ledger.Take();
            isLast &= _ledger.Untold == 0;
            _isLastSaid = isLast;
            _rhythm.Saying();
            return (batch, DonePayload.Of(batch, isLast));
        }
    }

    void PutBack(IConnection connection, DoneBatch batch, DonePayload payload)
    {
        lock (_gate)
        {
            _ledger.PutBack(batch);
            _rhythm.Failed();
            if (payload.Last == true && _connection == connection) _isLastSaid = false;
            WakeNeedsLock(); // Another connection may stand by now.
        }
    }

    // A pump runs only while something is open: thousands of quiet sessions have none.
    void WakeNeedsLock()
    {
        _hurry.TrySetResult();
        if (_connection is null || _pumped == _connection || WaitNeedsLock(_connection) is null) return;
        _pumped = _connection;
        _ = PumpAsync(_connection);
    }

    TimeSpan? WaitNeedsLock(IConnection connection) =>
        _connection == connection && _hears && !_isLastSaid ? _rhythm.Wait(_ledger.Untold) : null;

    async Task PumpAsync(IConnection connection)
    {
        await Task.Yield(); // Off the lock of the caller.
        while (Next(connection) is var (wait, hurry))
        {
            if (wait > TimeSpan.Zero) await WaitAsync(hurry, wait);
            else await SayAsync(connection, isLast: false, CancellationToken.None);
        }
    }

    (TimeSpan Wait, Task Hurry)? Next(IConnection connection)
    {
        lock (_gate)
        {
            if (WaitNeedsLock(connection) is { } wait)
            {
                if (_hurry.Task.IsCompleted) _hurry = NewSignal();
                return (wait, _hurry.Task);
            }
            if (_pumped == connection) _pumped = null;
            return null;
        }
    }

    // Whether it was hurried or the time is over: what is due is looked at again.
    async Task WaitAsync(Task hurry, TimeSpan wait) =>
        await hurry.WaitAsync(wait, time).Quietly();

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

namespace Lifecycle.Sdk;

/// <summary>The door for new work: open until a shutdown begins, and then it knows who is still inside.</summary>
sealed class ShutdownGate
{
    readonly Lock _gate = new();
    readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _isClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _over = new();
    bool _closed;
    int _inside;

    /// <summary>Whether nothing new is taken on.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate) return _closed;
        }
    }

    /// <summary>Completes when nothing new is taken on.</summary>
    public Task Closed => _isClosed.Task;

    /// <summary>Cancelled when whoever is still inside must stop.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Completes when the gate is closed and nobody is inside.</summary>
    public Task Empty => _empty.Task;

    /// <summary>False when the gate is closed; else <see cref="Exit"/> must follow.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_closed) return false;
            _inside++;
            return true;
        }
    }

    public void Exit()
    {
        lock (_gate)
        {
            _inside--;
            CompleteIfEmpty();
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _isClosed.TrySetResult();
            CompleteIfEmpty();
        }
    }

    /// <summary>The time is up for whoever is still inside.</summary>
    public Task EndAsync() => _over.CancelAsync();

    void CompleteIfEmpty()
    {
        if (_closed && _inside == 0) _empty.TrySetResult();
    }
}

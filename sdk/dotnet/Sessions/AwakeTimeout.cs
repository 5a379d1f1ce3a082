namespace Lifecycle.Sdk.Sessions;

/// <summary>
/// A timeout that counts the time in which this process ran. A machine that stands still for some seconds (its virtual machine is moved, a long
/// collection) lets all its timers fire at once when it goes on, before it has read what had come meanwhile: what is cut then was not slow. So
/// the time is told in parts, and a part that ends late says that the process slept in it: it counts once more, but all of them at most twice.
/// </summary>
sealed class AwakeTimeout : CancellationTokenSource
{
    /// <summary>How many parts the time is told in.</summary>
    public const int Parts = 4;

    static readonly TimeSpan leastLateness = TimeSpan.FromMilliseconds(250);

    readonly TimeProvider _time;
    readonly TimeSpan _part;
    readonly ITimer _timer;
    readonly Lock _gate = new();
    readonly long _begunAt;
    TimeSpan _due;
    int _counted, _slept;
    bool _isDisposed;

    /// <param name="timeout">How long this process may run until it is cancelled.</param>
    /// <param name="time">The clock, and its timers.</param>
    public AwakeTimeout(TimeSpan timeout, TimeProvider time)
    {
        (_time, _part, _due, _begunAt) = (time, timeout / Parts, timeout / Parts, time.GetTimestamp());
        _timer = time.CreateTimer(static me => ((AwakeTimeout)me!).EndPart(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(_part, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_gate) _isDisposed = true;
        if (disposing) _timer.Dispose();
        base.Dispose(disposing);
    }

    void EndPart()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            var now = _time.GetElapsedTime(_begunAt);
            Count(now);
            if (_counted < Parts)
            {
                _timer.Change(_due > now ? _due - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                return;
            }
        }
        try
        {
            Cancel();
        }
        catch (ObjectDisposedException)
        {
            // What it was the limit of came to its end in this very moment.
        }
    }

    // What is a little late makes the next part shorter; only a sleep moves the end.
    void Count(TimeSpan now)
    {
        var lateness = now - _due;
        if (_slept < Parts && lateness > leastLateness && lateness > _part / 10)
        {
            (_slept, _due) = (_slept + 1, now + _part);
            return;
        }
        (_counted, _due) = (_counted + 1, _due + _part);
    }
}

namespace Lifecycle.Doctor.Running;

/// <summary>
/// How often this machine stood still (a laptop that slept, a virtual machine that was moved, two cores with too much to do). What a check
/// measured meanwhile says nothing of the app.
/// </summary>
sealed class Standstills : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    /// <summary>A look that is late by this was behind a standstill.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    readonly TimeProvider _time;
    readonly ITimer _timer;
    long _lookedAt;
    int _count;

    /// <param name="time">The machine's own clock, whichever one the checks are played by.</param>
    public Standstills(TimeProvider time)
    {
        (_time, _lookedAt) = (time, time.GetTimestamp());
        _timer = time.CreateTimer(static me => ((Standstills)me!).Look(), this, Period, Period);
    }

    /// <summary>How many there were so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    void Look()
    {
        var lookedAt = Interlocked.Exchange(ref _lookedAt, _time.GetTimestamp());
        if (_time.GetElapsedTime(lookedAt) >= Period + Least) Interlocked.Increment(ref _count);
    }
}

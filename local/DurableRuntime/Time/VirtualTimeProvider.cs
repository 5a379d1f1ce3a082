using System.Runtime.ExceptionServices;

namespace Lifecycle.Local.Durable;

/// <summary>
/// A clock that stands still while there is anything to do and jumps to the next due timer when there is not. The only driver of
/// time in a simulation: <see cref="Run"/> owns one thread, and everything that is awaited on it comes back to it, in order, so
/// that a run with the same seeds is the same run.
/// </summary>
/// <param name="start">The time at which it begins.</param>
public sealed class VirtualTimeProvider(DateTimeOffset start) : TimeProvider
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    readonly object gate = new();
    readonly Queue<(SendOrPostCallback Callback, object? State)> ready = new();
    readonly PriorityQueue<VirtualTimer, (long DueTicks, long Order)> timers = new();
    long nowTicks = start.UtcTicks;
    long order;
    Thread? pump;

    /// <summary>How many continuations came from other threads: each is a place where simulated work escaped the pump.</summary>
    public int ForeignPosts { get; private set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref nowTicks), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref nowTicks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs the task and all that it starts until it is complete, jumping over every wait.</summary>
    /// <exception cref="InvalidOperationException">The task waits for something that no timer and nobody else will bring.</exception>
    public void Run(Func<Task> main)
    {
        var before = SynchronizationContext.Current;
        pump = Thread.CurrentThread;
        SynchronizationContext.SetSynchronizationContext(new Pump(this));
        try
        {
            var task = main();
            while (!task.IsCompleted)
            {
                Step();
            }

            if (task.Exception is { } failed)
            {
                ExceptionDispatchInfo.Throw(failed.InnerExceptions.Count == 1 ? failed.InnerExceptions[0] : failed);
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            pump = null;
        }
    }

    void Step()
    {
        if (TryTake(out var work))
        {
            work.Callback(work.State);
        }
        else if (!FireNextTimer() && !WaitForForeignPost())
        {
            throw new InvalidOperationException(
                "The simulation waits for ever: nothing is queued, no timer is armed, and the task is not complete.");
        }
    }

    bool TryTake(out (SendOrPostCallback Callback, object? State) work)
    {
        lock (gate)
        {
            return ready.TryDequeue(out work);
        }
    }

    bool FireNextTimer()
    {
        VirtualTimer? timer;
        lock (gate)
        {
            do
            {
                if (!timers.TryDequeue(out timer, out var due))
                {
                    return false;
                }

                if (timer.Fires(due.Order))
                {
                    Interlocked.Exchange(ref nowTicks, Math.Max(nowTicks, due.DueTicks));
                    break;
                }
            }
            while (true);
        }

        timer.Fire();
        return true;
    }

    bool WaitForForeignPost()
    {
        lock (gate)
        {
            return ready.Count > 0 || Monitor.Wait(gate, patience);
        }
    }

    void Post(SendOrPostCallback callback, object? state)
    {
        lock (gate)
        {
            ready.Enqueue((callback, state));
            if (Thread.CurrentThread != pump)
            {
                ForeignPosts++;
                Monitor.Pulse(gate);
            }
        }
    }

    long Arm(VirtualTimer timer, TimeSpan dueTime)
    {
        lock (gate)
        {
            var number = ++order;
            timers.Enqueue(timer, (nowTicks + Math.Max(0, dueTime.Ticks), number));
            return number;
        }
    }

    sealed class Pump(VirtualTimeProvider time) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => time.Post(d, state);

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }

    sealed class VirtualTimer(VirtualTimeProvider time, TimerCallback callback, object? state) : ITimer
    {
        long armed;
        TimeSpan period;
        bool disposed;

        public bool Fires(long number) => number == armed;

        public void Fire()
        {
            armed = period > TimeSpan.Zero ? time.Arm(this, period) : 0;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            if (disposed)
            {
                return false;
            }

            period = newPeriod;
            armed = dueTime == Timeout.InfiniteTimeSpan ? 0 : time.Arm(this, dueTime);
            return true;
        }

        public void Dispose()
        {
            disposed = true;
            armed = 0;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

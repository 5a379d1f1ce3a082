namespace Lifecycle.Local.Durable;

/// <summary>Holds messages until they are due, on one timer however many there are.</summary>
sealed class DueQueue : IDisposable
{
    readonly PriorityQueue<DurableMessage, (long DueTicks, long Sequence)> waiting = new();
    readonly Lock gate = new();
    readonly TimeProvider time;
    readonly Action<IReadOnlyList<DurableMessage>> due;
    readonly ITimer timer;
    long armedFor = long.MaxValue;

    public DueQueue(TimeProvider time, Action<IReadOnlyList<DurableMessage>> due)
    {
        (this.time, this.due) = (time, due);
        timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(DurableMessage message, DateTimeOffset at)
    {
        lock (gate)
        {
            waiting.Enqueue(message, (at.UtcTicks, message.Sequence));
            Arm();
        }
    }

    void Arm()
    {
        if (waiting.TryPeek(out _, out var next) && next.DueTicks < armedFor)
        {
            armedFor = next.DueTicks;
            // A timer of the system counts whole milliseconds: rounded up, so that it does not come early and spin.
            var wait = Math.Max(0, Math.Ceiling(TimeSpan.FromTicks(armedFor - time.GetUtcNow().UtcTicks).TotalMilliseconds));
            timer.Change(TimeSpan.FromMilliseconds(Math.Min(wait, int.MaxValue)), Timeout.InfiniteTimeSpan);
        }
    }

    void Fire()
    {
        var ready = new List<DurableMessage>();
        lock (gate)
        {
            armedFor = long.MaxValue;
            var now = time.GetUtcNow().UtcTicks;
            while (waiting.TryPeek(out var message, out var next) && next.DueTicks <= now)
            {
                waiting.Dequeue();
                ready.Add(message);
            }

            Arm();
        }

        due(ready);
    }

    public void Dispose() => timer.Dispose();
}

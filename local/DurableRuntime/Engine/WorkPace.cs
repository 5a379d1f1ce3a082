namespace Lifecycle.Local.Durable;

/// <summary>
/// How much an engine can do: work items (an entity's batch of operations, a step of an orchestration, an activity) begin one after the other,
/// so many per second in all, in the order in which they asked. What waits waits; nothing is lost and nothing is done sooner.
/// </summary>
public sealed class WorkPace
{
    /// <summary>What one instance of the official host was measured to do per second with Azure Storage on two cores.</summary>
    public const int Measured = 100;

    readonly TimeSpan interval;
    readonly TimeProvider time;
    readonly CancellationTokenSource ended = new();
    readonly Lock gate = new();
    DateTimeOffset next;

    /// <summary>Makes the pace.</summary>
    /// <param name="perSecond">Work items per second; 0 for as many as there are.</param>
    /// <param name="time">The clock.</param>
    public WorkPace(double perSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(perSecond);
        interval = perSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(1 / perSecond);
        this.time = time;
    }

    /// <summary>Completes when it is this work item's turn, or when the pace has ended.</summary>
    public Task TurnAsync()
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetUtcNow();
            wait = next - now;
            next = (wait > TimeSpan.Zero ? next : now) + interval;
        }

        return wait > TimeSpan.Zero ? WaitAsync(wait) : Task.CompletedTask;
    }

    /// <summary>Nothing begins for so long, as when the storage or the processor under an engine is taken away.</summary>
    public void StandStill(TimeSpan duration)
    {
        lock (gate)
        {
            var until = time.GetUtcNow() + duration;
            next = until > next ? until : next;
        }
    }

    /// <summary>Ends every wait: whoever waited finds that the engine has stopped. May be called again.</summary>
    public void End() => ended.Cancel();

    async Task WaitAsync(TimeSpan wait)
    {
        try
        {
            // Rounded up to the granularity of the system's timers, or a turn would begin early.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, ended.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }
}

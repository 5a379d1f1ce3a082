namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>
/// Runs an orchestrator's code on the calling thread alone: what it awaits continues when <see cref="Drain"/> is called, in
/// order. An orchestrator that awaits something else than its context's tasks never continues, as officially.
/// </summary>
sealed class ReplayThread : SynchronizationContext
{
    readonly Queue<(SendOrPostCallback Callback, object? State)> ready = new();
    int foreign;

    /// <summary>Whether code of the orchestrator came back from another thread.</summary>
    public bool Escaped => Volatile.Read(ref foreign) > 0;

    readonly int thread = Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            Interlocked.Increment(ref foreign);
            return;
        }

        ready.Enqueue((d, state));
    }

    public override SynchronizationContext CreateCopy() => this;

    public void Run(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
            Drain();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    void Drain()
    {
        while (ready.TryDequeue(out var work))
        {
            work.Callback(work.State);
        }
    }
}

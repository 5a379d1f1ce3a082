namespace Lifecycle.Local.Durable;

/// <summary>
/// Runs work items, so many at once. On the thread pool, or on the synchronization context that was current when the engine was
/// started: then everything happens on the pump of virtual time.
/// </summary>
sealed class WorkScheduler(int mostAtOnce, SynchronizationContext? context)
{
    readonly Queue<Func<Task>> waiting = new();
    readonly Lock gate = new();
    int running;
    TaskCompletionSource? idle;

    /// <summary>Runs the work when there is room. The work deals with its own failures.</summary>
    public void Run(Func<Task> work)
    {
        lock (gate)
        {
            if (running >= mostAtOnce)
            {
                waiting.Enqueue(work);
                return;
            }

            running++;
        }

        Start(work);
    }

    /// <summary>Completes when nothing runs; what still waits is dropped.</summary>
    public Task DrainAsync()
    {
        lock (gate)
        {
            waiting.Clear();
            idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (running == 0)
            {
                idle.SetResult();
            }

            return idle.Task;
        }
    }

    void Start(Func<Task> work)
    {
        if (context is null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Self.RunAll(state.Work), (Self: this, Work: work), preferLocal: false);
        }
        else
        {
            context.Post(state => _ = RunAll((Func<Task>)state!), work);
        }
    }

    async Task RunAll(Func<Task> work)
    {
        for (Func<Task>? next = work; next is not null; next = Next())
        {
            await next();
        }
    }

    Func<Task>? Next()
    {
        lock (gate)
        {
            if (idle is null && waiting.TryDequeue(out var next))
            {
                return next;
            }

            if (--running == 0)
            {
                idle?.TrySetResult();
            }

            return null;
        }
    }
}

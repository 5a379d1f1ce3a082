namespace Lifecycle.Local.Durable;

/// <summary>
/// Runs work items, so many at once and at the engine's pace. On the thread pool, or on the synchronization context that was current when the engine was
/// started: then everything happens on the pump of virtual time. It holds everything back until it is released.
/// </summary>
sealed class WorkScheduler(int mostAtOnce, WorkPace pace, SynchronizationContext? context)
{
    readonly Queue<Func<Task>> waiting = new();
    readonly Lock gate = new();
    int running;
    bool released;
    TaskCompletionSource? idle;

    /// <summary>Runs the work when there is room. The work deals with its own failures.</summary>
    public void Run(Func<Task> work)
    {
        lock (gate)
        {
            if (idle is not null)
            {
                return; // stored, and found again at the next start
            }

            if (!released || running >= mostAtOnce)
            {
                waiting.Enqueue(work);
                return;
            }

            running++;
        }

        Start(work);
    }

    /// <summary>Begins to run what was held back.</summary>
    public void Release()
    {
        var first = new List<Func<Task>>();
        lock (gate)
        {
            released = true;
            while (running < mostAtOnce && waiting.TryDequeue(out var work))
            {
                running++;
                first.Add(work);
            }
        }

        first.ForEach(Start);
    }

    /// <summary>Completes when nothing runs; what still waits is dropped, and nothing is taken any more. May be called again.</summary>
    public Task DrainAsync()
    {
        lock (gate)
        {
            waiting.Clear();
            idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (running == 0)
            {
                idle.TrySetResult();
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
            await pace.TurnAsync();
            await next();
        }
    }

    Func<Task>? Next()
    {
        lock (gate)
        {
            if (waiting.TryDequeue(out var next))
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

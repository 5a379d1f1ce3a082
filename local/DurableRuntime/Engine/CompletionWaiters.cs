namespace Lifecycle.Local.Durable;

/// <summary>Those who wait for an orchestration to come to a state.</summary>
sealed class CompletionWaiters
{
    readonly Dictionary<string, List<Waiter>> waiters = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    bool closed;

    public async Task<OrchestrationRecord> WaitAsync(
        string instanceId, Func<OrchestrationRecord?> read, Func<OrchestrationRecord, bool> wanted, CancellationToken cancellation)
    {
        var waiter = new Waiter(wanted, new TaskCompletionSource<OrchestrationRecord>(TaskCreationOptions.RunContinuationsAsynchronously));
        Add(instanceId, waiter);
        try
        {
            using var registration = cancellation.Register(() => waiter.Done.TrySetCanceled(cancellation));
            if (read() is { } now && wanted(now)) // after it is registered, or a change in between would be missed
            {
                return now;
            }

            return await waiter.Done.Task;
        }
        finally
        {
            Remove(instanceId, waiter);
        }
    }

    void Add(string instanceId, Waiter waiter)
    {
        lock (gate)
        {
            if (closed)
            {
                throw Stopped();
            }

            if (!waiters.TryGetValue(instanceId, out var list))
            {
                waiters[instanceId] = list = [];
            }

            list.Add(waiter);
        }
    }

    void Remove(string instanceId, Waiter waiter)
    {
        lock (gate)
        {
            if (waiters.TryGetValue(instanceId, out var list) && list.Remove(waiter) && list.Count == 0)
            {
                waiters.Remove(instanceId);
            }
        }
    }

    public void Changed(OrchestrationRecord record)
    {
        lock (gate)
        {
            if (waiters.TryGetValue(record.InstanceId, out var list))
            {
                list.Where(w => w.Wanted(record)).ToList().ForEach(w => w.Done.TrySetResult(record));
            }
        }
    }

    /// <summary>Nobody is told of changes any more: who waits, and who comes later, is cancelled.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            waiters.Values.SelectMany(list => list).ToList().ForEach(w => w.Done.TrySetException(Stopped()));
        }
    }

    // What the official client throws when its host goes away.
    static OperationCanceledException Stopped() => new("The durable engine has stopped.");

    sealed record Waiter(Func<OrchestrationRecord, bool> Wanted, TaskCompletionSource<OrchestrationRecord> Done);
}

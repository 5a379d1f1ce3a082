using System.Collections.Concurrent;

namespace Lifecycle.Local.Durable;

/// <summary>Those who wait for an orchestration to come to a state.</summary>
sealed class CompletionWaiters
{
    readonly ConcurrentDictionary<string, List<Waiter>> waiters = new(StringComparer.Ordinal);

    public async Task<OrchestrationRecord> WaitAsync(
        string instanceId, Func<OrchestrationRecord?> read, Func<OrchestrationRecord, bool> wanted, CancellationToken cancellation)
    {
        var waiter = new Waiter(wanted, new TaskCompletionSource<OrchestrationRecord>(TaskCreationOptions.RunContinuationsAsynchronously));
        var list = waiters.GetOrAdd(instanceId, _ => []);
        lock (list)
        {
            list.Add(waiter);
        }

        using var registration = cancellation.Register(() => waiter.Done.TrySetCanceled(cancellation));
        if (read() is { } now && wanted(now)) // after it is registered, or a change in between would be missed
        {
            waiter.Done.TrySetResult(now);
        }

        try
        {
            return await waiter.Done.Task;
        }
        finally
        {
            lock (list)
            {
                list.Remove(waiter);
            }
        }
    }

    public void Changed(OrchestrationRecord record)
    {
        if (!waiters.TryGetValue(record.InstanceId, out var list))
        {
            return;
        }

        lock (list)
        {
            list.Where(w => w.Wanted(record)).ToList().ForEach(w => w.Done.TrySetResult(record));
            if (record.IsOver)
            {
                waiters.TryRemove(KeyValuePair.Create(record.InstanceId, list));
            }
        }
    }

    sealed record Waiter(Func<OrchestrationRecord, bool> Wanted, TaskCompletionSource<OrchestrationRecord> Done);
}

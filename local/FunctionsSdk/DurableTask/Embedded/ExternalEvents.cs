using Lifecycle.Local.Durable;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>External events of one orchestration: kept until somebody awaits their name, matched without case.</summary>
sealed class ExternalEvents
{
    readonly List<HistoryEvent> unread = [];
    readonly List<(string Name, TaskCompletionSource<string?> Waiter)> waiters = [];

    public void Raise(HistoryEvent raised)
    {
        // As officially the latest waiter is served: earlier ones were given up for a timer, in a loop say.
        var index = waiters.FindLastIndex(w => SameName(w.Name, raised.Name) && !w.Waiter.Task.IsCompleted);
        if (index < 0)
        {
            unread.Add(raised);
            return;
        }

        var waiter = waiters[index].Waiter;
        waiters.RemoveAt(index);
        waiter.TrySetResult(raised.Payload);
    }

    public Task<string?> WaitAsync(string name, CancellationToken cancellation)
    {
        var index = unread.FindIndex(e => SameName(e.Name!, name));
        if (index >= 0)
        {
            var payload = unread[index].Payload;
            unread.RemoveAt(index);
            return Task.FromResult(payload);
        }

        var waiter = new TaskCompletionSource<string?>();
        waiters.Add((name, waiter));
        cancellation.Register(() => waiter.TrySetCanceled(cancellation));
        return waiter.Task;
    }

    /// <summary>Whether an event could wake somebody.</summary>
    public bool AreAwaited => waiters.Exists(w => !w.Waiter.Task.IsCompleted);

    /// <summary>What arrived and was not awaited.</summary>
    public IReadOnlyList<HistoryEvent> Unread() => [.. unread];

    static bool SameName(string name, string? other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}

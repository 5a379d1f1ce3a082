using System.Collections.Concurrent;

namespace Lifecycle.FunctionsSdk.Tests.Support;

/// <summary>
/// Runs asynchronous code on the test's own thread: continuations queue up until the test drains them. What leaves the thread is
/// noticed, because it is then still missing when the queue is empty.
/// </summary>
sealed class Pump : SynchronizationContext, IDisposable
{
    readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _queue = new();
    readonly SynchronizationContext? _before = Current;

    public Pump() => SetSynchronizationContext(this);

    public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;

    public void Drain()
    {
        while (_queue.TryDequeue(out var item))
            item.Callback(item.State);
    }

    public T Run<T>(Task<T> task)
    {
        Drain();
        Assert.True(task.IsCompleted, "The queue is empty, but the task goes on: it waits for another thread or for time to pass.");
        return task.GetAwaiter().GetResult();
    }

    public void Run(Task task) => Run(WithResult(task));

    public void Dispose() => SetSynchronizationContext(_before);

    static async Task<bool> WithResult(Task task)
    {
        await task;
        return true;
    }
}

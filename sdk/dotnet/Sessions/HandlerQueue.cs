using System.Threading.Channels;

namespace Lifecycle.Sdk.Sessions;

/// <summary>
/// Runs the app's handlers one after the other, in the order in which things happened. They do not run on the connection's
/// own receive loop: there, a handler that awaits a hub call would wait for an answer that queues behind itself.
/// The queue has no bound, as the receive loop of the SignalR client has none: a slow app costs memory, not order.
/// </summary>
sealed class HandlerQueue
{
    readonly Channel<Func<Task>> _queue = Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });
    readonly Action<Exception> _failed;
    readonly TaskCompletionSource _workStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HandlerQueue(Action<Exception> failed)
    {
        _failed = failed;
        Drained = DrainAsync();
    }

    /// <summary>Completes when the queue is complete and the last handler has returned.</summary>
    public Task Drained { get; }

    /// <summary>Completes when no more work begins.</summary>
    public Task WorkStopped => _workStopped.Task;

    /// <summary>What tells the app of its session: it runs in any case.</summary>
    public void Post(Func<Task> handler) => _queue.Writer.TryWrite(handler);

    /// <summary>What somebody sent to the app: it does not begin behind <see cref="StopWork"/>.</summary>
    public void PostWork(Func<Task> handler) => Post(() => WorkStopped.IsCompleted ? Task.CompletedTask : handler());

    /// <summary>What is running ends; work that waits, and work that comes, is dropped.</summary>
    public void StopWork() => _workStopped.TrySetResult();

    /// <summary>Completes when every handler that is queued now has returned.</summary>
    public Task CaughtUpAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isOpen = _queue.Writer.TryWrite(() =>
        {
            reached.SetResult();
            return Task.CompletedTask;
        });
        return isOpen ? reached.Task : Drained;
    }

    /// <summary>Nothing more will come.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    async Task DrainAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (_queue.Reader.TryRead(out var handler)) await RunAsync(handler);
        }
    }

    async Task RunAsync(Func<Task> handler)
    {
        try
        {
            await handler();
        }
        catch (Exception e)
        {
            _failed(e); // One bad handler must not silence the ones behind it.
        }
    }
}

using System.Collections.Immutable;

namespace Lifecycle.Sdk.Sessions;

/// <summary>The handlers of one kind of event; adding and removing is safe while they run.</summary>
sealed class HandlerList<T>
{
    ImmutableArray<Func<T, Task>> _handlers = [];

    /// <summary>Adds a handler; disposing the answer removes it.</summary>
    public IDisposable Add(Func<T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        // A wrapper of its own, so that a handler added twice is removed once.
        Func<T, Task> entry = value => handler(value);
        ImmutableInterlocked.Update(ref _handlers, list => list.Add(entry));
        return new Removal(() => ImmutableInterlocked.Update(ref _handlers, list => list.Remove(entry)));
    }

    /// <summary>The handlers that there are now.</summary>
    public ImmutableArray<Func<T, Task>> Now => _handlers;

    /// <summary>Queues every handler for the value.</summary>
    public void Raise(HandlerQueue queue, T value)
    {
        foreach (var handler in _handlers) queue.Post(() => handler(value));
    }

    /// <summary>Queues every handler for the value as work.</summary>
    public void RaiseWork(HandlerQueue queue, T value)
    {
        foreach (var handler in _handlers) queue.PostWork(() => handler(value));
    }

    sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}

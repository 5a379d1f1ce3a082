using System.Threading.Channels;

namespace Lifecycle.Sdk.Tests.Support;

/// <summary>What happened, in order; a test waits for the next thing and learns what it waited for in vain.</summary>
sealed class Inbox<T>(string what)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    readonly Channel<T> _items = Channel.CreateUnbounded<T>();

    public Task Add(T item)
    {
        _items.Writer.TryWrite(item);
        return Task.CompletedTask;
    }

    public bool IsEmpty => !_items.Reader.TryPeek(out _);

    public async Task<T> NextAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            return await _items.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No {what} within {Patience.TotalSeconds} s");
        }
    }
}

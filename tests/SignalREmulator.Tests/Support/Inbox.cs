using System.Threading.Channels;

namespace Lifecycle.SignalREmulator.Tests.Support;

/// <summary>Things that a test waits for, in order of arrival.</summary>
sealed class Inbox<T>(string what)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    readonly Channel<T> items = Channel.CreateUnbounded<T>();

    public void Add(T item) => items.Writer.TryWrite(item);

    public bool IsEmpty => items.Reader.Count == 0;

    public async Task<T> NextAsync()
    {
        using var late = new CancellationTokenSource(patience);
        try
        {
            return await items.Reader.ReadAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Waited {patience.TotalSeconds} s for {what}.");
        }
    }

    /// <summary>Skips what does not match.</summary>
    public async Task<T> NextAsync(Func<T, bool> matches)
    {
        while (true)
        {
            var item = await NextAsync();
            if (matches(item))
            {
                return item;
            }
        }
    }
}

namespace Lifecycle.Sdk.Sessions;

/// <summary>
/// Turns to make an attempt. Thousands of sessions that lose their sockets together and all try at once end up in step, each of them
/// too slow for its time: one after the other they are back within it.
/// </summary>
sealed class Turns(int atOnce)
{
    readonly SemaphoreSlim _free = new(atOnce);

    /// <summary>How many could be taken now.</summary>
    public int Free => _free.CurrentCount;

    public async Task<Turn> TakeAsync(CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        return new Turn(_free);
    }
}

/// <summary>One turn. It is given back once, as soon as somebody does.</summary>
sealed class Turn(SemaphoreSlim free) : IDisposable
{
    int _isGivenBack;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isGivenBack, 1) == 0) free.Release();
    }
}

namespace Lifecycle.Doctor.Tests.Support;

/// <summary>One of the places for examinations that begin: given back when so many of its checks are through, or when it ends before.</summary>
sealed class Beginning : IProgress<CheckResult>, IDisposable
{
    readonly SemaphoreSlim _places;
    int _left;

    Beginning(SemaphoreSlim places, int checks) => (_places, _left) = (places, checks);

    /// <summary>Waits for a place.</summary>
    public static async Task<Beginning> EnterAsync(SemaphoreSlim places, int checks)
    {
        await places.WaitAsync();
        return new Beginning(places, checks);
    }

    public void Report(CheckResult value)
    {
        if (Interlocked.Decrement(ref _left) == 0) _places.Release();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 0) > 0) _places.Release();
    }
}

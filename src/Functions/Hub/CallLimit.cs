namespace Lifecycle.Functions.Hub;

/// <summary>Gives a call a limit of its own.</summary>
static class CallLimit
{
    /// <summary>What the call answers.</summary>
    /// <exception cref="TimeoutException">It was cancelled, and not by the caller: by the limit, or by one that the library has itself.</exception>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The SignalR service did not answer within {limit.TotalSeconds:0} s.", e);
        }
    }
}

namespace Lifecycle.Samples.Drill;

/// <summary>The drill cannot go on; the message is for the reader of the report.</summary>
sealed class DrillException(string message) : Exception(message);

/// <summary>Waiting for conditions, never for time.</summary>
static class Until
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Polls until nothing is missing.</summary>
    /// <param name="what">What is awaited, after "waited for".</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="missing">Null when the condition holds; otherwise what is seen instead.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="DrillException">The limit is over; says what was awaited and what was seen.</exception>
    public static async Task HoldsAsync(
        string what, TimeSpan limit, TimeProvider time, Func<Task<string?>> missing, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (await missing() is { } seen)
        {
            if (time.GetElapsedTime(start) > limit)
                throw new DrillException($"waited {limit.TotalSeconds:0.#} s for {what}; seen instead: {seen}");
            await Task.Delay(pause, time, cancellation);
        }
    }
}

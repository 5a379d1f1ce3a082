namespace Lifecycle.Bench.Measuring;

/// <summary>Times and rates on the system's clock.</summary>
static class Clock
{
    static readonly TimeProvider time = TimeProvider.System;

    /// <summary>A timestamp to pass to <see cref="Since"/>.</summary>
    public static long Now => time.GetTimestamp();

    /// <summary>The time since a timestamp.</summary>
    public static TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    /// <summary>Waits on the system's clock.</summary>
    public static Task Wait(TimeSpan wait) => Task.Delay(wait, time);

    /// <summary>How many per second, when the work does that many.</summary>
    public static async Task<double> RateAsync(int count, Func<Task> work)
    {
        var start = Now;
        await work();
        return count / Since(start).TotalSeconds;
    }

    /// <summary>Runs the work for each index, so many at once.</summary>
    public static Task ForEachAsync(int count, int atOnce, Func<int, Task> work) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, _) => await work(i));

    /// <summary>Starts the work for each index at an even rate, however long each takes, and waits for all.</summary>
    public static async Task AtRateAsync(int count, double perSecond, Func<int, Task> work)
    {
        var start = Now;
        var running = new List<Task>(count);
        for (var i = 0; i < count; i++)
        {
            var ahead = TimeSpan.FromSeconds(i / perSecond) - Since(start);
            if (ahead > TimeSpan.Zero)
            {
                await Wait(ahead);
            }

            running.Add(work(i));
        }

        await Task.WhenAll(running);
    }

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within the patience.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        var limit = patience ?? TimeSpan.FromSeconds(60);
        var start = Now;
        while (!await condition())
        {
            if (Since(start) > limit)
            {
                throw new TimeoutException($"Waited {limit.TotalSeconds:0} s for this, in vain: {what}.");
            }

            await Wait(TimeSpan.FromMilliseconds(2));
        }
    }
}

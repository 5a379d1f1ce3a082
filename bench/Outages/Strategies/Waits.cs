namespace Lifecycle.Bench.Outages.Strategies;

/// <summary>Waiting on the trace's clock.</summary>
static class Waits
{
    /// <summary>Delays count whole milliseconds: rounded up, or a wait would end early by a fraction.</summary>
    public static Task Async(TimeSpan wait, TimeProvider time) =>
        wait > TimeSpan.Zero ? Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time) : Task.CompletedTask;
}

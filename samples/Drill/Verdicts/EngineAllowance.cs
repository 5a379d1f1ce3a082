using System.Globalization;
using Lifecycle.Samples.Drill.Api;

namespace Lifecycle.Samples.Drill.Verdicts;

/// <summary>By how much a host that is already there may be later than the drill's own, whose engine takes no time.</summary>
/// <param name="allow">The stated part; null for the drill's own host, which is allowed nothing.</param>
sealed class EngineAllowance(LifecycleApi api, TimeSpan? allow, TimeProvider time)
{
    // A restart has six operations and their answers one after the other.
    const int WaysOfRestart = 6;

    static readonly TimeSpan pause = TimeSpan.FromSeconds(2);

    TimeSpan lag;

    /// <summary>For what passes the engine once.</summary>
    public TimeSpan ForReconnect => allow is { } stated ? stated + lag : TimeSpan.Zero;

    /// <summary>For what a restart takes.</summary>
    public TimeSpan ForRestart => allow is { } stated ? stated + (WaysOfRestart * lag) : TimeSpan.Zero;

    /// <summary>For limits of waits, which only a real loss may reach: several restarts one after the other.</summary>
    public TimeSpan ForWaits => 4 * ForRestart;

    /// <summary>What was allowed, for the reader of the table; null when nothing was.</summary>
    public string? Said => allow is null ? null : string.Create(CultureInfo.InvariantCulture,
        $"Verdicts allow the engine +{ForReconnect.TotalSeconds:0.0} s for a reconnect and +{ForRestart.TotalSeconds:0.0} s for a restart: it was {lag.TotalMilliseconds:0} ms behind at its worst.");

    /// <summary>Asks the host's health again and again, until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        while (allow is not null && !cancellation.IsCancellationRequested)
        {
            var seen = await api.FindEngineLagAsync(CancellationToken.None);
            lag = seen > lag ? seen : lag;
            await Task.WhenAny(Task.Delay(pause, time, cancellation)); // an end is no failure
        }
    }
}

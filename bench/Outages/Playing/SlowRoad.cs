using Lifecycle.Sdk;

namespace Lifecycle.Bench.Outages.Playing;

/// <summary>
/// A network that lets a lost session's sockets through only after a time, without a word before: connects hang. The SDK of its process knows nothing
/// of that and tries as it always does, by its own <see cref="ReconnectSchedule"/>.
/// </summary>
static class SlowRoad
{
    static readonly TimeSpan grace = TimeSpan.FromMilliseconds(Policy.Default.ReconnectGraceMs);
    static readonly TimeSpan attemptTimeout = new AppServerOptions().AttemptTimeout;

    /// <summary>When the SDK tries, since the loss, ascending. The last try is the one whose socket opens.</summary>
    /// <param name="opensAfter">When the network lets a socket through, since the loss.</param>
    /// <param name="random">Numbers from 0 to below 1.</param>
    public static IReadOnlyList<TimeSpan> Tries(TimeSpan opensAfter, Func<double> random)
    {
        var tries = new List<TimeSpan>();
        var schedule = ReconnectSchedule.ForReconnect(grace, 0, random);
        for (var elapsed = TimeSpan.Zero; ;)
        {
            var step = schedule.Next(elapsed, null, random);
            tries.Add(elapsed + step.Delay);
            elapsed = tries[^1] + (step.Budget < attemptTimeout ? step.Budget.Value : attemptTimeout);
            if (opensAfter <= elapsed)
            {
                return tries;
            }

            schedule = step.Rest;
        }
    }
}

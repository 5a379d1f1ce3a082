using System.Text.Json;
using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// How late grace timers of the real app are with 10,000 armed at once and due at spread times, next to as many timers of the
/// system. Lateness is when the entity left GRACE_PERIOD less its deadline.
/// </summary>
sealed class TimersBench : IBench
{
    const int DuePerSecond = 1_000;

    public string Name => "timers";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = quick ? 1_000 : 10_000;
        Percentiles? best = null;
        for (var round = 0; round < Rounds.Of(quick); round++)
        {
            progress($"round {round + 1}: {count} grace windows");
            var measured = await GraceAsync(count, DuePerSecond, progress);
            best = best is null || measured.P99 < best.P99 ? measured : best;
        }

        progress("as a cloud restart: all sockets lost at once");
        var restart = await GraceAsync(count, double.PositiveInfinity, progress);
        progress("timers of the system, the baseline");
        var floor = await SystemAsync(count);
        return
        [
            Figure.Time(Figure.Text($"lateness of {count:N0} grace timers, p50"), best!.P50, floor.P50, "system timers"),
            Figure.Time(Figure.Text($"lateness of {count:N0} grace timers, p99"), best.P99, floor.P99, "system timers", TimeSpan.FromMilliseconds(50)),
            Figure.Time("the same, all sockets lost at once, p50", restart.P50, null, ""),
            Figure.Time("the same, all sockets lost at once, p99", restart.P99, null, ""),
        ];
    }

    static async Task<Percentiles> GraceAsync(int count, double perSecond, Action<string> progress)
    {
        // Longer than arming takes, so that all are armed when the first one is due.
        var grace = TimeSpan.FromSeconds(((double)count / DuePerSecond) + 5);
        using var host = await ServerProcess.HostAsync();
        using var api = new LifecycleApi(host.Api, host.Data);
        await api.RegisterAsync((int)grace.TotalMilliseconds, retentionMs: 600_000);
        await Clock.ForEachAsync(count, 32, i => api.ConnectedAsync($"s{i}", $"c{i}"));
        await Clock.UntilAsync("the last session attached", () => api.IsAsync($"s{count - 1}", "RUNNING"));
        var start = Clock.Now;
        await (double.IsFinite(perSecond)
            ? Clock.AtRateAsync(count, perSecond, i => api.DisconnectedAsync($"s{i}", $"c{i}"))
            : Clock.ForEachAsync(count, 64, i => api.DisconnectedAsync($"s{i}", $"c{i}")));
        var armed = Clock.Since(start);
        progress(Figure.Text($"armed in {armed.TotalSeconds:0.0} s{(armed < grace ? "" : ", too slowly: the first were due before the last were armed")}"));
        await Clock.Wait(grace);
        await Clock.UntilAsync("the last grace window over", () => api.IsAsync($"s{count - 1}", "DISCONNECTED"));
        var lateness = new List<TimeSpan>(count);
        for (var i = 0; i < count; i++)
        {
            var status = await api.ReadAsync($"s{i}") ?? throw new InvalidOperationException("A session is gone.");
            lateness.Add(At(status, "DISCONNECTED") - At(status, "GRACE_PERIOD") - grace);
        }

        return Percentiles.Of(lateness);
    }

    static DateTimeOffset At(JsonElement status, string state) => status.GetProperty("trail").EnumerateArray()
        .Last(step => step.GetProperty("state").GetString() == state).GetProperty("at").GetDateTimeOffset();

    static async Task<Percentiles> SystemAsync(int count)
    {
        var start = Clock.Now;
        var lateness = new TimeSpan[count];
        var left = count;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var timers = Enumerable.Range(0, count).Select(Arm).ToList();
        await done.Task;
        timers.ForEach(timer => timer.Dispose());
        return Percentiles.Of(lateness);

        ITimer Arm(int i)
        {
            var due = TimeSpan.FromSeconds(1 + ((double)i / DuePerSecond));
            // A timer of the system counts whole milliseconds; rounded down it would come early.
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling((due - Clock.Since(start)).TotalMilliseconds));
            return TimeProvider.System.CreateTimer(_ => Fire(i, due), null, wait, Timeout.InfiniteTimeSpan);
        }

        void Fire(int i, TimeSpan due)
        {
            lateness[i] = Clock.Since(start) - due;
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.SetResult();
            }
        }
    }
}

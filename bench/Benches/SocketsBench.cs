using System.Text.Json;
using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// As many live sockets as one process may have, up to 50,000: memory, acks and the sweep of the host, next to a bare SignalR hub. The clients are in this process.
/// </summary>
sealed class SocketsBench : IBench
{
    const double MostBytes = 1.5e9;
    const int Most = 50_000;
    const int AtOnce = 32;

    // The host sweeps every half a minute.
    static readonly TimeSpan untilSwept = TimeSpan.FromSeconds(100);

    public string Name => "sockets";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = Possible(quick ? 500 : Most, progress);
        using var shared = new SocketsHttpHandler { MaxConnectionsPerServer = 32, UseCookies = false };
        using var host = await ServerProcess.HostAsync();
        using var api = new LifecycleApi(host.Api, host.Data);
        await api.RegisterAsync();
        var lifecycle = await MeasureAsync(count, host, progress, i => AckClient.OfLifecycle(host.Api, $"s{i}", shared), () => SweptAsync(api, count, progress));
        using var floor = await ServerProcess.FloorAsync();
        var bare = await MeasureAsync(count, floor, progress, _ => AckClient.OfFloor(floor.Api, shared), () => Task.FromResult(0));
        return
        [
            new("memory per live socket", Kib(lifecycle.Each), Kib(bare.Each) + " bare hub", Figure.Text($"{lifecycle.Each / bare.Each:0.0}")),
            new(Figure.Text($"host with {count:N0} live sockets"), Mb(lifecycle.Total), Mb(bare.Total) + " bare hub",
                Figure.Text($"{lifecycle.Total / bare.Total:0.0}"), Figure.Text($"under 1.5 GB: {Figure.Verdict(lifecycle.Total < MostBytes)}")),
            Figure.Time(Figure.Text($"socket open to ack while they come, {AtOnce} at once, p50"), lifecycle.Acks.P50, bare.Acks.P50, "bare hub"),
            Figure.Time(Figure.Text($"socket open to ack while they come, {AtOnce} at once, p99"), lifecycle.Acks.P99, bare.Acks.P99, "bare hub"),
            new(Figure.Text($"a sweep of {count:N0} live sessions"), Figure.Text($"{lifecycle.SweepMs:N0} ms")),
        ];
    }

    // Both ends of a socket are open files, each in its own process.
    static int Possible(int wanted, Action<string> progress)
    {
        const int Others = 500;
        if (OpenFiles.Limit is not { } limit || limit >= wanted + Others)
        {
            return wanted;
        }

        progress($"only {limit - Others} sockets: the limit of open files is {limit} (ulimit -n)");
        return limit - Others;
    }

    static async Task<Measured> MeasureAsync(int count, ServerProcess server, Action<string> progress, Func<int, AckClient> make, Func<Task<int>> sweep)
    {
        var before = server.WorkingSet;
        var clients = Enumerable.Range(0, count).Select(make).ToList();
        var acks = new TimeSpan[count];
        progress($"opening {count} sockets");
        await Clock.ForEachAsync(count, AtOnce, async i => acks[i] = (await clients[i].ConnectAsync()).FromSocket);
        double total = server.WorkingSet;
        var sweepMs = await sweep();
        progress("closing them");
        await Clock.ForEachAsync(count, AtOnce, i => clients[i].DisposeAsync().AsTask());
        return new((total - before) / count, total, Percentiles.Of(acks), sweepMs);
    }

    // The first sweep that has all of them, so that it began with all sockets open.
    static async Task<int> SweptAsync(LifecycleApi api, int sessions, Action<string> progress)
    {
        progress("waiting for a sweep of all");
        JsonElement sweep = default;
        await Clock.UntilAsync("a sweep of all sessions", async () =>
        {
            await Clock.Wait(TimeSpan.FromSeconds(1));
            return (await api.ReadFleetAsync()).GetProperty("platform").TryGetProperty("sweep", out sweep) && sweep.ValueKind == JsonValueKind.Object && sweep.GetProperty("sessions").GetInt32() >= sessions;
        }, untilSwept);
        return sweep.GetProperty("tookMs").GetInt32();
    }

    sealed record Measured(double Each, double Total, Percentiles Acks, int SweepMs);

    static string Kib(double bytes) => Figure.Text($"{bytes / 1024:0.0} KiB");

    static string Mb(double bytes) => Figure.Text($"{bytes / 1e6:N0} MB");
}

using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>The memory of live sockets in the host's process, next to a bare SignalR hub's. The clients are in this process.</summary>
sealed class SocketsBench : IBench
{
    const double MostBytes = 1.5e9;

    public string Name => "sockets";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = Possible(quick ? 500 : 10_000, progress);
        using var shared = new SocketsHttpHandler { MaxConnectionsPerServer = 32, UseCookies = false };
        using var host = await ServerProcess.HostAsync();
        using var api = new LifecycleApi(host.Api, host.Data);
        await api.RegisterAsync();
        var lifecycle = await MeasureAsync(count, host, progress, i => AckClient.OfLifecycle(host.Api, $"s{i}", shared));
        using var floor = await ServerProcess.FloorAsync();
        var bare = await MeasureAsync(count, floor, progress, _ => AckClient.OfFloor(floor.Api, shared));
        return
        [
            new("memory per live socket", Kib(lifecycle.Each), Kib(bare.Each) + " bare hub", Figure.Text($"{lifecycle.Each / bare.Each:0.0}")),
            new(Figure.Text($"host with {count:N0} live sockets"), Mb(lifecycle.Total), Mb(bare.Total) + " bare hub",
                Figure.Text($"{lifecycle.Total / bare.Total:0.0}"), Figure.Text($"under 1.5 GB: {Figure.Verdict(lifecycle.Total < MostBytes)}")),
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

    static async Task<(double Each, double Total)> MeasureAsync(
        int count, ServerProcess server, Action<string> progress, Func<int, AckClient> make)
    {
        var before = server.WorkingSet;
        var clients = Enumerable.Range(0, count).Select(make).ToList();
        progress($"opening {count} sockets");
        await Clock.ForEachAsync(count, 32, i => clients[i].ConnectAsync());
        double total = server.WorkingSet;
        progress("closing them");
        await Clock.ForEachAsync(count, 32, i => clients[i].DisposeAsync().AsTask());
        return ((total - before) / count, total);
    }

    static string Kib(double bytes) => Figure.Text($"{bytes / 1024:0.0} KiB");

    static string Mb(double bytes) => Figure.Text($"{bytes / 1e6:N0} MB");
}

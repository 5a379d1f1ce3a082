using System.Collections.Concurrent;
using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>How long a real client waits for its ack at 200 connects per second, next to a bare SignalR hub that acks.</summary>
sealed class AckBench : IBench
{
    const double ConnectsPerSecond = 200;

    public string Name => "ack";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = quick ? 400 : 2_000;
        Measured? floorBest = null, hostBest = null;
        using var floor = await ServerProcess.FloorAsync();
        using var host = await ServerProcess.HostAsync();
        using var api = new LifecycleApi(host.Api, host.Data);
        await api.RegisterAsync();
        progress("warming up");
        await MeasureAsync(count / 2, _ => AckClient.OfFloor(floor.Api));
        await MeasureAsync(count / 2, i => AckClient.OfLifecycle(host.Api, $"warm-{i}"));
        for (var round = 0; round < Rounds.Of(quick); round++)
        {
            progress($"round {round + 1}");
            var prefix = $"r{round}";
            floorBest = Better(floorBest, await MeasureAsync(count, _ => AckClient.OfFloor(floor.Api)));
            hostBest = Better(hostBest, await MeasureAsync(count, i => AckClient.OfLifecycle(host.Api, $"{prefix}-{i}")));
        }

        const string Floor = "bare hub";
        return
        [
            Figure.Time("socket open to ack, p50", hostBest!.Socket.P50, floorBest!.Socket.P50, Floor, TimeSpan.FromMilliseconds(5), within: 3),
            Figure.Time("socket open to ack, p99", hostBest.Socket.P99, floorBest.Socket.P99, Floor),
            Figure.Time("negotiate to ack, p50", hostBest.Start.P50, floorBest.Start.P50, Floor),
            Figure.Time("negotiate to ack, p99", hostBest.Start.P99, floorBest.Start.P99, Floor),
        ];
    }

    static Measured Better(Measured? best, Measured next) => best is null || next.Socket.P50 < best.Socket.P50 ? next : best;

    static async Task<Measured> MeasureAsync(int count, Func<int, AckClient> make)
    {
        var clients = Enumerable.Range(0, count).Select(make).ToList();
        var times = new ConcurrentBag<(TimeSpan FromSocket, TimeSpan FromStart)>();
        // Sockets stay open to the end of the round, so that only connects are measured.
        await Clock.AtRateAsync(count, ConnectsPerSecond, async i => times.Add(await clients[i].ConnectAsync()));
        await Clock.ForEachAsync(count, 16, i => clients[i].DisposeAsync().AsTask());
        return new(Percentiles.Of(times.Select(t => t.FromSocket)), Percentiles.Of(times.Select(t => t.FromStart)));
    }

    sealed record Measured(Percentiles Socket, Percentiles Start);
}

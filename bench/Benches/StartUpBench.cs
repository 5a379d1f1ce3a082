using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;

namespace Lifecycle.Bench.Benches;

/// <summary>From the making of the host's process until it serves, next to a bare ASP.NET Core server with a hub.</summary>
sealed class StartUpBench : IBench
{
    public string Name => "startup";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var runs = quick ? 3 : 9;
        progress("starting processes");
        var host = await MedianAsync(runs, () => ServerProcess.HostAsync());
        var floor = await MedianAsync(runs, ServerProcess.FloorAsync);
        return [Figure.Time("process start to serving, median", host, floor, "bare ASP.NET Core", TimeSpan.FromSeconds(1))];
    }

    static async Task<TimeSpan> MedianAsync(int runs, Func<Task<ServerProcess>> start)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < runs; i++)
        {
            using var server = await start();
            times.Add(server.StartUp);
        }

        return Percentiles.Of(times).P50;
    }
}

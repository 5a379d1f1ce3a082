using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>What an idle session costs: one that was attached once, whose grace window is over, and that is kept.</summary>
sealed class SessionsBench : IBench
{
    public string Name => "sessions";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = quick ? 1_000 : 10_000;
        using var host = await ServerProcess.HostAsync();
        using var api = new LifecycleApi(host.Api, host.Data);
        await api.RegisterAsync(reconnectGraceMs: 1_000, retentionMs: 0);
        progress("warming up, so that code and caches are not counted");
        await MakeAsync(api, "warm", 2_000);
        var (memory, disk) = (host.WorkingSet, Disk(host));
        progress($"{count} sessions");
        await MakeAsync(api, "s", count);
        var (grown, stored) = (host.WorkingSet - memory, Disk(host) - disk);
        return
        [
            new("memory per idle session", Figure.Text($"{(double)grown / count / 1024:0.00} KiB"),
                Figure.Text($"the process grew by {grown / 1048576.0:0.0} MiB from {memory / 1048576.0:0} MiB with {count:N0}")),
            new("disk per idle session", Figure.Text($"{(double)stored / count / 1024:0.00} KiB"), "database and its log"),
        ];
    }

    static async Task MakeAsync(LifecycleApi api, string prefix, int count)
    {
        await Clock.ForEachAsync(count, 32, async i =>
        {
            await api.ConnectedAsync($"{prefix}-{i}", $"{prefix}-{i}");
            await api.DisconnectedAsync($"{prefix}-{i}", $"{prefix}-{i}");
        });
        for (var i = Math.Max(0, count - 100); i < count; i++)
        {
            var session = $"{prefix}-{i}";
            await Clock.UntilAsync($"{session} idle", () => api.IsAsync(session, "DISCONNECTED"));
        }
    }

    static long Disk(ServerProcess host) => Directory.EnumerateFiles(host.Data).Sum(file => new FileInfo(file).Length);
}

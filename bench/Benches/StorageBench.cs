using Lifecycle.Bench.Results;
using Lifecycle.Bench.Storage;

namespace Lifecycle.Bench.Benches;

/// <summary>What a reconnect cycle asks of Azure Storage, request by request, of the durable backend of host.json itself, against Azurite.</summary>
sealed class StorageBench : IBench
{
    const int StateBytes = 8 * 1024;

    // Below these a state is in the table, and above in a blob: the page for operators says from when on.
    static readonly int[] sizes = [1, 8, 16, 24, 28, 32, 48];
    static readonly TimeSpan settle = TimeSpan.FromSeconds(2);

    public string Name => "storage";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var (rounds, crowd, idleFor) = quick ? (1, 20, TimeSpan.FromSeconds(3)) : (10, 300, TimeSpan.FromSeconds(20));
        var figures = new List<Figure>();
        progress("one at a time");
        await using (var rig = await StorageRig.StartAsync(StateBytes, CycleRequests.AloneGrace, publishes: true))
        {
            var idle = await rig.IdleAsync(idleFor);
            figures.Add(new("idle, each second", idle.ToString()));
            figures.AddRange(Rows(await CycleRequests.AloneAsync(rig, rounds, idle.Polls), "one at a time"));
            figures.Add(new("two signals at once to one session", (await PairsAsync(rig, rounds)).ToString()));
        }

        progress($"{crowd} together");
        await using (var rig = await StorageRig.StartAsync(StateBytes, quick ? CycleRequests.AloneGrace : TimeSpan.FromSeconds(45), publishes: true))
        {
            var idle = await rig.IdleAsync(idleFor);
            figures.AddRange(Rows(await CycleRequests.TogetherAsync(rig, crowd, idle.Polls), $"{crowd} together"));
        }

        figures.ForEach(figure => progress($"{figure.What}: {figure.Measured}"));
        foreach (var size in quick ? [] : sizes)
        {
            progress($"a state of {size} KiB");
            await using var rig = await StorageRig.StartAsync(size * 1024, CycleRequests.AloneGrace, publishes: false);
            figures.Add(new(Figure.Text($"a signal and a read, state of {size} KiB"), (await SignalAsync(rig)).ToString()));
        }

        foreach (var (partitions, polling) in quick ? [] : new[] { (4, 1), (16, 1), (8, 5) })
        {
            progress($"{partitions} partitions, polls at {polling} s");
            await using var rig = await StorageRig.StartAsync(StateBytes, CycleRequests.AloneGrace, publishes: false, settings =>
                (settings.PartitionCount, settings.MaxQueuePollingInterval) = (partitions, TimeSpan.FromSeconds(polling)));
            figures.Add(new(Figure.Text($"idle, each second, {partitions} partitions, polls at {polling} s"), (await rig.IdleAsync(idleFor)).ToString()));
        }

        return figures;
    }

    static IEnumerable<Figure> Rows(CycleRequests cycle, string how) =>
    [
        new($"disconnect, {how}", cycle.Disconnect.ToString()),
        new($"reconnect, {how}", cycle.Reconnect.ToString()),
        new($"timer that came to nothing, {how}", cycle.Timer.ToString()),
        new($"the cycle, {how}", cycle.Cycle.ToString()),
        new($"the cycle, {how}: polls that find nothing beyond those of an idle hub", Figure.Text($"{cycle.ExtraPolls:0.##}")),
    ];

    // The second comes while the first waits, or is being carried out: then they are two batches all the same.
    static async Task<RequestCounts> PairsAsync(StorageRig rig, int rounds)
    {
        var sum = RequestCounts.None;
        for (var i = 0; i < rounds; i++)
        {
            var session = i;
            sum = sum.And((await rig.DuringAsync(
                SessionShape.Touch, 2,
                () => Task.WhenAll(rig.Hub.SignalAsync(session, SessionShape.Touch), rig.Hub.SignalAsync(session, SessionShape.Touch)), settle)).Working);
        }

        return sum.Per(rounds);
    }

    static async Task<RequestCounts> SignalAsync(StorageRig rig)
    {
        await rig.DuringAsync(SessionShape.Touch, 1, () => rig.Hub.SignalAsync(0, SessionShape.Touch), settle); // it is there already
        var signal = await rig.DuringAsync(SessionShape.Touch, 1, () => rig.Hub.SignalAsync(0, SessionShape.Touch), settle);
        var before = rig.Log.Counts;
        await rig.Hub.ReadAsync(0);
        return signal.And(rig.Log.Counts.Since(before)).Working;
    }
}

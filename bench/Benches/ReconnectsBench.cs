using System.Collections.Concurrent;
using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// How long a real client that comes back with its token waits for the ack, by which its groups are restored, and for the last message
/// of a full buffer. Next to a bare SignalR hub that acks, and sends as many messages.
/// </summary>
sealed class ReconnectsBench : IBench
{
    const double PerSecond = 50;
    const int FullBuffer = 64;

    static readonly int[] subscriptions = [1, 100, 1_000];

    public string Name => "reconnects";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = quick ? 20 : 300;
        using var floor = await ServerProcess.FloorAsync();
        using var host = await ServerProcess.HostAsync();
        using var api = new LifecycleApi(host.Api, host.Data);
        await api.RegisterAsync();
        progress("warming up");
        await MeasureAsync(count, _ => AckClient.OfFloor(floor.Api), AckOf);
        await ReconnectAsync(host, count, "warm", 1, AckOf);
        var bare = await BestAsync(quick, _ => MeasureAsync(count, _ => AckClient.OfFloor(floor.Api), AckOf));
        var figures = new List<Figure>();
        foreach (var streams in subscriptions)
        {
            progress($"{streams} subscriptions");
            var measured = await BestAsync(quick, round => ReconnectAsync(host, count, $"sub{streams}-{round}", streams, AckOf));
            figures.AddRange(Rows(Figure.Text($"socket open to ack, {streams:N0} subscriptions restored"), measured, bare));
        }

        progress("a full buffer");
        var bareFull = await BestAsync(quick, _ => MeasureAsync(count, _ => AckClient.OfFloor(floor.Api, messages: FullBuffer), FullOf));
        var full = await BestAsync(quick, round => ReconnectAsync(host, count, $"full{round}", 1, FullOf, session => FillAsync(api, session)));
        figures.AddRange(Rows($"socket open to the last of {FullBuffer} buffered messages", full, bareFull));
        return figures;
    }

    static IEnumerable<Figure> Rows(string what, Percentiles measured, Percentiles bare) =>
    [
        Figure.Time($"{what}, p50", measured.P50, bare.P50, "bare hub"),
        Figure.Time($"{what}, p99", measured.P99, bare.P99, "bare hub"),
    ];

    static async Task<TimeSpan> AckOf(AckClient client) => (await client.ConnectAsync()).FromSocket;

    static Task<TimeSpan> FullOf(AckClient client) => client.ConnectAsync(FullBuffer);

    static async Task<Percentiles> BestAsync(bool quick, Func<int, Task<Percentiles>> measure)
    {
        var rounds = new List<Percentiles>();
        for (var round = 0; round < Rounds.Of(quick); round++)
        {
            rounds.Add(await measure(round));
        }

        return rounds.MinBy(r => r.P50)!;
    }

    static async Task<Percentiles> ReconnectAsync(
        ServerProcess host, int count, string prefix, int streams, Func<AckClient, Task<TimeSpan>> measure, Func<string, Task>? prepare = null)
    {
        var tokens = new string[count];
        var names = Enumerable.Range(0, streams).Select(n => $"stream/{n}").ToArray();
        await Clock.ForEachAsync(count, 8, async i =>
        {
            await using var first = AckClient.OfLifecycle(host.Api, $"{prefix}-{i}");
            await first.ConnectAsync();
            await first.SubscribeAsync(names);
            tokens[i] = first.Ack.GetProperty("token").GetString()!;
        });
        if (prepare is not null)
        {
            await Clock.ForEachAsync(count, 8, i => prepare($"{prefix}-{i}"));
        }

        return await MeasureAsync(count, i => AckClient.OfLifecycle(host.Api, $"{prefix}-{i}", token: tokens[i]), measure);
    }

    static Task FillAsync(LifecycleApi api, string session) => Clock.UntilAsync("the loss is known", () => api.IsAsync(session, "GRACE_PERIOD"))
        .ContinueWith(_ => PostAsync(api, session), TaskScheduler.Default).Unwrap();

    static async Task PostAsync(LifecycleApi api, string session)
    {
        for (var i = 0; i < FullBuffer; i++)
        {
            await api.PostMessageAsync(session, "as long as the messages of the bench");
        }
    }

    static async Task<Percentiles> MeasureAsync(int count, Func<int, AckClient> make, Func<AckClient, Task<TimeSpan>> measure)
    {
        var clients = Enumerable.Range(0, count).Select(make).ToList();
        var times = new ConcurrentBag<TimeSpan>();
        await Clock.AtRateAsync(count, PerSecond, async i => times.Add(await measure(clients[i])));
        await Clock.ForEachAsync(count, 16, i => clients[i].DisposeAsync().AsTask());
        return Percentiles.Of(times);
    }
}

using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// Cycles of connect, disconnect and reconnect per second through the HTTP triggers: five POSTs and three operations of one entity
/// each, done when every session is attached to its last connection.
/// </summary>
sealed class CyclesBench : IBench
{
    const int Senders = 32;
    const int PostsPerCycle = 5;

    public string Name => "cycles";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = quick ? 500 : 4_000;
        var rounds = Rounds.Of(quick);
        progress("bare Kestrel, the baseline");
        using var floor = await ServerProcess.FloorAsync();
        await PostRateAsync(floor.Api, count);
        var posts = await Rounds.HighestAsync(rounds, () => PostRateAsync(floor.Api, count * PostsPerCycle));
        progress("cycles through the host");
        using var host = await ServerProcess.HostAsync();
        using var api = new LifecycleApi(host.Api, host.Data);
        await api.RegisterAsync();
        await CycleRateAsync(api, "warm", count);
        var round = 0;
        var cycles = await Rounds.HighestAsync(rounds, () => CycleRateAsync(api, $"r{round++}", count));
        return
        [
            Figure.Rate("connect, disconnect, reconnect", cycles, "cycles", posts / PostsPerCycle, "cycles' worth of bare POSTs"),
            Figure.Rate("their POSTs", cycles * PostsPerCycle, "POSTs", posts, "bare POSTs"),
        ];
    }

    static async Task<double> PostRateAsync(Uri floor, int count)
    {
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        var address = new Uri(floor, FloorServer.PostPath);
        return await Clock.RateAsync(count, () => Clock.ForEachAsync(count, Senders, async _ =>
        {
            using var content = new ByteArrayContent("{\"type\":10}"u8.ToArray());
            using var answer = await http.PostAsync(address, content);
            answer.EnsureSuccessStatusCode();
        }));
    }

    static Task<double> CycleRateAsync(LifecycleApi api, string prefix, int count) => Clock.RateAsync(count, async () =>
    {
        await Clock.ForEachAsync(count, Senders, i => CycleAsync(api, $"{prefix}-{i}"));
        // Entities work behind the POSTs: the cycles are done when the ones that were sent last are.
        for (var i = Math.Max(0, count - (2 * Senders)); i < count; i++)
        {
            var session = $"{prefix}-{i}";
            await Clock.UntilAsync($"{session} attached", async () =>
                await api.ReadAsync(session) is { } status && status.TryGetProperty("connectionId", out var id) && id.GetString() == Second(session));
        }
    });

    static async Task CycleAsync(LifecycleApi api, string session)
    {
        await api.ConnectedAsync(session, First(session), await api.NegotiateAsync(session));
        await api.DisconnectedAsync(session, First(session));
        await api.ConnectedAsync(session, Second(session), await api.NegotiateAsync(session));
    }

    static string First(string session) => session + "-a";

    static string Second(string session) => session + "-b";
}

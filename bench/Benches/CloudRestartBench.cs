using System.Net.Http.Json;
using System.Text.Json;
using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;
using Lifecycle.Sdk;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// 5,000 sessions of a real app server (the .NET SDK) on real sockets lose them in one instant: how long until the entities of all of
/// them say RUNNING again, how many webhooks that cost, and how much memory the host took at the most.
/// </summary>
sealed class CloudRestartBench : IBench
{
    public string Name => "cloud-restart";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = quick ? 200 : 5_000;
        await using var webhooks = await WebhookSink.ListenAsync();
        using var host = await ServerProcess.HostAsync();
        using var api = new LifecycleApi(host.Api, host.Data);
        await api.RegisterAsync(new { allowUnsolicited = true }, webhooks.Url);
        await using var server = new AppServer(new AppServerOptions { LifecycleUrl = host.Api, PackageName = LifecycleApi.Package, ApiKey = LifecycleApi.ApiKey });
        progress($"attaching {count} sessions");
        var reconnected = 0;
        server.ConfigureSessions(session => session.OnReconnected(ack => Task.FromResult(ack.Resumed ? Interlocked.Increment(ref reconnected) : 0)));
        await Clock.ForEachAsync(count, 32, i => server.AttachAsync($"s{i}"));
        await Clock.Wait(TimeSpan.FromSeconds(2)); // what attaching left behind in the garbage and in the pipes

        progress("cutting every socket");
        using var http = new HttpClient { BaseAddress = host.SignalR };
        var start = Clock.Now;
        using var cut = await http.PostAsJsonAsync("/_faults/drop", new { });
        var dropped = (await cut.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("dropped").GetInt32();
        await Clock.UntilAsync("every session to be greeted again", () => Task.FromResult(Volatile.Read(ref reconnected) >= count));
        var took = Clock.Since(start);
        var running = await CountRunningAsync(api, count);
        await Clock.Wait(TimeSpan.FromSeconds(8)); // a grace window and the spread: any webhook would be out by now
        var (seen, peak) = (webhooks.Count, host.PeakWorkingSet);
        progress(Figure.Text($"greeted again after {took.TotalSeconds:0.00} s"));
        await server.DisposeAsync(); // two crowds at once are more than one process should hold
        var floor = await FloorAsync(count, progress);
        return
        [
            new(Figure.Text($"{dropped:N0} sockets cut at once: all sessions greeted again"), Seconds(took), Seconds(floor) + " bare hub", Figure.Text($"{took / floor:0.0}")),
            new("sessions RUNNING then, state kept", Figure.Text($"{running:N0}"), Aim: Figure.Text($"{count:N0}: {Figure.Verdict(running == count)}")),
            new("webhooks", Figure.Text($"{seen}"), Aim: Figure.Text($"0: {Figure.Verdict(seen == 0)}")),
            new("peak memory of the host", Figure.Text($"{peak / 1e6:N0} MB")),
        ];
    }

    static async Task<int> CountRunningAsync(LifecycleApi api, int count)
    {
        var running = 0;
        await Clock.ForEachAsync(count, 32, async i =>
        {
            if (await api.IsAsync($"s{i}", "RUNNING"))
            {
                Interlocked.Increment(ref running);
            }
        });
        return running;
    }

    // The same crowd at a bare hub: as many clients come back within the spread of the SDK's first attempt.
    static async Task<TimeSpan> FloorAsync(int count, Action<string> progress)
    {
        progress("the same crowd at a bare hub");
        using var floor = await ServerProcess.FloorAsync();
        using var shared = new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 };
        var clients = Enumerable.Range(0, count).Select(_ => AckClient.OfFloor(floor.Api, shared)).ToList();
        var random = new Random(1);
        var waits = clients.Select(_ => ReconnectSchedule.FirstSpread * random.NextDouble()).ToList();
        var start = Clock.Now;
        await Task.WhenAll(clients.Select(async (client, i) =>
        {
            await Clock.Wait(waits[i]);
            await client.ConnectAsync();
        }));
        var took = Clock.Since(start);
        await Clock.ForEachAsync(count, 32, i => clients[i].DisposeAsync().AsTask());
        return took;
    }

    static string Seconds(TimeSpan time) => Figure.Text($"{time.TotalSeconds:0.00} s");
}

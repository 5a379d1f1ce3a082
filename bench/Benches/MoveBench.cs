using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>
/// Sessions on real sockets are carried over to a second host process and moved there, each by its slot: how long it takes, for how long any of them is
/// attached nowhere, and how many webhooks it costs.
/// </summary>
sealed class MoveBench : IBench
{
    static readonly TimeSpan afterwards = TimeSpan.FromSeconds(12); // a grace window and the spread: any webhook would be out by now

    public string Name => "move";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var (count, window) = quick ? (100, TimeSpan.FromSeconds(5)) : (1_000, TimeSpan.FromSeconds(20));
        await using var webhooks = await WebhookSink.ListenAsync();
        using var keys = new WorkFolder();
        using var old = await ServerProcess.HostAsync("--Lifecycle:KeyRing:Folder", keys.File("ring"));
        using var other = await ServerProcess.HostAsync("--Lifecycle:KeyRing:Folder", keys.File("ring"));
        using var from = new LifecycleApi(old.Api, old.Data);
        using var to = new LifecycleApi(other.Api, other.Data);
        using var shared = new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 };
        await from.RegisterAsync(new { allowUnsolicited = true }, webhooks.Url);
        var clients = await AttachAsync(from, old.Api, count, shared, progress);

        progress("carrying over");
        var start = Clock.Now;
        var carried = await from.CarryOverAsync(to);
        var carrying = Clock.Since(start);

        progress(Figure.Text($"moving within {window.TotalSeconds:0} s"));
        start = Clock.Now;
        var move = await from.MoveAsync(other.Api, window);
        await Task.WhenAll(clients.Select(client => client.MovedAsync())).WaitAsync(window * 3, TimeProvider.System);
        var moving = Clock.Since(start);
        await Clock.Wait(afterwards);
        var told = (await from.ReadMoveAsync(move)).GetProperty("told").GetInt32();
        var running = await CountRunningAsync(to, count);
        var figures = Of(clients, told, running, webhooks.Count, moving, window).Prepend(
            new(Figure.Text($"{carried:N0} sessions carried over"), Figure.Text($"{carrying.TotalSeconds:0.00} s"))).ToList();
        await Clock.ForEachAsync(count, 32, i => clients[i].DisposeAsync().AsTask());
        return figures;
    }

    static async Task<List<MovingClient>> AttachAsync(LifecycleApi api, Uri address, int count, HttpMessageHandler shared, Action<string> progress)
    {
        progress($"attaching {count} sessions");
        var clients = Enumerable.Range(0, count).Select(i => new MovingClient($"s{i}", shared)).ToList();
        await Clock.ForEachAsync(count, 32, async i =>
        {
            await clients[i].AttachAsync(address);
            await clients[i].SubscribeAsync(["audio", $"text{i}"]);
            await api.PostMessageAsync($"s{i}", "before");
        });
        return clients;
    }

    static IEnumerable<Figure> Of(List<MovingClient> clients, int told, int running, int webhooks, TimeSpan moving, TimeSpan window)
    {
        var count = clients.Count;
        var took = Percentiles.Of(clients.Select(client => client.Took));
        var gap = clients.Max(client => client.Gap);
        var kept = clients.Count(client => client.Ack.GetProperty("resumed").GetBoolean() && client.Ack.GetProperty("subscriptions").GetArrayLength() == 2);
        yield return new("apps told", Figure.Text($"{told:N0}"), Aim: Figure.Text($"{count:N0}: {Figure.Verdict(told == count)}"));
        yield return new(Figure.Text($"all moved, window {window.TotalSeconds:0} s"), Figure.Text($"{moving.TotalSeconds:0.00} s"));
        yield return new("slot to greeted at the new host, p50", Figure.Text($"{took.P50.TotalMilliseconds:0.0} ms"));
        yield return new("slot to greeted at the new host, p99", Figure.Text($"{took.P99.TotalMilliseconds:0.0} ms"));
        yield return new("longest time attached nowhere", Figure.Text($"{gap.TotalMilliseconds:0} ms"), Aim: Figure.Text($"at most 1,000 ms: {Figure.Verdict(gap <= TimeSpan.FromSeconds(1))}"));
        yield return new("sessions RUNNING there, subscriptions kept", Figure.Text($"{running:N0}, {kept:N0}"), Aim: Figure.Text($"{count:N0}: {Figure.Verdict(running == count && kept == count)}"));
        yield return new("webhooks", Figure.Text($"{webhooks}"), Aim: Figure.Text($"0: {Figure.Verdict(webhooks == 0)}"));
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
}

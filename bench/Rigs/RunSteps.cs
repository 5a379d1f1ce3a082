using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Bench.Rigs;

/// <summary>Starts sessions of a well app one after the other, and loses its processes, on virtual time; counts what a healthy webhook costs.</summary>
static class RunSteps
{
    public const string Start = "start by a webhook";
    public const string Resurrection = "lost socket and resurrection";

    static readonly TimeSpan grace = TimeSpan.FromSeconds(5.5);
    static readonly TimeSpan ranOut = TimeSpan.FromSeconds(60);
    static readonly TimeSpan attaches = TimeSpan.FromMilliseconds(80);

    /// <summary>The steps in order, each with its counts per session.</summary>
    /// <param name="sessions">How many sessions share the counting.</param>
    /// <param name="azureStorage">Whether timers behave as on Azure Storage.</param>
    public static IReadOnlyList<(string Step, Counts Counts)> Count(int sessions, bool azureStorage)
    {
        var counted = new List<(string, Counts)>();
        var time = new VirtualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        time.Run(async () => counted.AddRange(await CountAsync(time, sessions, azureStorage)));
        return counted;
    }

    static async Task<List<(string, Counts)>> CountAsync(VirtualTimeProvider time, int sessions, bool azureStorage)
    {
        await using var host = await VirtualHost.StartAsync(time, azureStorage, aligned: true);
        await host.RegisterAsync(new { reconnectGraceMs = (int)grace.TotalMilliseconds });
        var clients = new Dictionary<int, VirtualClient>();
        host.WebhookCame = session => _ = AttachAsync(session);
        await StartAsync(sessions); // an app that has answered just now
        var counted = new List<(string, Counts)> { (Start, await EachAsync(StartAsync)), };
        var lost = await EachAsync(DropAsync);
        counted.Add((Resurrection, lost));
        return counted;

        // One at a time: what comes together shares work, and would be cheaper.
        async Task<Counts> EachAsync(Func<int, Task> step)
        {
            var sum = Counts.Of(host);
            var before = sum;
            for (var session = 0; session < sessions; session++)
            {
                await step(session);
                sum = Counts.Of(host);
            }

            return sum.Per(sessions, before);
        }

        async Task StartAsync(int session)
        {
            await host.StartAsync(session);
            await Task.Delay(ranOut, time);
        }

        async Task DropAsync(int session)
        {
            clients[session].Drop();
            await Task.Delay(ranOut, time);
        }

        async Task AttachAsync(int session)
        {
            await Task.Delay(attaches, time);
            await host.ConnectAsync(clients[session] = host.NewClient(), session);
        }
    }
}

using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Relay;
using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Bench.Rigs;

/// <summary>What webhooks cost that go over a connection of the app's process, and what that connection itself costs; on virtual time.</summary>
static class RelaySteps
{
    public const string Comes = "process connects to take webhooks";
    public const string Stays = "process says that it still takes them";
    public const string Leaves = "process says that it leaves, and closes";
    public const string Start = "start by a relayed webhook, answered at the instance that waits";
    public const string StartElsewhere = "start by a relayed webhook, answered at another instance";

    static readonly TimeSpan settle = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan ranOut = TimeSpan.FromSeconds(60);
    static readonly TimeSpan attaches = TimeSpan.FromMilliseconds(80);

    /// <summary>The steps in order, each with its counts per process, or per session.</summary>
    /// <param name="sessions">How many sessions, or processes, share the counting.</param>
    public static IReadOnlyList<(string Step, Counts Counts)> Count(int sessions) =>
    [
        .. Run((host, time) => ConnectionAsync(host, time, sessions)),
        .. Run((host, time) => WebhooksAsync(host, time, Start, sessions)),
        .. Run((host, time) => WebhooksAsync(host, time, StartElsewhere, sessions), Elsewhere),
    ];

    static List<(string Step, Counts Counts)> Run(Func<VirtualHost, VirtualTimeProvider, Task<List<(string, Counts)>>> count, Action<IServiceCollection>? configure = null)
    {
        var counted = new List<(string, Counts)>();
        var time = new VirtualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        time.Run(async () =>
        {
            await using var host = await VirtualHost.StartAsync(time, azureStorage: false, aligned: true, configure);
            await host.RegisterAsync(new { }, "relay:");
            counted.AddRange(await count(host, time));
        });
        return counted;
    }

    // Whoever takes the answers knows nobody here who waits.
    static void Elsewhere(IServiceCollection services) => services.AddSingleton(provider =>
        new RelayAnswers(provider.GetRequiredService<RelayTickets>(), new RelayDesk(), provider.GetRequiredService<LifecycleMetrics>()));

    static async Task<List<(string, Counts)>> ConnectionAsync(VirtualHost host, VirtualTimeProvider time, int processes)
    {
        var clients = Enumerable.Range(0, processes).Select(_ => host.NewClient()).ToList();
        await ReadyAsync(host, host.NewClient(), -1);
        await Task.Delay(ranOut, time);
        return
        [
            (Comes, await EachAsync(process => ReadyAsync(host, clients[process], process))),
            (Stays, await EachAsync(process => clients[process].InvokeAsync("ready", new { }))),
            (Leaves, await EachAsync(process => LeaveAsync(clients[process]))),
        ];

        async Task<Counts> EachAsync(Func<int, Task> step)
        {
            var before = Counts.Of(host);
            for (var process = 0; process < processes; process++)
            {
                await step(process);
            }

            await Task.Delay(settle, time);
            return Counts.Of(host).Per(processes, before);
        }
    }

    static async Task LeaveAsync(VirtualClient process)
    {
        await process.InvokeAsync("leaving", new { });
        process.Close();
    }

    static async Task ReadyAsync(VirtualHost host, VirtualClient process, int number)
    {
        await host.ConnectRelayAsync(process, $"i{number}");
        await process.InvokeAsync("ready", new { });
    }

    static async Task<List<(string, Counts)>> WebhooksAsync(VirtualHost host, VirtualTimeProvider time, string step, int sessions)
    {
        var process = host.NewClient();
        process.Invoked += (_, arguments) => Answer(arguments[0]);
        await ReadyAsync(host, process, 0);
        await StartAsync(sessions); // an app that has answered just now
        var before = Counts.Of(host);
        for (var session = 0; session < sessions; session++)
        {
            await StartAsync(session);
        }

        return [(step, Counts.Of(host).Per(sessions, before))];

        async Task StartAsync(int session)
        {
            await host.StartAsync(session);
            await Task.Delay(ranOut, time);
        }

        async void Answer(JsonElement webhook)
        {
            process.Send("answer", new { ticket = webhook.GetProperty("ticket").GetString(), status = 202 });
            var body = JsonSerializer.Deserialize<JsonElement>(webhook.GetProperty("body").GetString()!);
            await Task.Delay(attaches, time);
            await host.ConnectAsync(host.NewClient(), int.Parse(body.GetProperty("sessionId").GetString()![1..], System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}

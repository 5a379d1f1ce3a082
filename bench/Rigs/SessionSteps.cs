using Lifecycle.Bench.Results;
using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Bench.Rigs;

/// <summary>Takes sessions through the steps of their life on virtual time and counts what each step costs.</summary>
static class SessionSteps
{
    public const string Connect = "connect";
    public const string Disconnect = "disconnect";
    public const string Reconnect = "reconnect";
    public const string VoidTimer = "grace timer that came to nothing";
    public const string Flaps = "socket lost and back, five times within a grace window, with all timers";
    public const string EndingTimer = "grace timer that ended the grace window";

    static readonly TimeSpan grace = TimeSpan.FromSeconds(5.5); // not whole seconds: deadlines seldom are
    static readonly TimeSpan settle = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan afterTimer = TimeSpan.FromSeconds(10);

    /// <summary>The steps in order, each with its counts per session.</summary>
    /// <param name="sessions">How many sessions share the counting: fewer than a crowd, whose pulses would be counted, too.</param>
    /// <param name="azureStorage">Whether timers behave as on Azure Storage.</param>
    /// <param name="aligned">Whether the app's deadlines suit that; when they do not, the backend's re-sends show.</param>
    public static IReadOnlyList<(string Step, Counts Counts)> Count(int sessions, bool azureStorage, bool aligned)
    {
        var counted = new List<(string, Counts)>();
        var time = new VirtualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        time.Run(async () => counted.AddRange(await CountAsync(time, sessions, azureStorage, aligned)));
        return counted;
    }

    static async Task<List<(string, Counts)>> CountAsync(VirtualTimeProvider time, int sessions, bool azureStorage, bool aligned)
    {
        await using var host = await VirtualHost.StartAsync(time, azureStorage, aligned);
        await host.RegisterAsync(grace);
        var clients = Enumerable.Range(0, sessions).Select(_ => host.NewClient()).ToList();
        var counted = new List<(string, Counts)>();

        await StepAsync(Connect, ConnectAllAsync, settle);
        await StepAsync(Disconnect, DropAll, settle);
        await StepAsync(Reconnect, ConnectAllAsync, settle);
        await StepAsync(VoidTimer, () => Task.CompletedTask, afterTimer);
        await StepAsync(Flaps, FlapAsync, afterTimer);
        await DropAll();
        await Task.Delay(settle, time);
        await StepAsync(EndingTimer, () => Task.CompletedTask, afterTimer);
        return counted;

        async Task StepAsync(string what, Func<Task> step, TimeSpan wait)
        {
            var before = Counts.Of(host);
            await step();
            await Task.Delay(wait, time);
            counted.Add((what, Counts.Of(host).Per(sessions, before)));
        }

        async Task FlapAsync()
        {
            for (var i = 0; i < 5; i++)
            {
                await DropAll();
                await Task.Delay(settle, time);
                await ConnectAllAsync();
                await Task.Delay(settle, time);
            }
        }

        async Task ConnectAllAsync()
        {
            for (var i = 0; i < sessions; i++)
            {
                await host.ConnectAsync(clients[i], i);
            }
        }

        Task DropAll()
        {
            clients.ForEach(client => client.Drop());
            return Task.CompletedTask;
        }
    }
}

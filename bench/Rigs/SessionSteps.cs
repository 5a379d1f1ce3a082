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
    public const string EndingTimer = "grace timer that ended the grace window";

    static readonly TimeSpan grace = TimeSpan.FromSeconds(5.5); // not whole seconds: deadlines seldom are
    static readonly TimeSpan settle = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan afterTimer = TimeSpan.FromSeconds(10);

    /// <summary>The steps in order, each with its counts per session.</summary>
    /// <param name="sessions">How many sessions share the counting.</param>
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

/// <summary>The engine's counters, and the events that were published.</summary>
sealed record Counts(double Messages, double Transactions, double Rows, double Reads, double Resends, double Events)
{
    public static Counts Of(VirtualHost host)
    {
        var s = host.Statistics;
        return new(s.MessagesWritten, s.Transactions, s.RowsWritten, s.Reads, s.Resends, host.EventsPublished);
    }

    public Counts Per(int sessions, Counts before) => new(
        (Messages - before.Messages) / sessions, (Transactions - before.Transactions) / sessions, (Rows - before.Rows) / sessions,
        (Reads - before.Reads) / sessions, (Resends - before.Resends) / sessions, (Events - before.Events) / sessions);

    public override string ToString() => Figure.Text(
        $"{Messages:0.##} messages, {Transactions:0.##} transactions, {Rows:0.##} rows written, {Reads:0.##} reads, {Resends:0.##} re-sends");
}

using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;
using Lifecycle.Local.Durable;
using Lifecycle.Local.SignalR;

namespace Lifecycle.Bench.Benches;

/// <summary>What each step of an app session's life costs in durable messages and storage writes, counted on virtual time.</summary>
sealed class CostsBench : IBench
{
    static readonly TimeSpan grace = TimeSpan.FromSeconds(5.5); // not whole seconds: deadlines seldom are
    static readonly TimeSpan settle = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan afterTimer = TimeSpan.FromSeconds(10);

    public string Name => "costs";

    public Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var sessions = quick ? 20 : 200;
        var figures = new List<Figure>();
        foreach (var mode in new Mode[] { new("exact", false, true), new("azure-storage", true, true), new("azure-storage, deadlines not aligned", true, false) })
        {
            progress(mode.Name);
            var time = new VirtualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
            time.Run(async () => figures.AddRange(await CountAsync(time, sessions, mode)));
        }

        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    static async Task<List<Figure>> CountAsync(VirtualTimeProvider time, int sessions, Mode mode)
    {
        await using var host = await VirtualHost.StartAsync(time, mode.AzureStorage, mode.Aligned);
        await host.RegisterAsync(grace);
        var clients = Enumerable.Range(0, sessions).Select(_ => host.NewClient()).ToList();
        var figures = new List<Figure>();

        await StepAsync("connect", ConnectAllAsync, settle);
        await StepAsync("disconnect", DropAll, settle);
        await StepAsync("reconnect", ConnectAllAsync, settle);
        await StepAsync("grace timer that came to nothing", () => Task.CompletedTask, afterTimer);
        await DropAll();
        await Task.Delay(settle, time);
        await StepAsync("grace timer that ended the grace window", () => Task.CompletedTask, afterTimer);
        return figures;

        async Task StepAsync(string what, Func<Task> step, TimeSpan wait)
        {
            var before = Counts.Of(host.Statistics);
            await step();
            await Task.Delay(wait, time);
            var cost = Counts.Of(host.Statistics).Per(sessions, before);
            figures.Add(new($"{what}, {mode.Name}", cost.ToString()));
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

    /// <summary>A timing, and whether the app's deadlines suit it; when they do not, the backend's re-sends show.</summary>
    sealed record Mode(string Name, bool AzureStorage, bool Aligned);

    /// <summary>The engine's counters.</summary>
    sealed record Counts(double Messages, double Transactions, double Rows, double Reads, double Resends)
    {
        public static Counts Of(EngineStatistics s) => new(s.MessagesWritten, s.Transactions, s.RowsWritten, s.Reads, s.Resends);

        public Counts Per(int sessions, Counts before) => new(
            (Messages - before.Messages) / sessions, (Transactions - before.Transactions) / sessions, (Rows - before.Rows) / sessions,
            (Reads - before.Reads) / sessions, (Resends - before.Resends) / sessions);

        public override string ToString() => Figure.Text(
            $"{Messages:0.##} messages, {Transactions:0.##} transactions, {Rows:0.##} rows written, {Reads:0.##} reads, {Resends:0.##} re-sends");
    }
}

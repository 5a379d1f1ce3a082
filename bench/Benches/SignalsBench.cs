using Lifecycle.Bench.Measuring;
using Lifecycle.Bench.Processes;
using Lifecycle.Bench.Results;
using Lifecycle.Bench.Rigs;

namespace Lifecycle.Bench.Benches;

/// <summary>Durable entity signals per second through the SDK's client: sent, stored, executed and stored again.</summary>
sealed class SignalsBench : IBench
{
    const int Senders = 64;
    const double Aim = 5_000;

    public string Name => "signals";

    public async Task<IReadOnlyList<Figure>> RunAsync(bool quick, Action<string> progress)
    {
        var count = quick ? 10_000 : 50_000;
        var rounds = Rounds.Of(quick);
        progress("bare SQLite, the baseline");
        var single = await Rounds.HighestAsync(rounds, () => SqliteBaseline.RateAsync(count, rowsPerTransaction: 1));
        var batched = await Rounds.HighestAsync(rounds, () => SqliteBaseline.RateAsync(count * 4, rowsPerTransaction: 256));
        progress("signals over 1,000 entities");
        var many = await Rounds.HighestAsync(rounds, () => RateAsync(count, entities: 1_000));
        progress("signals over 1 entity");
        var one = await Rounds.HighestAsync(rounds, () => RateAsync(count, entities: 1));
        return
        [
            Figure.Rate("signals over 1,000 entities", many, "signals", single, "SQLite inserts, a commit each", Aim),
            Figure.Rate("signals over 1,000 entities", many, "signals", batched, "SQLite inserts, 256 a commit"),
            Figure.Rate("signals over 1 entity", one, "signals", single, "SQLite inserts, a commit each", Aim),
            Figure.Rate("signals over 1 entity", one, "signals", batched, "SQLite inserts, 256 a commit"),
        ];
    }

    static async Task<double> RateAsync(int count, int entities)
    {
        using var folder = new WorkFolder();
        await using var rig = await EngineRig.StartAsync(folder.Path);
        var warm = count / 10;
        await SendAsync(rig, warm, entities);
        await rig.WhenStoredAsync(warm);
        return await Clock.RateAsync(count, async () =>
        {
            await SendAsync(rig, count, entities);
            await rig.WhenStoredAsync(warm + count);
        });
    }

    static Task SendAsync(EngineRig rig, int count, int entities) =>
        Clock.ForEachAsync(count, Senders, i => rig.Entities.SignalEntityAsync(EngineRig.Id(i % entities), "add", 1));
}

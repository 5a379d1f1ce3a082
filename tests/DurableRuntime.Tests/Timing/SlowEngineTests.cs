using Lifecycle.Local.Durable;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.DurableRuntime.Tests.Timing;

/// <summary>An engine that takes as long, and does as much, as the official one was measured to.</summary>
public sealed class SlowEngineTests
{
    static readonly DurableOptions slow = new() { Timing = DurableTiming.AzureStorage, EngineLatency = HopLatency.Measured, DoubleActivityOneIn = 0 };
    static readonly DurableOptions full = slow with { EngineLatency = TimeSpan.Zero, EngineCapacity = WorkPace.Measured };

    static Task<DurableApp> WithRecorder(DurableApp app, List<(string Key, string What, double AtMs)> seen) => app
        .Function("recorder", dispatcher => dispatcher.DispatchAsync(operation =>
        {
            seen.Add((operation.Context.Id.Key, operation.Name, app.NowMs));
            return ValueTask.FromResult<object?>(null);
        }))
        .Orchestrator("asks", async context =>
        {
            await context.Entities.CallEntityAsync(new EntityInstanceId("recorder", "asked"), "asked");
            return null;
        })
        .StartAsync();

    [Fact]
    public void Signals_take_25_ms_at_the_median_and_85_ms_at_the_95th_percentile() => DurableApp.Run(async app =>
    {
        var seen = new List<(string Key, string What, double AtMs)>();
        await WithRecorder(app, seen);
        for (var n = 0; n < 2_000; n++)
        {
            await app.Signal("recorder", $"r{n}", "signal");
        }

        await app.Wait(5_000);
        var took = seen.Select(s => s.AtMs).Order().ToList();
        Assert.Equal(2_000, took.Count);
        Assert.InRange(took[1_000], 22, 28);
        Assert.InRange(took[1_900], 75, 95);
    }, slow);

    [Fact]
    public void An_orchestration_that_asks_an_entity_takes_a_hop_there_and_a_hop_back() => DurableApp.Run(async app =>
    {
        await WithRecorder(app, []);
        var took = new List<double>();
        for (var n = 0; n < 300; n++)
        {
            var begun = app.NowMs;
            await app.RunToEnd("asks");
            took.Add(app.NowMs - begun);
        }

        Assert.InRange(took.Order().ElementAt(150), 80, 130); // start 30, call 25, answer 30
    }, slow);

    [Fact]
    public void Messages_to_one_entity_stay_in_order_however_long_each_takes() => DurableApp.Run(async app =>
    {
        var seen = new List<(string Key, string What, double AtMs)>();
        await WithRecorder(app, seen);
        for (var n = 0; n < 200; n++)
        {
            await app.Signal("recorder", "r", $"{n}");
            await app.Wait(1);
        }

        await app.Wait(5_000);
        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"{n}"), seen.Select(s => s.What));
    }, slow);

    [Fact]
    public void Work_begins_at_the_capacity_and_none_of_it_is_lost() => DurableApp.Run(async app =>
    {
        var seen = new List<(string Key, string What, double AtMs)>();
        await WithRecorder(app, seen);
        for (var n = 0; n < 500; n++)
        {
            await app.Signal("recorder", $"r{n}", "signal");
        }

        await app.Wait(10_000);
        Assert.Equal(500, seen.Count);
        Assert.InRange(seen.Max(s => s.AtMs), 4_980, 5_010);
        Assert.All(seen.GroupBy(s => (int)(s.AtMs / 1_000)).SkipLast(1), second => Assert.InRange(second.Count(), 99, 101));
    }, full);

    [Fact]
    public void One_busy_entity_does_not_hold_up_the_others() => DurableApp.Run(async app =>
    {
        var seen = new List<(string Key, string What, double AtMs)>();
        await WithRecorder(app, seen);
        for (var n = 0; n < 3_000; n++)
        {
            await app.Signal("recorder", "busy", "signal");
        }

        await app.Signal("recorder", "quiet", "signal");
        await app.Wait(10_000);
        Assert.InRange(seen.Single(s => s.Key == "quiet").AtMs, 0, 30);
        Assert.Equal(3_000, seen.Count(s => s.Key == "busy")); // 64 to a work item: a batch is one
    }, full);

    [Fact]
    public void An_engine_that_stands_still_goes_on_with_everything_it_was_told() => DurableApp.Run(async app =>
    {
        var seen = new List<(string Key, string What, double AtMs)>();
        await WithRecorder(app, seen);
        app.Backend.Engine.StandStill(TimeSpan.FromSeconds(30));
        for (var n = 0; n < 20; n++)
        {
            await app.Signal("recorder", $"r{n % 4}", $"{n / 4}");
            await app.Wait(1_000);
        }

        await app.Wait(20_000);
        Assert.All(seen, s => Assert.True(s.AtMs >= 30_000, $"{s}"));
        Assert.All(seen.GroupBy(s => s.Key), entity => Assert.Equal(["0", "1", "2", "3", "4"], entity.Select(s => s.What)));
    }, new DurableOptions());

    [Fact]
    public void A_stop_does_not_wait_for_work_that_has_no_turn_yet() => DurableApp.Run(async app =>
    {
        var seen = new List<(string Key, string What, double AtMs)>();
        await WithRecorder(app, seen);
        app.Backend.Engine.StandStill(TimeSpan.FromHours(1));
        await app.Signal("recorder", "r", "signal");
        await app.StopAsync();
        Assert.InRange(app.NowMs, 0, 1_000);
        Assert.Empty(seen);
    }, new DurableOptions());
}

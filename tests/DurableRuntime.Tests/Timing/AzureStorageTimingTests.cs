using Lifecycle.Local.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Lifecycle.DurableRuntime.Tests.Timing;

/// <summary>The mode that behaves as the Azure Storage provider was measured.</summary>
public sealed class AzureStorageTimingTests
{
    static readonly DurableOptions options = new() { Timing = DurableTiming.AzureStorage, Seed = 7 };

    static Task<DurableApp> WithRecorder(DurableApp app, List<(string What, double AtMs)> seen) => app
        .Entity("recorder", operation =>
        {
            seen.Add((operation.Name, app.NowMs));
            return ValueTask.FromResult<object?>(null);
        }).StartAsync();

    [Fact]
    public void A_signal_in_exactly_5_s_comes_back_again_and_again_and_runs_early() => DurableApp.Run(async app =>
    {
        var seen = new List<(string What, double AtMs)>();
        await WithRecorder(app, seen);
        await app.Signal("recorder", "r", "late", inMs: 5_000);
        await app.Wait(10_000);
        Assert.InRange(seen.Single().AtMs, 5_000 - 98, 5_000 - 36);
        Assert.InRange(app.Statistics.Resends, 25, 35);
    }, options);

    [Fact]
    public void A_signal_at_whole_seconds_and_75_ms_does_not_loop_and_is_up_to_a_polling_interval_late() => DurableApp.Run(async app =>
    {
        var seen = new List<(string What, double AtMs)>();
        await WithRecorder(app, seen);
        foreach (var n in Enumerable.Range(0, 50))
        {
            await app.Signal("recorder", $"r{n}", "aligned", inMs: 5_075);
        }

        await app.Wait(10_000);
        Assert.Equal(0, app.Statistics.Resends);
        Assert.All(seen, s => Assert.InRange(s.AtMs, 5_000, 5_975));
        Assert.True(seen.Max(s => s.AtMs) - seen.Min(s => s.AtMs) > 300);
    }, options);

    [Fact]
    public void Signals_that_are_due_one_after_the_other_may_swap() => DurableApp.Run(async app =>
    {
        var seen = new List<(string What, double AtMs)>();
        await WithRecorder(app, seen);
        foreach (var n in Enumerable.Range(0, 20))
        {
            await app.Signal("recorder", "r", $"{n}", inMs: 2_075 + n);
        }

        await app.Wait(10_000);
        Assert.Equal(20, seen.Count);
        Assert.NotEqual(Enumerable.Range(0, 20).Select(n => $"{n}"), seen.Select(s => s.What));
    }, options);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_timer_of_whole_seconds_comes_almost_a_second_early(int seconds) => DurableApp.Run(async app =>
    {
        await app.Orchestrator("wait", async context =>
        {
            var begun = context.CurrentUtcDateTime;
            await context.CreateTimer(TimeSpan.FromSeconds(seconds), CancellationToken.None);
            return (context.CurrentUtcDateTime - begun).TotalSeconds;
        }).StartAsync();
        var waited = (await app.RunToEnd("wait")).ReadOutputAs<double>();
        Assert.InRange(seconds - waited, 0.8, 0.99);
    }, options);

    [Fact]
    public void An_orchestration_timer_comes_up_to_a_second_early_and_a_first_retry_at_once() => DurableApp.Run(async app =>
    {
        var attempts = new List<double>();
        await app
            .Activity<int>("flaky", _ =>
            {
                attempts.Add(app.NowMs);
                throw new IOException("no");
            })
            .Orchestrator("wait", async context =>
            {
                await context.CreateTimer(TimeSpan.FromMilliseconds(2_900), CancellationToken.None);
                var woken = (context.CurrentUtcDateTime - DurableApp.Begin.UtcDateTime).TotalMilliseconds;
                try
                {
                    await context.CallActivityAsync<int>("flaky", 1, TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromMilliseconds(999))));
                }
                catch (TaskFailedException)
                {
                    return woken;
                }

                return -1;
            }).StartAsync();
        Assert.InRange((await app.RunToEnd("wait")).ReadOutputAs<double>(), 2_000, 2_200);
        Assert.InRange(attempts[1] - attempts[0], 0, 200);
    }, options with { DoubleActivityOneIn = 0 });

    [Fact]
    public void Activities_run_twice_now_and_then_and_one_answer_counts() => DurableApp.Run(async app =>
    {
        var runs = 0;
        await app.Activity<int>("count", _ => Task.FromResult<object?>(++runs))
            .Orchestrator("many", async context =>
            {
                for (var n = 0; n < 100; n++)
                {
                    await context.CallActivityAsync<int>("count", n);
                }

                return "done";
            }).StartAsync();
        Assert.Equal("done", (await app.RunToEnd("many")).ReadOutputAs<string>());
        Assert.InRange(runs, 105, 140);
    }, options with { DoubleActivityOneIn = 5 });

    // Both workers answer. The first answer counts, and the second finds an orchestrator that has gone on, or ended.
    [Fact]
    public void A_doubled_activity_answers_twice_and_the_second_answer_changes_nothing() => DurableApp.Run(async app =>
    {
        var runs = 0;
        await app.Activity<int>("count", async _ =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), app.Time);
            return ++runs;
        }).Orchestrator("many", async context =>
        {
            var seen = new List<int>();
            for (var n = 0; n < 5; n++)
            {
                seen.Add(await context.CallActivityAsync<int>("count", n));
                await context.CreateTimer(TimeSpan.FromSeconds(5), CancellationToken.None);
            }

            seen.Add(await context.CallActivityAsync<int>("count", 5));
            return seen;
        }).StartAsync();
        var end = await app.RunToEnd("many", id: "one");
        await app.Wait(1_000);
        Assert.Equal(12, runs);
        Assert.Equal([1, 3, 5, 7, 9, 11], end.ReadOutputAs<List<int>>());
        Assert.Equal(12, app.Statistics.Messages[MessageKind.Completed]);
        Assert.Equal([1, 3, 5, 7, 9, 11], (await app.Client.GetInstanceAsync("one", true))!.ReadOutputAs<List<int>>());
    }, options with { DoubleActivityOneIn = 1 });
}

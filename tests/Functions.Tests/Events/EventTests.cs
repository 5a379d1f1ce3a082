using System.Net;
using Lifecycle.Entities;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>What the world is told, over the whole app on virtual time.</summary>
public sealed class EventTests
{
    static readonly string[] connect = ["NONE>STARTING", "STARTING>RUNNING"];
    static readonly string[] cycle = ["RUNNING>GRACE_PERIOD", "GRACE_PERIOD>RUNNING"];

    static void Run(Func<TestApp, FlakySink, Task> test)
    {
        var sink = new FlakySink();
        TestApp.Run(app => test(app, sink), services => services.AddSingleton<IEventSink>(sink));
    }

    [Fact]
    public void Every_transition_of_a_sessions_life_is_told_once_and_in_order() => Run(async (app, sink) =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        client.Drop();
        await app.Settle(1_000);
        client = await app.AttachAsync(reconnect: true);
        await app.Settle(10_000);
        client.Drop();
        await app.Settle(10_000); // grace, then a webhook
        client = await app.AttachAsync(instance: "i2");
        await app.CallAsync("DELETE", "/api/sessions/s1");
        await app.Settle(130_000);

        string[] resurrection = ["RUNNING>GRACE_PERIOD", "GRACE_PERIOD>DISCONNECTED", "DISCONNECTED>RESURRECTING", "RESURRECTING>RUNNING"];
        Assert.Equal([.. connect, .. cycle, .. resurrection, "RUNNING>STOPPING", "STOPPING>STOPPED"], Told.Steps(sink.Taken));
        Assert.Equal(sink.Taken.Count, sink.Taken.Select(r => r.Id).Distinct().Count());
        Assert.Equal(404, (await app.CallAsync("GET", $"/api/sessions/s1/apps/{TestApp.Package}")).Status);
        Assert.DoesNotContain("@appsession@", app.Everything());
    });

    [Fact]
    public void A_reconnect_cycle_costs_three_operations_of_the_entity_and_tells_everything() => Run(async (app, sink) =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        await app.Settle(1_000);
        var statistics = app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Statistics;
        var before = statistics.Messages.GetValueOrDefault(MessageKind.Signal);
        client.Drop();
        await app.Settle(500);
        await app.AttachAsync(reconnect: true);
        await app.Settle(20_000);
        Assert.Equal(3, statistics.Messages[MessageKind.Signal] - before);
        Assert.Equal([.. connect, .. cycle], Told.Steps(sink.Taken));
    });

    [Fact]
    public void Outside_the_grace_window_an_event_is_told_at_once_or_with_the_next_step_of_the_run() => Run(async (app, sink) =>
    {
        await app.StartAsync();
        Assert.Equal("NONE>STARTING", Told.Steps(sink.Taken).Last());
        var client = await app.AttachAsync();
        await app.Settle(2_000); // the webhook's answer is told when the app has had time to attach
        Assert.Equal("STARTING>RUNNING", Told.Steps(sink.Taken).Last());
        client.Drop();
        await app.Settle(8_100);
        Assert.Equal("GRACE_PERIOD>DISCONNECTED", Told.Steps(sink.Taken).Last());
    });

    // Each of its transitions cost an operation for its event, and each of its steps two: 16 operations and 17 episodes on the official host.
    [Fact]
    public void A_start_costs_six_operations_and_four_episodes_whichever_comes_first_the_attach_or_the_answer() => Run(async (app, sink) =>
    {
        await app.StartAsync("warm");
        await app.AttachAsync("warm");
        await app.Settle(5_000);
        var statistics = app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Statistics;
        foreach (var attachAfterMs in new[] { 0, 500 })
        {
            var (operations, episodes) = (statistics.Operations - app.Sweeps, statistics.Episodes);
            await app.StartAsync($"s{attachAfterMs}");
            await app.Settle(attachAfterMs);
            await app.AttachAsync($"s{attachAfterMs}");
            await app.Settle(20_000);
            Assert.Equal((6, 4), (statistics.Operations - app.Sweeps - operations, statistics.Episodes - episodes));
        }

        Assert.Equal(6, sink.Taken.Count);
    });

    [Fact]
    public void A_resurrection_costs_six_operations_and_four_episodes() => Run(async (app, _) =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        await app.Settle(20_000);
        client.Drop();
        await app.Settle(5_000);
        var statistics = app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Statistics;
        var (operations, episodes, webhooks) = (statistics.Operations - app.Sweeps, statistics.Episodes, app.Webhooks.Count);
        while (app.Webhooks.Count == webhooks)
        {
            await app.Settle(100);
        }

        await app.AttachAsync(instance: "i2");
        await app.Settle(20_000);
        Assert.Equal((6, 4), (statistics.Operations - app.Sweeps - operations, statistics.Episodes - episodes));
    });

    [Fact]
    public void An_evicted_session_leaves_a_dead_letter_with_its_last_attempts_and_an_event_of_it() => Run(async (app, sink) =>
    {
        app.WebhookAnswer = _ => new HttpResponseMessage(HttpStatusCode.Gone);
        await app.StartAsync();
        await app.Settle(5_000);
        var letter = Told.Of(Assert.Single(sink.Taken, r => r.Destination == OutboxDestination.DeadLetters));
        Assert.Equal(SessionEvents.DeadLetterType, letter.Type);
        Assert.Equal(("app_gone", "app"), (letter.Data.GetProperty("reason").GetString(), letter.Data.GetProperty("blame").GetString()));
        Assert.Equal(1, letter.Data.GetProperty("attempts").GetInt32());
        Assert.Equal("http_410", Assert.Single(letter.Data.GetProperty("lastAttempts").EnumerateArray()).GetProperty("outcome").GetString());
        var @event = Assert.Single(sink.Events.Select(Told.Of), e => e.Type == SessionEvents.DeadLetterType);
        Assert.NotEqual(letter.Id, @event.Id);
        Assert.Equal(["NONE>STARTING", "STARTING>EVICTED"], Told.Steps(sink.Taken));
    });

    [Fact]
    public void A_sink_that_fails_for_ten_minutes_delays_events_and_nothing_else() => Run(async (app, sink) =>
    {
        var tries = new List<DateTimeOffset>();
        sink.Before = (_, _) =>
        {
            tries.Add(app.Time.GetUtcNow());
            throw new EventSinkException("down");
        };
        await app.StartAsync();
        var client = await app.AttachAsync();
        Assert.Equal("RUNNING", await app.StateAsync());
        for (var i = 0; i < 20; i++)
        {
            client.Drop();
            await app.Settle();
            Assert.Equal("GRACE_PERIOD", await app.StateAsync());
            client = await app.AttachAsync(reconnect: true);
            Assert.Equal("RUNNING", await app.StateAsync());
            await app.Settle(30_000);
        }

        Assert.Empty(sink.Taken);
        // 42 transitions, and none of them tried by itself.
        Assert.InRange(tries.Count, 10, 100);
        Assert.All(tries.Zip(tries.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)));
        sink.Down = false;
        await app.Settle(66_000);
        Assert.Equal([.. connect, .. Enumerable.Repeat(cycle, 20).SelectMany(c => c)], Told.Steps(sink.Taken));
        Assert.Equal(42, sink.Taken.Count);
    });

    // An event that the queue never takes kept every later one of its session back, for ever, and nobody was told which.
    [Fact]
    public void A_record_that_the_sink_refuses_for_what_it_is_is_set_aside_and_the_next_go_on()
    {
        var sink = new FlakySink();
        var tries = 0;
        sink.Before = (record, _) => record.Body.Contains("\"to\":\"RUNNING\"") && ++tries > 0
            ? throw new EventSinkException("queue lifecycle-events: 413 RequestBodyTooLarge") { IsFinal = true }
            : Task.CompletedTask;
        TestApp.Run(
            async app =>
            {
                await app.StartAsync();
                var client = await app.AttachAsync();
                await app.Settle(120_000);
                client.Drop();
                await app.Settle(60_000);

                Assert.Equal(["NONE>STARTING", .. cycle[..1], "GRACE_PERIOD>DISCONNECTED"], Told.Steps(sink.Taken).Take(3));
                Assert.Equal(Outbox.MostRefusals, tries);
                var logged = Assert.Single(app.Services.GetRequiredService<FakeLogCollector>().GetSnapshot(), record => record.Id.Id == 1304);
                Assert.Equal(LogLevel.Error, logged.Level);
                Assert.Contains("413 RequestBodyTooLarge", logged.Message);
                Assert.Contains("STARTING", logged.Message);
            },
            services => services.AddSingleton<IEventSink>(sink).AddFakeLogging().AddLogging(logging => logging.AddFilter("Lifecycle", LogLevel.Warning)));
    }

    // A queue that did not answer held every operation for two seconds, and the reconnect behind it.
    [Fact]
    public void A_sink_that_does_not_answer_holds_nothing_up() => Run(async (app, sink) =>
    {
        sink.Before = (_, _) => Task.Delay(Timeout.InfiniteTimeSpan, app.Time); // not even when it is told to give up
        await app.StartAsync();
        await app.Settle(100);
        var client = await app.AttachAsync();
        Assert.Equal("RUNNING", await app.StateAsync());
        for (var i = 0; i < 5; i++)
        {
            client.Drop();
            client = await app.AttachAsync(reconnect: true);
            Assert.Equal("RUNNING", await app.StateAsync());
            await app.Settle(1_000);
        }

        sink.Down = false;
        await app.Settle(120_000);
        Assert.Equal([.. connect, .. Enumerable.Repeat(cycle, 5).SelectMany(c => c)], Told.Steps(sink.Taken));
    });

    // A record is on its way for five seconds: it is sent once, and nobody waits for it.
    [Fact]
    public void A_slow_sink_gets_everything_once_and_in_order() => Run(async (app, sink) =>
    {
        sink.Before = (_, _) => Task.Delay(TimeSpan.FromSeconds(5), app.Time);
        await app.StartAsync();
        var client = await app.AttachAsync();
        for (var i = 0; i < 5; i++)
        {
            await app.Settle(3_000);
            client.Drop();
            client = await app.AttachAsync(reconnect: true);
        }

        await app.Settle(120_000);
        string[] all = [.. connect, .. Enumerable.Repeat(cycle, 5).SelectMany(c => c)];
        Assert.Equal(all, Told.Steps(sink.Taken));
        Assert.Equal(all.Length, sink.Taken.Count);
    });

    [Fact]
    public void A_session_that_is_forgotten_stays_as_an_outbox_until_it_is_told_and_nobody_sees_it() => Run(async (app, sink) =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        await app.Settle(1_000);
        sink.Down = true;
        await app.CallAsync("DELETE", "/api/sessions/s1");
        await app.Settle(125_000);
        Assert.Contains("@appsession@s1", app.Everything());
        Assert.Equal(404, (await app.CallAsync("GET", $"/api/sessions/s1/apps/{TestApp.Package}")).Status);
        Assert.Equal(404, (await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/revive")).Status);
        Assert.Empty((await app.CallAsync("GET", "/api/sessions/s1/apps")).Json.GetProperty("apps").EnumerateArray());

        await app.StartAsync(); // the same key lives again, before the old life is told
        sink.Down = false;
        await app.Settle(66_000);
        Assert.Equal([.. connect, "RUNNING>STOPPING", "STOPPING>STOPPED", "NONE>STARTING"], Told.Steps(sink.Taken).Take(5));
    });

    [Fact]
    public void A_forgotten_session_is_gone_from_the_store_once_everything_is_told() => Run(async (app, sink) =>
    {
        await app.StartAsync();
        await app.AttachAsync();
        await app.Settle(1_000);
        sink.Down = true;
        await app.CallAsync("DELETE", "/api/sessions/s1");
        await app.Settle(125_000);
        sink.Down = false;
        await app.Settle(66_000);
        Assert.Equal([.. connect, "RUNNING>STOPPING", "STOPPING>STOPPED"], Told.Steps(sink.Taken));
        Assert.DoesNotContain("@appsession@", app.Everything());
    });
}

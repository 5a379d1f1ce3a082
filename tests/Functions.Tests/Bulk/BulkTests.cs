using System.Net;
using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Bulk;
using Lifecycle.Functions.Secrets;
using Lifecycle.Functions.Tests.Fleet;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Bulk;

/// <summary><c>POST /api/app-sessions/{revive|stop|start}</c> and <c>/api/bulk/{bulkId}</c>.</summary>
public sealed class BulkTests
{
    const string Other = "com.example.other";

    static async Task<string> BeginAsync(TestApp app, string action, object body)
    {
        var accepted = await app.CallAsync("POST", $"/api/app-sessions/{action}", body);
        Assert.True(accepted.Status == 202, accepted.Text);
        return accepted.Json.GetProperty("bulkId").GetString()!;
    }

    static async Task<JsonElement> ViewAsync(TestApp app, string id) => (await app.CallAsync("GET", $"/api/bulk/{id}")).Json;

    static async Task<JsonElement> EndedAsync(TestApp app, string id)
    {
        for (var view = await ViewAsync(app, id); ; view = await ViewAsync(app, id))
        {
            if (view.GetProperty("state").GetString() != "running")
            {
                return view;
            }

            await app.Settle(500);
        }
    }

    static (string State, int Done, int Failed) Of(JsonElement view) => (
        view.GetProperty("state").GetString()!, view.GetProperty("done").GetInt32(), view.GetProperty("failed").GetInt32());

    static Task PutAsync(TestApp app, int count, AppState state, string prefix = "s", string package = TestApp.Package) =>
        app.PutAsync(Enumerable.Range(0, count).Select(n => (FleetStore.Id($"{prefix}{n:0000}", package), FleetStore.In(app, state))));

    static async Task<int> CountAsync(TestApp app, string query) => (await app.CallAsync("GET", $"/api/app-sessions?limit=500&{query}")).Json.GetProperty("items").GetArrayLength();

    [Fact]
    public void Nobody_is_told_by_a_dry_run_and_that_is_what_it_is_unless_it_says_otherwise() => TestApp.Run(async app =>
    {
        await PutAsync(app, 30, AppState.Evicted);
        await PutAsync(app, 5, AppState.Running, "r");
        var before = app.Everything();
        var answer = await app.CallAsync("POST", "/api/app-sessions/revive", new { filter = new { state = "EVICTED" } });
        Assert.Equal(200, answer.Status);
        Assert.Equal(("revive", true, 30, 35, true), (
            answer.Json.GetProperty("action").GetString(), answer.Json.GetProperty("dryRun").GetBoolean(), answer.Json.GetProperty("matched").GetInt32(),
            answer.Json.GetProperty("looked").GetInt32(), answer.Json.GetProperty("complete").GetBoolean()));
        Assert.Equal(Enumerable.Range(0, 10).Select(n => $"s{n:0000}:{TestApp.Package}"), answer.Json.GetProperty("sample").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(35, (await app.CallAsync("POST", "/api/app-sessions/stop", new { all = true })).Json.GetProperty("matched").GetInt32());
        await app.Settle(5_000);
        Assert.Equal(before, app.Everything());
    });

    // "revive" of a whole app said that it was done with thousands, of which a few were EVICTED.
    [Fact]
    public void A_revival_means_who_was_given_up_or_waits_and_nobody_else() => TestApp.Run(async app =>
    {
        await PutAsync(app, 3, AppState.Evicted);
        await PutAsync(app, 4, AppState.Running, "r");
        await app.StartAsync("t1");
        await app.Settle(1_000);
        var forecast = await app.CallAsync("POST", "/api/app-sessions/revive", new { all = true });
        Assert.Equal(4, forecast.Json.GetProperty("matched").GetInt32());
        Assert.Equal(("done", 4, 0), Of(await EndedAsync(app, await BeginAsync(app, "revive", new { all = true, dryRun = false }))));
    });

    // A text with commas, as it is written in an address, was no state that anybody knew.
    [Fact]
    public void Several_states_can_be_a_text_or_an_array() => TestApp.Run(async app =>
    {
        await PutAsync(app, 3, AppState.Evicted);
        await PutAsync(app, 4, AppState.Running, "r");
        await PutAsync(app, 5, AppState.Dormant, "d");
        foreach (var state in new object[] { "EVICTED,DORMANT", new[] { "EVICTED", "DORMANT" } })
        {
            var forecast = await app.CallAsync("POST", "/api/app-sessions/stop", new { filter = new { state } });
            Assert.Equal((200, 8), (forecast.Status, forecast.Json.GetProperty("matched").GetInt32()));
        }
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_filter_that_says_nothing_is_refused_and_says_what_would_mean_everything(bool dryRun) => TestApp.Run(async app =>
    {
        await PutAsync(app, 3, AppState.Running);
        foreach (var body in new object[] { new { dryRun }, new { filter = new { }, dryRun }, new { filter = new { state = Array.Empty<string>() }, all = false, dryRun } })
        {
            var refused = await app.CallAsync("POST", "/api/app-sessions/stop", body);
            Assert.Equal((400, "urn:lifecycle:problem:invalid_bulk"), (refused.Status, refused.Json.GetProperty("type").GetString()));
            Assert.Contains("\"all\": true", refused.Json.GetProperty("errors").GetProperty("filter").GetString());
        }

        await app.Settle(5_000);
        Assert.Equal(3, await CountAsync(app, "state=RUNNING"));
    });

    [Fact]
    public void Evicted_sessions_are_revived_page_by_page_at_a_pace() => TestApp.Run(async app =>
    {
        await PutAsync(app, 250, AppState.Evicted);
        await PutAsync(app, 20, AppState.Dormant, "d");
        var begun = app.Time.GetUtcNow();
        var view = await EndedAsync(app, await BeginAsync(app, "revive", new { filter = new { state = new[] { "EVICTED" } }, dryRun = false }));
        Assert.Equal(("done", 250, 0), Of(view));
        Assert.False(view.TryGetProperty("matched", out _)); // it was always the sum of the two: nobody knows it before the end
        Assert.Equal((270, "revive", "state=EVICTED"), (view.GetProperty("looked").GetInt32(), view.GetProperty("action").GetString(), view.GetProperty("filter").GetString()));
        Assert.InRange((app.Time.GetUtcNow() - begun).TotalSeconds, 4, 8); // two pauses of 2 s between three pages
        await app.Settle(2_000);
        Assert.Equal((0, 20), (await CountAsync(app, "state=EVICTED"), await CountAsync(app, "state=DORMANT")));
    });

    [Fact]
    public void A_stop_tells_the_apps_why() => TestApp.Run(async app =>
    {
        await app.StartAsync("s1");
        await app.StartAsync("t1");
        var client = await Reconnect.AppClient.AttachAsync(app);
        var view = await EndedAsync(app, await BeginAsync(app, "stop", new { filter = new { session = "s*", package = TestApp.Package }, dryRun = false, reason = "closing for the night" }));
        Assert.Equal(("done", 1, 0), Of(view));
        await app.Settle(1_000);
        Assert.Equal("closing for the night", Assert.Single(client.Of("stop")).GetProperty("reason").GetString());
        Assert.Equal(("STOPPED", "STARTING"), (await app.StateAsync("s1"), await app.StateAsync("t1")));
    });

    // A start of an app that nobody knows, or that has been away for long, would only fail: the call for one session refuses it, too.
    [Fact]
    public void Starts_that_can_only_fail_are_refused_counted_and_named() => TestApp.Run(async app =>
    {
        await app.PutAppAsync(Other);
        await PutAsync(app, 60, AppState.Stopped, "n", "com.example.nobody");
        await PutAsync(app, 3, AppState.Stopped, "o", Other);
        await PutAsync(app, 4, AppState.Evicted, "a");
        await PutAsync(app, 2, AppState.Running, "a-runs");
        await PutGateAsync(app, app.Time.GetUtcNow().AddHours(-3));
        Assert.Equal(503, (await app.CallAsync("POST", $"/api/sessions/a0000/apps/{TestApp.Package}/start")).Status);
        var view = await EndedAsync(app, await BeginAsync(app, "start", new { all = true, dryRun = false }));
        Assert.Equal(("done", 5, 64), Of(view));
        var errors = view.GetProperty("errors").EnumerateArray().Select(error => (error.GetProperty("name").GetString()!, error.GetProperty("reason").GetString())).ToList();
        Assert.Equal(BulkTally.MostNamed, errors.Count);
        Assert.Equal(4, errors.Count(error => error.Item2 == "app_unreachable" && error.Item1.StartsWith('a')));
        Assert.Equal(46, errors.Count(error => error.Item2 == "app_not_registered"));
        await app.Settle(1_000);
        Assert.Equal((3, 60, 4), (await CountAsync(app, "session=o*&state=STARTING"), await CountAsync(app, "session=n*&state=STOPPED"), await CountAsync(app, "session=a*&state=EVICTED")));
    });

    [Fact]
    public void One_that_is_stopped_in_the_middle_tells_nobody_else_and_undoes_nothing() => TestApp.Run(async app =>
    {
        await PutAsync(app, 500, AppState.Evicted);
        var id = await BeginAsync(app, "revive", new { filter = new { state = "EVICTED" }, dryRun = false });
        await app.Settle(3_000);
        var running = await ViewAsync(app, id);
        Assert.Equal("running", running.GetProperty("state").GetString());
        Assert.InRange(running.GetProperty("done").GetInt32(), 100, 300);
        var stopping = await app.CallAsync("DELETE", $"/api/bulk/{id}");
        Assert.Equal(202, stopping.Status);
        await app.Settle(1_000);
        var stopped = await ViewAsync(app, id);
        Assert.Equal("stopped", stopped.GetProperty("state").GetString());
        await app.Settle(30_000);
        var evicted = await CountAsync(app, "state=EVICTED");
        Assert.InRange(evicted, 200, 400);
        Assert.InRange(500 - evicted - stopped.GetProperty("done").GetInt32(), 0, BulkPlan.MostOnAPage); // the page under way is told to its end
        await app.Settle(30_000);
        Assert.Equal(evicted, await CountAsync(app, "state=EVICTED"));
        Assert.Equal("stopped", (await app.CallAsync("DELETE", $"/api/bulk/{id}")).Json.GetProperty("state").GetString());
        Assert.Equal("done", Of(await EndedAsync(app, await BeginAsync(app, "revive", new { filter = new { state = "EVICTED" }, dryRun = false }))).State);
    });

    [Fact]
    public void A_second_one_is_refused_while_one_is_under_way() => TestApp.Run(async app =>
    {
        await PutAsync(app, 300, AppState.Evicted);
        var id = await BeginAsync(app, "revive", new { filter = new { state = "EVICTED" }, dryRun = false });
        var second = await app.CallAsync("POST", "/api/app-sessions/stop", new { filter = new { session = "s*" }, dryRun = false });
        Assert.Equal((409, "urn:lifecycle:problem:bulk_in_progress"), (second.Status, second.Json.GetProperty("type").GetString()));
        Assert.Contains(id, second.Json.GetProperty("detail").GetString());
        Assert.Equal(200, (await app.CallAsync("POST", "/api/app-sessions/stop", new { filter = new { session = "s*" } })).Status);
        await EndedAsync(app, id);
        await BeginAsync(app, "stop", new { filter = new { session = "s0000" }, dryRun = false });
    });

    // A crowd of starts would be a backlog in which nobody can attach.
    [Fact]
    public void While_the_engine_is_behind_the_next_page_waits() => TestApp.Run(async app =>
    {
        await PutAsync(app, 300, AppState.Evicted);
        var id = await BeginAsync(app, "revive", new { filter = new { state = "EVICTED" }, dryRun = false });
        await app.Settle(10);
        app.Engine().StandStill(TimeSpan.FromSeconds(20));
        await app.Settle(60_000);
        Assert.InRange((await ViewAsync(app, id)).GetProperty("done").GetInt32(), 100, 300);
        Assert.Equal(("done", 300, 0), Of(await EndedAsync(app, id)));
    });

    // The activity is done at least once: its host may be killed before it has said so.
    [Fact]
    public void A_page_that_is_told_twice_starts_nobody_twice_and_nobody_who_was_stopped_since() => TestApp.Run(async app =>
    {
        await PutAsync(app, 3, AppState.Evicted);
        var plan = new BulkPlan("b1", BulkAction.Start, new SessionFilter { Session = new NameFilter("s", IsPrefix: true) }, app.Time.GetUtcNow());
        var step = new BulkStep(plan, null, app.Time.GetUtcNow());
        var pages = ActivatorUtilities.CreateInstance<BulkPages>(app.Services);
        Assert.Equal(3, (await pages.Tell(step, app.Client())).Tally.Done);
        await app.Settle(1_000);
        var epochs = await EpochsAsync(app);
        await app.CallAsync("POST", $"/api/sessions/s0001/apps/{TestApp.Package}/stop");
        await app.Settle(1_000);
        var webhooks = app.Webhooks.Count;
        var again = await pages.Tell(step, app.Client());
        await app.Settle(1_000);
        Assert.Equal((2, "STOPPED", webhooks), (again.Tally.Done, await app.StateAsync("s0001"), app.Webhooks.Count));
        Assert.Equal((epochs[0], epochs[2]), ((await EpochsAsync(app))[0], (await EpochsAsync(app))[2]));
    });

    static async Task<int[]> EpochsAsync(TestApp app) =>
        [.. (await app.CallAsync("GET", "/api/app-sessions")).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("epoch").GetInt32())];

    [Fact]
    public void A_long_one_begins_anew_with_a_short_history_and_counts_on() => TestApp.Run(async app =>
    {
        await PutAsync(app, (BulkRun.PagesPerHistory * BulkPlan.MostOnAPage) + 150, AppState.Stopped, package: "com.example.nobody");
        var view = await EndedAsync(app, await BeginAsync(app, "stop", new { filter = new { package = "com.example.no*" }, dryRun = false }));
        Assert.Equal(("done", 2_650, 0), Of(view));
        var instance = Assert.Single(app.Engine().Store.ReadOrchestrations(BulkRun.InstanceIdOf(""), null, 10));
        Assert.InRange(app.Engine().Store.ReadHistory(instance.InstanceId).Count, 1, 100);
    });

    [Fact]
    public void One_survives_a_host_that_is_stopped_in_the_middle()
    {
        var folder = Directory.CreateTempSubdirectory("lifecycle-bulk-").FullName;
        TestApp.Run(
            async app =>
            {
                await PutAsync(app, 350, AppState.Evicted);
                var id = await BeginAsync(app, "revive", new { filter = new { state = "EVICTED" }, dryRun = false });
                await app.Settle(2_500);
                await app.RestartAsync(() => { });
                Assert.Equal("running", (await ViewAsync(app, id)).GetProperty("state").GetString());
                Assert.Equal(("done", 350, 0), Of(await EndedAsync(app, id)));
                await app.Settle(1_000);
                Assert.Equal(0, await CountAsync(app, "state=EVICTED"));
            },
            data: folder);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void An_app_that_is_away_is_looked_for_at_once_and_not_for_every_session() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        await PutAsync(app, 250, AppState.Evicted);
        await PutGateAsync(app, app.Time.GetUtcNow().AddHours(-3));
        await EndedAsync(app, await BeginAsync(app, "revive", new { filter = new { state = "EVICTED" }, dryRun = false }));
        Assert.InRange(app.Webhooks.Count, 1, 2); // the next probe was half an hour away
    });

    // Of an app that has been away since then, was looked for half an hour ago, and will be in half an hour.
    static Task PutGateAsync(TestApp app, DateTimeOffset since)
    {
        var now = app.Time.GetUtcNow();
        var gate = new AppGate
        {
            Breaker = new Breaker { State = BreakerState.Open, OutageBegan = since, NextProbeAt = now.AddMinutes(30), SpacingMs = 3_600_000 },
            Incident = new Incident { Id = "inc1", Cause = IncidentCause.Unreachable, BeganAt = since, OpenedAt = since },
        };
        var registration = new AppRegistration { WebhookUrl = "http://app.example/hook", WebhookSecrets = [app.Services.GetRequiredService<SecretVault>().Seal(TestApp.Package, WebhookSecret.Make())] };
        return app.PutAsync([(AppEntity.IdOf(TestApp.Package).ToString(), (string?)JsonSerializer.Serialize(new AppDocument { Registration = registration, Gate = gate }))]);
    }
}

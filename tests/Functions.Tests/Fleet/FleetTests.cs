using System.Net;
using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Fleet;

/// <summary><c>GET /api/fleet</c>.</summary>
public sealed class FleetTests
{
    static async Task<JsonElement> FleetAsync(TestApp app)
    {
        var answer = await app.CallAsync("GET", "/api/fleet");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json;
    }

    static async Task<JsonElement> SweptAsync(TestApp app)
    {
        var now = app.Time.GetUtcNow();
        await app.Settle(30_500 - (now.Second % 30 * 1_000) - now.Millisecond);
        return await FleetAsync(app);
    }

    static int CountIn(JsonElement states, string state) => states.TryGetProperty(state, out var count) ? count.GetInt32() : 0;

    [Fact]
    public void Before_the_first_sweep_the_fleet_is_empty_and_the_platform_is_known() => TestApp.Run(async app =>
    {
        var fleet = await FleetAsync(app);
        Assert.False(fleet.TryGetProperty("at", out _));
        Assert.False(fleet.TryGetProperty("rates", out _));
        Assert.Equal((0, 0, 0), (fleet.GetProperty("total").GetInt32(), fleet.GetProperty("byApp").GetArrayLength(), fleet.GetProperty("history").GetArrayLength()));
        var platform = fleet.GetProperty("platform");
        Assert.True(platform.GetProperty("canary").GetProperty("works").GetBoolean());
        Assert.InRange(platform.GetProperty("engineLagMs").GetInt64(), 0, 50);
        Assert.False(platform.TryGetProperty("sweep", out _));
    });

    [Fact]
    public void A_sweep_counts_sessions_by_state_and_app() => TestApp.Run(async app =>
    {
        await app.PutAppAsync("com.example.other");
        await app.PutAsync(
        [
            (FleetStore.Id("s1"), FleetStore.In(app, AppState.Evicted)),
            (FleetStore.Id("s2"), FleetStore.In(app, AppState.Evicted)),
            (FleetStore.Id("s3"), FleetStore.In(app, AppState.Dormant)),
            (FleetStore.Id("s1", "com.example.other"), FleetStore.In(app, AppState.Evicted)),
        ]);
        var fleet = await SweptAsync(app);
        Assert.Equal((4, 3, 1), (fleet.GetProperty("total").GetInt32(), CountIn(fleet.GetProperty("byState"), "EVICTED"), CountIn(fleet.GetProperty("byState"), "DORMANT")));
        var apps = fleet.GetProperty("byApp").EnumerateArray().ToList();
        Assert.Equal([TestApp.Package, "com.example.other"], apps.Select(one => one.GetProperty("packageName").GetString()));
        Assert.Equal((3, 2), (apps[0].GetProperty("total").GetInt32(), CountIn(apps[0].GetProperty("byState"), "EVICTED")));
        Assert.False(fleet.TryGetProperty("otherApps", out _));
        var sweep = fleet.GetProperty("platform").GetProperty("sweep");
        Assert.Equal((4, 0, 0), (sweep.GetProperty("sessions").GetInt32(), sweep.GetProperty("asked").GetInt32(), sweep.GetProperty("left").GetInt32()));
        Assert.Equal(sweep.GetProperty("at").GetDateTimeOffset(), fleet.GetProperty("at").GetDateTimeOffset());
        await app.ForgetAsync(FleetStore.Id("s1"), FleetStore.Id("s2"));
        fleet = await SweptAsync(app);
        Assert.Equal([4, 2], fleet.GetProperty("history").EnumerateArray().Select(point => point.GetProperty("byState").EnumerateObject().Sum(state => state.Value.GetInt32())));
    });

    // Three apps come back by themselves after two seconds, one is asked by a webhook, and one is a false alarm.
    [Fact]
    public void Rates_are_those_of_what_happened() => TestApp.Run(async app =>
    {
        foreach (var n in Enumerable.Range(0, 5))
        {
            await app.StartAsync($"s{n}");
        }

        var clients = new List<VirtualClient>();
        foreach (var n in Enumerable.Range(0, 5))
        {
            clients.Add(await app.AttachAsync($"s{n}"));
        }

        await app.Settle(5_000);
        clients.ForEach(client => client.Drop());
        await app.Settle(2_000);
        foreach (var n in Enumerable.Range(0, 3))
        {
            await app.AttachAsync($"s{n}", reconnect: true);
        }

        var webhooks = app.Webhooks.Count;
        while (app.Webhooks.Count < webhooks + 2)
        {
            await app.Settle(100);
        }

        await app.AttachAsync("s3", "i2");
        await app.AttachAsync("s4", "i1");
        await app.Settle(6_000);
        var rates = (await SweptAsync(app)).GetProperty("rates");
        Assert.Equal(5, rates.GetProperty("graces").GetInt32());
        Assert.Equal((0.6, 0.4, 0.5), (rates.GetProperty("reconnectSuccess").GetDouble(), rates.GetProperty("resurrections").GetDouble(), rates.GetProperty("falseResurrections").GetDouble()));
        Assert.InRange(rates.GetProperty("reconnectLatencyMs").GetProperty("p50").GetInt32(), 1_800, 2_400);
        Assert.InRange(rates.GetProperty("reconnectLatencyMs").GetProperty("p95").GetInt32(), 6_000, 12_000); // the one that came late
        Assert.Equal(30_000, rates.GetProperty("windowMs").GetInt64());
    });

    [Fact]
    public void Open_incidents_are_shown_until_they_end() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        foreach (var n in Enumerable.Range(0, 6))
        {
            await app.StartAsync($"s{n}");
        }

        await app.Settle(60_000);
        var incident = Assert.Single((await SweptAsync(app)).GetProperty("incidents").EnumerateArray());
        var known = (await app.CallAsync("GET", $"/api/apps/{TestApp.Package}/health")).Json.GetProperty("incident");
        Assert.Equal((TestApp.Package, known.GetProperty("id").GetString()), (incident.GetProperty("packageName").GetString(), incident.GetProperty("id").GetString()));
        Assert.Equal("unreachable", incident.GetProperty("cause").GetString());
        app.WebhookAnswer = _ => new HttpResponseMessage(HttpStatusCode.Accepted);
        foreach (var n in Enumerable.Range(0, 6))
        {
            await app.AttachAsync($"s{n}");
        }

        await app.Settle(60_000);
        Assert.Empty((await SweptAsync(app)).GetProperty("incidents").EnumerateArray());
    });

    [Fact]
    public void The_platforms_troubles_are_shown() => TestApp.Run(
        async app =>
        {
            await app.StartAsync();
            await app.AttachAsync();
            await app.PutAsync(FleetStore.Id("s2"), FleetStore.In(app, AppState.Stopped) with { Deadline = app.Time.GetUtcNow().AddSeconds(5) }); // its timer never comes
            app.Services.GetRequiredService<SignalRServiceCore>().Faults.RefuseConnections = true;
            var platform = (await SweptAsync(app)).GetProperty("platform");
            Assert.InRange(platform.GetProperty("timers").GetProperty("lateMs").GetInt64(), 24_000, 26_000);
            Assert.InRange(platform.GetProperty("outbox").GetProperty("waiting").GetInt32(), 1, 4);
            Assert.InRange(platform.GetProperty("outbox").GetProperty("oldestAgeMs").GetInt64(), 29_000, 31_000);
            Assert.False(platform.GetProperty("canary").GetProperty("works").GetBoolean());
            Assert.Equal((1, 0), (platform.GetProperty("sweep").GetProperty("asked").GetInt32(), platform.GetProperty("sweep").GetProperty("left").GetInt32()));
        },
        services => services.AddSingleton<IEventSink, NoSink>());

    [Fact]
    public void A_stuck_engine_and_an_unreadable_state_leave_the_rest_to_be_seen() => TestApp.Run(async app =>
    {
        await app.PutAsync([(FleetEntity.Id.ToString(), (string?)"{\"Points\":7}")]);
        await app.StartAsync();
        await app.Settle(31_000); // the sweep goes on: what it found cannot be written down
        Assert.Equal("STARTING", await app.StateAsync());
        await app.PutAsync([(FleetEntity.Id.ToString(), null)]);
        Assert.Equal(1, (await SweptAsync(app)).GetProperty("total").GetInt32());
        app.Engine().StandStill(TimeSpan.FromMinutes(1));
        await app.Settle(3_000);
        var fleet = await FleetAsync(app);
        Assert.Equal(1, fleet.GetProperty("total").GetInt32());
    });

    // One entity is read, however many sessions there are; and a sweep costs one operation more.
    [Fact]
    public void A_fleet_of_any_size_costs_one_entity() => TestApp.Run(async app =>
    {
        await app.PutAsync(Enumerable.Range(0, 3_000).Select(n => (FleetStore.Id($"s{n}"), FleetStore.In(app, AppState.Evicted))));
        await SweptAsync(app);
        await FleetAsync(app); // pulses, and a look
        var (reads, operations) = (app.Engine().Statistics.Reads, app.Engine().Statistics.Operations);
        await FleetAsync(app);
        Assert.Equal(1 + Backlog.Pulses, app.Engine().Statistics.Reads - reads);
        await app.Settle(3_000);
        operations = app.Engine().Statistics.Operations;
        await app.Settle(30_000);
        Assert.Equal(1, app.Engine().Statistics.Operations - operations);
    });

    sealed class NoSink : IEventSink
    {
        public Task SendAsync(OutboxRecord record, CancellationToken cancellation) => throw new EventSinkException("nobody takes it");
    }
}

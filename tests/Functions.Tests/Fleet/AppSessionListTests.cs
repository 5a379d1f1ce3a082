using System.Text.Json;
using Lifecycle.Entities;

namespace Lifecycle.Functions.Tests.Fleet;

/// <summary><c>GET /api/app-sessions</c>.</summary>
public sealed class AppSessionListTests
{
    static async Task<JsonElement> ListAsync(TestApp app, string query)
    {
        var answer = await app.CallAsync("GET", $"/api/app-sessions?{query}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json;
    }

    static async Task<string[]> FindAsync(TestApp app, string query) =>
        [.. (await ListAsync(app, query)).GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("sessionId")}:{item.GetProperty("packageName")}")];

    [Fact]
    public void A_session_is_listed_as_its_own_page_shows_it() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var client = await app.AttachAsync();
        client.Drop();
        await app.Settle(15_000);
        var (item, session) = (Assert.Single((await ListAsync(app, "")).GetProperty("items").EnumerateArray()), await app.SessionAsync());
        foreach (var name in new[] { "sessionId", "packageName", "state", "since", "reason", "blame", "epoch", "instanceId" })
        {
            Assert.Equal(session.GetProperty(name).ToString(), item.GetProperty(name).ToString());
        }

        Assert.Equal(session.GetProperty("run").GetProperty("attempt").GetInt32(), item.GetProperty("attempt").GetInt32());
    });

    [Fact]
    public void Filters_can_be_put_together() => TestApp.Run(async app =>
    {
        await app.PutAsync(
        [
            (FleetStore.Id("s1"), FleetStore.In(app, AppState.Running)),
            (FleetStore.Id("s2"), FleetStore.In(app, AppState.Evicted, Blame.App, 60)),
            (FleetStore.Id("s3"), FleetStore.In(app, AppState.Evicted, Blame.Network)),
            (FleetStore.Id("s3", "com.example.other"), FleetStore.In(app, AppState.Backoff, Blame.Network)),
        ]);
        Assert.Equal(4, (await FindAsync(app, "")).Length);
        Assert.Equal([$"s2:{TestApp.Package}", $"s3:{TestApp.Package}"], await FindAsync(app, "state=EVICTED"));
        Assert.Equal([$"s3:{TestApp.Package}", "s3:com.example.other"], await FindAsync(app, "state=EVICTED,BACKOFF&blame=network"));
        Assert.Equal(["s3:com.example.other"], await FindAsync(app, "package=com.example.o*"));
        Assert.Equal([$"s2:{TestApp.Package}"], await FindAsync(app, "since=2025-12-31T23:58:00Z"));
        Assert.Equal([$"s2:{TestApp.Package}"], await FindAsync(app, "since=2026-01-01T00:58:00%2B01:00&session=s*"));
        Assert.Empty(await FindAsync(app, "package=com.example.nobody"));
    });

    [Fact]
    public void Pages_follow_each_other_and_the_last_one_has_no_next() => TestApp.Run(async app =>
    {
        await app.PutAsync(Enumerable.Range(0, 600).Select(n => (FleetStore.Id($"s{n:000}"), FleetStore.In(app, n % 5 == 0 ? AppState.Evicted : AppState.Running))));
        var (found, pages, query) = (new List<string>(), 0, "state=EVICTED&limit=50");
        for (string? next = ""; next is not null; pages++)
        {
            var page = await ListAsync(app, $"{query}&cursor={next}");
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("sessionId").GetString()!));
            next = page.TryGetProperty("next", out var more) ? more.GetString() : null;
        }

        Assert.Equal((120, 3), (found.Distinct().Count(), pages));
        Assert.Equal(found.Order(StringComparer.Ordinal), found);
    });

    [Fact]
    public void A_cursor_of_another_filter_is_refused() => TestApp.Run(async app =>
    {
        await app.PutAsync(Enumerable.Range(0, 20).Select(n => (FleetStore.Id($"s{n:000}"), FleetStore.In(app, AppState.Running))));
        var next = (await ListAsync(app, "limit=5")).GetProperty("next").GetString();
        Assert.Equal(200, (await app.CallAsync("GET", $"/api/app-sessions?limit=7&cursor={next}")).Status);
        var refused = await app.CallAsync("GET", $"/api/app-sessions?state=RUNNING&cursor={next}");
        Assert.Equal((400, "urn:lifecycle:problem:invalid_query"), (refused.Status, refused.Json.GetProperty("type").GetString()));
        Assert.Contains("same filter", refused.Json.GetProperty("errors").GetProperty("cursor").GetString());
    });

    // Whoever is forgotten can have something left to tell; what another release wrote need not be readable; older ones wrote numbers and other orders.
    [Fact]
    public void What_is_stored_otherwise_is_read_all_the_same_or_passed_over() => TestApp.Run(async app =>
    {
        string Key(string session) => AppSessionEntity.IdOf(FleetStore.Id(session)).ToString();
        await app.PutAsync(
        [
            (Key("s1"), JsonSerializer.Serialize(new AppSessionDocument())),
            (Key("s2"), """{"Session":{"State":3,"Since":"2026-01-01T00:00:00+00:00"}}"""),
            (Key("s3"), """{"outbox":{},"session":{"trail":[],"attachment":{"state":"EVICTED"},"since":"2026-01-01T00:00:00+00:00","state":"RUNNING","epoch":7}}"""),
            (Key("s4"), """{"Session":{"State":"HAUNTED","Since":"2026-01-01T00:00:00+00:00"}}"""),
            (Key("s5"), """{"Session":"""),
            (Key("s6"), """{}"""),
            (Key("s7"), """{"Note":"?","Session":{"State":"RUNNING","Since":"2026-01-01T00:00:00+00:00","Trail":null}}""".Replace("?", new string('x', 2_000))),
        ]);
        foreach (var query in new[] { "", "state=RUNNING", "since=2025-01-01", "blame=unknown" })
        {
            Assert.Equal([$"s2:{TestApp.Package}", $"s3:{TestApp.Package}", $"s7:{TestApp.Package}"], await FindAsync(app, query));
        }

        Assert.Empty(await FindAsync(app, "state=EVICTED"));
    });
}

using System.Diagnostics.Metrics;
using Lifecycle.Entities;
using Lifecycle.Functions.Tests.Reconnect;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Lifecycle.Functions.Tests.Moves;

/// <summary><c>POST /api/move</c> at one host.</summary>
public sealed class MoveTests
{
    static async Task<TestApp.Answer> MoveAsync(TestApp app, object? body = null)
    {
        var accepted = await app.CallAsync("POST", "/api/move", body ?? new { });
        Assert.True(accepted.Status == 202, accepted.Text);
        await app.Settle(3_000);
        return await app.CallAsync("GET", $"/api/moves/{accepted.Json.GetProperty("moveId")}");
    }

    static (int Looked, int Told, int Failed) CountsOf(TestApp.Answer move) =>
        (move.Json.GetProperty("looked").GetInt32(), move.Json.GetProperty("told").GetInt32(), move.Json.GetProperty("failed").GetInt32());

    [Fact]
    public void Attached_apps_are_told_and_nobody_else() => TestApp.Run(async app =>
    {
        await app.PutAppAsync("com.example.other");
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        await app.StartAsync("s2"); // not attached
        var move = await MoveAsync(app, new { packageName = TestApp.Package, windowMs = 5_000, url = "https://other.example/base" });
        Assert.Equal((2, 1, 0), CountsOf(move));
        Assert.Equal("told", move.Json.GetProperty("state").GetString());
        var order = Assert.Single(client.Of("move"));
        Assert.Equal(["afterMs", "url"], order.EnumerateObject().Select(member => member.Name).Order());
        Assert.InRange(order.GetProperty("afterMs").GetInt32(), 0, 5_000);
        Assert.Equal("https://other.example/base", order.GetProperty("url").GetString());

        Assert.Equal((2, 0, 0), CountsOf(await MoveAsync(app, new { packageName = "com.example.other" })));
        await MoveAsync(app);
        Assert.False(client.Of("move")[^1].TryGetProperty("url", out _));
    });

    [Fact]
    public void An_app_that_moves_within_the_host_takes_its_session_over_and_keeps_its_state() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var moving = new MovingApp("s1", _ => app);
        await moving.AttachAsync(app);
        var first = moving.Client;
        await MoveAsync(app, new { windowMs = 1_000 });
        await moving.MovedAsync();
        await app.Settle(30_000);
        Assert.NotSame(first, moving.Client);
        Assert.Equal((true, TimeSpan.Zero), (moving.Client.Ack.GetProperty("resumed").GetBoolean(), moving.LongestGap));
        Assert.Equal(("RUNNING", "takeover"), (await app.StateAsync(), (await app.SessionAsync()).GetProperty("reason").GetString()));
        Assert.Single(app.Webhooks); // of the start
    });

    [Fact]
    public void An_app_that_cannot_be_told_is_tried_twice_and_named_and_keeps_nobody_from_being_told() => TestApp.Run(
        async app =>
        {
            var clients = new List<AppClient>();
            foreach (var n in Enumerable.Range(0, 5))
            {
                await app.StartAsync($"s{n}");
                clients.Add(await AppClient.AttachAsync(app, session: $"s{n}"));
            }

            using var moves = new MetricCollector<long>(app.Services.GetRequiredService<IMeterFactory>(), LifecycleInstruments.MeterName, LifecycleInstruments.Moves.Name);
            var (spy, sends) = (app.Services.GetRequiredService<ConnectionSpy>(), 0);
            spy.Fails = call => call == "send move" && Interlocked.Increment(ref sends) <= 6;
            var move = await MoveAsync(app);
            // Five fail once, one of them twice.
            Assert.Equal((5, 4, 1), CountsOf(move));
            var untold = Assert.Single(move.Json.GetProperty("untold").EnumerateArray()).GetString();
            Assert.Equal(4, clients.Count(client => client.Of("move").Count == 1));
            Assert.EndsWith($":{TestApp.Package}", untold);
            Assert.Equal([("failed", 1), ("told", 4)], moves.GetMeasurementSnapshot().Select(m => ((string)m.Tags["outcome"]!, (int)m.Value)).Order());
            Assert.Equal(10, spy.Calls.Count(call => call == "send move"));
        },
        ConnectionSpy.Install);

    [Fact]
    public void A_second_move_is_refused_until_all_are_told_of_the_first() => TestApp.Run(async app =>
    {
        var first = await app.CallAsync("POST", "/api/move", new { });
        var second = await app.CallAsync("POST", "/api/move", new { });
        Assert.Equal((409, "urn:lifecycle:problem:move_in_progress"), (second.Status, second.Json.GetProperty("type").GetString()));
        Assert.Contains(first.Json.GetProperty("moveId").GetString()!, second.Json.GetProperty("detail").GetString());
        await app.Settle(1_000);
        Assert.Equal(202, (await app.CallAsync("POST", "/api/move", new { })).Status);
    });

    [Fact]
    public void A_move_reads_page_after_page() => TestApp.Run(async app =>
    {
        foreach (var n in Enumerable.Range(0, 600))
        {
            await app.CallAsync("POST", $"/api/sessions/s{n}/apps/{TestApp.Package}/start");
        }

        await app.Settle(1_000);
        Assert.Equal((600, 0, 0), CountsOf(await MoveAsync(app)));
    });
}

using System.Text.Json.Nodes;
using Lifecycle.Entities;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.Functions.Tests.Maintenance;

/// <summary>
/// A release that had added a state was rolled back. One session in the new state made every sweep fail, so no lost event of any
/// session was found any more, and nobody counted sessions.
/// </summary>
public sealed class StoredEntitiesTests
{
    [Fact]
    public void An_unreadable_session_does_not_keep_the_sweep_from_the_others() => TestApp.Run(
        async app =>
        {
            await app.PutAppAsync(policy: new { reconnectGraceMs = 60_000 });
            await app.StartAsync("s0");
            await app.StartAsync("s1");
            var client = await Reconnect.AppClient.AttachAsync(app);
            await app.Settle(11_000);
            await SpoilAsync(app, "s0");

            Reconnect.ReconcileTests.Lose(app, "disconnected");
            client.Socket.Drop();
            await app.Settle(31_000);
            Assert.Equal("connection_missing", (await app.SessionAsync()).GetProperty("reason").GetString());
            Assert.Contains(LogOf(app), record => record.Id.Id == 4104 && record.Level == LogLevel.Error && record.Message.Contains($"s0:{TestApp.Package}"));
        },
        services => services.AddFakeLogging().AddLogging(logging => logging.AddFilter("Lifecycle.Functions", LogLevel.Information)));

    [Fact]
    public void An_unreadable_session_is_left_out_of_the_list_of_its_user_session() => TestApp.Run(async app =>
    {
        await app.PutAppAsync("com.example.other");
        await app.StartAsync();
        await app.CallAsync("POST", "/api/sessions/s1/apps/com.example.other/start");
        await app.Settle();
        await SpoilAsync(app, "s1");
        var listed = (await app.CallAsync("GET", "/api/sessions/s1/apps")).Json.GetProperty("apps").EnumerateArray().ToList();
        Assert.Equal(["com.example.other"], listed.Select(session => session.GetProperty("packageName").GetString()));
    });

    // Its grace timer came while nobody could read the state: a failed signal is not repeated, and the session stayed in GRACE_PERIOD for ever.
    [Fact]
    public void A_session_whose_timer_was_missed_meanwhile_goes_on_when_it_can_be_read_again() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        (await app.AttachAsync()).Drop();
        await app.Settle(2_000);
        var mend = await SpoilAsync(app, "s1");
        await app.Settle(60_000);
        await mend();
        Assert.Equal("GRACE_PERIOD", await app.StateAsync());
        await app.Settle(120_000);
        await app.AttachAsync(instance: "i2");
        Assert.Equal("RUNNING", await app.StateAsync());
        Assert.Contains((await app.SessionAsync()).GetProperty("trail").EnumerateArray(), step => step.GetProperty("reason").GetString() == "grace_expired");
    });

    // The orchestration of its run failed with the first step that the state could not be read for, and the session waited in BACKOFF for ever.
    [Fact]
    public void A_session_whose_run_could_not_go_on_goes_on_when_it_can_be_read_again() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.ServiceUnavailable);
        await app.StartAsync();
        Assert.Equal("BACKOFF", await app.StateAsync());
        var mend = await SpoilAsync(app, "s1");
        await app.Settle(60_000);
        var webhooks = app.Webhooks.Count;
        await mend();
        app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.Accepted);
        await app.Settle(90_000);
        Assert.True(app.Webhooks.Count > webhooks);
        await app.AttachAsync();
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    // What is only there to be asked for must not keep a session from going on.
    [Theory]
    [InlineData("""[{"t":"spoilt"}]""", "[]", false)]
    [InlineData("\"spoilt\"", "[]", true)]
    [InlineData("""[{"w":"Connected"}]""", """["spoilt"]""", true)]
    public void A_session_whose_remembered_decisions_cannot_be_read_goes_on_without_them(string recent, string blocks, bool areForgotten) => TestApp.Run(
        async app =>
        {
            await app.StartAsync();
            var client = await app.AttachAsync();
            await SpoilAsync(app, "s1", stored => WithHistory(stored, recent, blocks));
            client.Drop();
            await app.Settle();
            Assert.Equal("GRACE_PERIOD", await app.StateAsync());
            (await app.AttachAsync(reconnect: true)).Drop();
            await app.Settle();
            (await app.AttachAsync(reconnect: true)).Drop();
            await app.Settle();
            Assert.Equal("GRACE_PERIOD", await app.StateAsync());
            Assert.Equal(areForgotten, LogOf(app).Any(record => record.Id.Id == 1004 && record.Message.Contains($"s1:{TestApp.Package}")));
            var explained = await app.CallAsync("GET", $"/api/sessions/s1/apps/{TestApp.Package}/explain");
            Assert.Equal((200, "Disconnected"), (explained.Status, explained.Json.GetProperty("decisions").EnumerateArray().Last().GetProperty("event").GetString()));
        },
        services => services.AddFakeLogging().AddLogging(logging => logging.AddFilter("Lifecycle", LogLevel.Information)));

    static string WithHistory(string stored, string recent, string blocks)
    {
        var document = JsonNode.Parse(stored)!;
        document["History"] = JsonNode.Parse($$"""{"Recent":{{recent}},"Blocks":{{blocks}}}""");
        return document.ToJsonString();
    }

    static IReadOnlyList<FakeLogRecord> LogOf(TestApp app) => app.Services.GetRequiredService<FakeLogCollector>().GetSnapshot();

    // Answers how to make it readable again.
    static Task<Func<Task>> SpoilAsync(TestApp app, string session) => SpoilAsync(app, session, _ => """{"Session":{"State":"A_STATE_TO_COME"}}""");

    static async Task<Func<Task>> SpoilAsync(TestApp app, string session, Func<string, string> spoilt)
    {
        var engine = app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine;
        var id = AppSessionEntity.IdOf(new AppSessionId(session, TestApp.Package)).ToString();
        var good = engine.Store.ReadEntity(id)!.State;
        await SaveAsync(spoilt(good));
        return () => SaveAsync(good);

        Task SaveAsync(string? state)
        {
            var transaction = new DurableTransaction();
            transaction.SaveEntity(id, state, app.Time.GetUtcNow());
            return engine.CommitAsync(transaction);
        }
    }
}

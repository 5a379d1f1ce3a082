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

    static IReadOnlyList<FakeLogRecord> LogOf(TestApp app) => app.Services.GetRequiredService<FakeLogCollector>().GetSnapshot();

    static Task SpoilAsync(TestApp app, string session)
    {
        var transaction = new DurableTransaction();
        var id = AppSessionEntity.IdOf(new AppSessionId(session, TestApp.Package)).ToString();
        transaction.SaveEntity(id, """{"Session":{"State":"A_STATE_TO_COME"}}""", app.Time.GetUtcNow());
        return app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.CommitAsync(transaction);
    }
}

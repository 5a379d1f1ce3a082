using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Reconnect;

public sealed class ReconcileTests
{
    internal static void Lose(TestApp app, string @event) => app.Services.GetRequiredService<SignalRServiceCore>()
        .Faults.Add(new UpstreamFault { Kind = UpstreamFaultKind.Lose, Event = @event });

    [Fact]
    public void A_loss_that_nobody_reported_is_found_within_a_minute() => TestApp.Run(async app =>
    {
        await app.PutAppAsync(policy: new { reconnectGraceMs = 60_000 });
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        await app.Settle(70_000);
        Lose(app, "disconnected");
        client.Socket.Drop();
        await app.Settle(40_000);
        var session = await app.SessionAsync();
        Assert.Equal(("GRACE_PERIOD", "connection_missing"), (session.GetProperty("state").GetString(), session.GetProperty("reason").GetString()));
    });

    [Fact]
    public void A_connection_that_nobody_reported_is_found_and_asked_for_its_name() => TestApp.Run(async app =>
    {
        await app.PutAppAsync(policy: new { resurrect = false, reconnectGraceMs = 1_000 });
        await app.StartAsync();
        var first = await AppClient.AttachAsync(app);
        first.Socket.Drop();
        await app.Settle(2_000);
        Assert.Equal("DISCONNECTED", await app.StateAsync());
        Lose(app, "connected");
        var second = await AppClient.AttachAsync(app, token: first.Token, lastSeq: 0);
        await app.Settle(41_000);

        Assert.Equal(("RUNNING", true), (await app.StateAsync(), second.Ack.GetProperty("initWanted").GetBoolean()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second.Ack.GetProperty("token").ValueKind);
        var buffered = await app.CallAsync("POST", $"/api/sessions/s1/apps/{TestApp.Package}/messages", new { body = 1 });
        Assert.Equal("buffered", buffered.Json.GetProperty("outcome").GetString());

        await second.Socket.InvokeAsync("init", new { reconnect = true, instanceId = "i1" });
        await app.Settle();
        Assert.False(second.Ack.GetProperty("initWanted").GetBoolean());
        Assert.Equal([(1, "1")], second.Messages);
        Assert.Equal(second.Socket.ConnectionId, (await app.SessionAsync()).GetProperty("connectionId").GetString());
    });

    // The library reports its own timeout as a cancellation; the whole sweep failed with it, and so did every one after it.
    [Fact]
    public void A_question_that_the_library_gives_up_does_not_end_the_sweep() => TestApp.Run(
        async app =>
        {
            await app.PutAppAsync(policy: new { resurrect = false, reconnectGraceMs = 60_000 });
            for (var i = 0; i < 16; i++)
            {
                // As many as are asked about at once, before the one that counts; by their user, and in vain.
                await app.StartAsync($"s0{i}");
                (await AppClient.AttachAsync(app, session: $"s0{i}")).Socket.Drop();
            }

            await app.StartAsync("s1");
            var client = await AppClient.AttachAsync(app);
            await app.Settle(11_000);
            Lose(app, "disconnected");
            client.Socket.Drop();
            await app.Settle(31_000);
            Assert.Equal("connection_missing", (await app.SessionAsync()).GetProperty("reason").GetString());
        },
        services => services.AddTransient<Lifecycle.Entities.IAppConnections>(provider => new Runs.ResurrectionRunTests.Unreachable(
            provider.GetRequiredService<Lifecycle.Functions.Hub.Apps>(), () => true, new TaskCanceledException("HttpClient.Timeout"))));

    [Fact]
    public void A_sweep_asks_at_most_what_the_setting_says_and_goes_on_there() => TestApp.Run(
        async app =>
        {
            await app.PutAppAsync(policy: new { reconnectGraceMs = 120_000 });
            var clients = new List<AppClient>();
            foreach (var session in new[] { "s1", "s2", "s3" })
            {
                await app.StartAsync(session);
                clients.Add(await AppClient.AttachAsync(app, session: session));
            }

            await app.Settle(11_000);
            Lose(app, "disconnected");
            clients.ForEach(client => client.Socket.Drop());
            var lost = new List<int>();
            for (var sweep = 0; sweep < 3; sweep++)
            {
                await app.Settle(30_000);
                lost.Add((await StatesAsync(app)).Count(state => state == "GRACE_PERIOD"));
            }

            Assert.Equal([1, 2, 3], lost);
        },
        services => services.AddSingleton(new Lifecycle.Functions.Settings.LifecycleSettings(DurableBackend.Exact, Policy.Default, true, new Lifecycle.Functions.Settings.KeyRingSetting.InMemory()) { MaxQuestionsPerSweep = 1 }));

    static async Task<List<string>> StatesAsync(TestApp app)
    {
        var states = new List<string>();
        foreach (var session in new[] { "s1", "s2", "s3" })
        {
            states.Add(await app.StateAsync(session));
        }

        return states;
    }
}

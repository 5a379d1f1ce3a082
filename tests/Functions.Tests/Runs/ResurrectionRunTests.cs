using Lifecycle.Entities;
using Lifecycle.Functions.Hub;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Runs;

/// <summary>A run goes on whatever fails around it.</summary>
public sealed class ResurrectionRunTests
{
    // A failed activity ended the orchestration, and the session waited for ever in STARTING.
    [Fact]
    public void A_webhook_that_cannot_be_sent_is_an_attempt_that_failed() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => throw new InvalidOperationException("not a way in which HTTP fails");
        await app.StartAsync();
        Assert.Equal("BACKOFF", await app.StateAsync());
        app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.Accepted);
        await app.Settle(4_000);
        await app.AttachAsync();
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    [Fact]
    public void A_SignalR_service_that_cannot_be_asked_delays_the_webhook()
    {
        var failures = 2;
        TestApp.Run(
            async app =>
            {
                await app.StartAsync();
                Assert.Empty(app.Webhooks);
                await app.Settle(9_900);
                Assert.Empty(app.Webhooks);
                await app.Settle(200);
                Assert.Single(app.Webhooks);
            },
            services => services.AddTransient<IAppConnections>(p => new Unreachable(p.GetRequiredService<Apps>(), () => failures-- > 0)));
    }

    // Microsoft's emulator answers a question for a user in a way that its own library throws at: no webhook was ever sent.
    [Fact]
    public void A_SignalR_service_that_can_never_be_asked_is_asked_three_times_and_then_the_webhook_goes_out() => TestApp.Run(
        async app =>
        {
            await app.StartAsync();
            await app.Settle(9_900);
            Assert.Empty(app.Webhooks);
            await app.Settle(500);
            Assert.Single(app.Webhooks);
            var attempts = (await app.SessionAsync()).GetProperty("run").GetProperty("lastAttempts");
            Assert.Equal("not_looked", attempts[0].GetProperty("outcome").GetString());
            await app.AttachAsync();
            Assert.Equal("RUNNING", await app.StateAsync());
        },
        services => services.AddTransient<IAppConnections>(p => new Unreachable(p.GetRequiredService<Apps>(), () => true)));

    [Fact]
    public void A_connection_whose_event_was_lost_is_adopted_without_a_webhook() => TestApp.Run(async app =>
    {
        await app.StartAsync();
        var first = await app.AttachAsync();
        var core = app.Services.GetRequiredService<Lifecycle.Local.SignalR.SignalRServiceCore>();
        core.Faults.Add(new() { Kind = Lifecycle.Local.SignalR.UpstreamFaultKind.Lose, Event = "connected" });
        first.Drop();
        var second = await app.AttachAsync();
        core.Faults.Clear();
        Assert.Equal("GRACE_PERIOD", await app.StateAsync());
        var webhooks = app.Webhooks.Count;

        await app.Settle(10_000);
        Assert.Equal(("RUNNING", webhooks), (await app.StateAsync(), app.Webhooks.Count));

        await second.InvokeAsync("init", new { instanceId = "i1" }); // the connection gets its name by its first call
        await app.Settle();
        Assert.Equal(second.ConnectionId, (await app.SessionAsync()).GetProperty("connectionId").GetString());
        second.Drop();
        await app.Settle();
        Assert.Equal("GRACE_PERIOD", await app.StateAsync());
    });

    // Somebody purged the orchestration, or a release could not replay it: the session waited in BACKOFF for ever.
    [Fact]
    public void A_run_whose_orchestration_is_gone_goes_on_within_six_minutes() => TestApp.Run(async app =>
    {
        app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.ServiceUnavailable);
        await app.StartAsync();
        var client = app.Services.GetRequiredService<EmbeddedDurableBackend>().Client;
        var run = (await app.SessionAsync()).GetProperty("run").GetProperty("id").GetString()!;
        var instance = RunInput.InstanceIdOf(RunInput.OrchestratorName, new AppSessionId("s1", TestApp.Package), run);
        await client.TerminateInstanceAsync(instance);
        await client.PurgeInstanceAsync(instance);
        app.WebhookAnswer = _ => new(System.Net.HttpStatusCode.Accepted);

        await app.Settle(4 * 60_000);
        Assert.Equal(("BACKOFF", 1), (await app.StateAsync(), app.Webhooks.Count));
        await app.Settle(2 * 60_000);
        Assert.InRange(app.Webhooks.Count, 2, 5);
        await app.AttachAsync();
        Assert.Equal("RUNNING", await app.StateAsync());
    });

    internal sealed class Unreachable(IAppConnections real, Func<bool> fails, Exception? failure = null) : IAppConnections
    {
        public Task SendAsync(AppSessionId user, string? connectionId, string target, object payload) => real.SendAsync(user, connectionId, target, payload);

        public Task CloseAsync(string connectionId, string reason) => real.CloseAsync(connectionId, reason);

        public Task JoinAsync(AppSessionId user, string group, TimeSpan ttl) => real.JoinAsync(user, group, ttl);

        public Task LeaveAsync(AppSessionId user, string group) => real.LeaveAsync(user, group);

        public Task LeaveAllAsync(AppSessionId user) => real.LeaveAllAsync(user);

        public Task<bool> ExistsAsync(AppSessionId user, CancellationToken cancellation) =>
            fails() ? throw failure ?? new HttpRequestException("The service is away.") : real.ExistsAsync(user, cancellation);

        public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation) => real.ExistsAsync(connectionId, cancellation);

        public Task<bool> IsInAsync(AppSessionId user, string group) => real.IsInAsync(user, group);

        public IAsyncEnumerable<IReadOnlyList<ListedConnection>> ReadRollAsync(int roll, CancellationToken cancellation) => real.ReadRollAsync(roll, cancellation);
    }
}

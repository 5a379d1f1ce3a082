using Lifecycle.Entities;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Maintenance;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Lifecycle.Functions.Tests.Evidence;

/// <summary>Sessions that were held back while the service was away and whose apps do not come: who tells them that it is back, and when.</summary>
public sealed class HeldSessionsTests
{
    const int Sessions = 5;

    readonly FakeLogCollector log = new();

    void WithLog(IServiceCollection services) => services.AddSingleton<ILogger<HeldSessions>>(new FakeLogger<HeldSessions>(log));

    static void Refuse(TestApp app, bool refuse) => app.Services.GetRequiredService<SignalRServiceCore>().Faults.RefuseConnections = refuse;

    static long Signals(TestApp app) =>
        app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Statistics.Messages.GetValueOrDefault(MessageKind.Signal);

    /// <summary>Their app dies with the service, which comes back after nine minutes: by then each of them looks every few minutes only.</summary>
    static async Task LoseForLongAsync(TestApp app)
    {
        await app.PutAppAsync(policy: new { reconnectGraceMs = 6_000, aliveLimitMs = 3_600_000, initialSpreadMs = 0 });
        List<VirtualClient> clients = [];
        for (var n = 0; n < Sessions; n++)
        {
            await app.StartAsync($"s{n}");
            clients.Add(await app.AttachAsync($"s{n}"));
        }

        Refuse(app, true);
        clients.ForEach(client => client.Drop());
        await app.Settle(540_000);
        Refuse(app, false);
        app.Webhooks.Clear();
    }

    static async Task<List<string>> StatesAsync(TestApp app)
    {
        List<string> states = [];
        for (var n = 0; n < Sessions; n++)
        {
            states.Add(await app.StateAsync($"s{n}"));
        }

        return states;
    }

    // The sessions of an app that had died meanwhile waited for their own next look, five minutes later.
    [Fact]
    public void HeldSessions_OnceTheServiceIsBack_AreToldOnceAndAfterAWholeGraceWindow() => TestApp.Run(async app =>
    {
        await LoseForLongAsync(app);
        var before = Signals(app);
        await app.Settle(5_900);
        Assert.Equal(before, Signals(app));
        Assert.All(await StatesAsync(app), state => Assert.Equal("GRACE_PERIOD", state));
        await app.Settle(3_000);
        Assert.InRange(app.Webhooks.Count, 1, 3); // the first flight; the others wait for its verdict
        Assert.All(await StatesAsync(app), state => Assert.NotEqual("GRACE_PERIOD", state));
        Assert.StartsWith("The SignalR service is back for a whole grace window; 5 sessions", Assert.Single(log.GetSnapshot()).Message);
    }, WithLog);

    [Fact]
    public void HeldSessions_ThatHaveComeBack_AreToldNothing() => TestApp.Run(async app =>
    {
        await LoseForLongAsync(app);
        await app.Settle(1_300);
        for (var n = 0; n < Sessions; n++)
        {
            await app.AttachAsync($"s{n}");
        }

        var before = Signals(app);
        await app.Settle(10_000);
        Assert.Equal(before, Signals(app));
        Assert.Empty(app.Webhooks);
        Assert.StartsWith("The SignalR service is back for a whole grace window; 0 sessions", Assert.Single(log.GetSnapshot()).Message);
    }, WithLog);

    // The process that had seen the service come back was replaced before it could tell anybody.
    [Fact]
    public void Reconcile_WhenNobodyElseHasToldThem_TellsThemWithinASweepOfAGraceWindow() => TestApp.Run(
        async app =>
        {
            await LoseForLongAsync(app);
            await app.Settle(6_500);
            Assert.All(await StatesAsync(app), state => Assert.Equal("GRACE_PERIOD", state));
            await app.Settle(33_000);
            Assert.NotEmpty(app.Webhooks);
            Assert.All(await StatesAsync(app), state => Assert.NotEqual("GRACE_PERIOD", state));
        },
        services => services.AddSingleton<IServiceWatch>(provider => new Deaf(provider.GetRequiredService<ServiceWatch>())));

    /// <summary>Tells nobody that the service is back.</summary>
    sealed class Deaf(ServiceWatch watch) : IServiceWatch
    {
        public ServiceSight Last => watch.Last;

        public bool TakesClient() => watch.TakesClient();

        public ValueTask<ServiceSight> LookAsync(CancellationToken cancellation) => watch.LookAsync(cancellation);

        public void Attached(DateTimeOffset? negotiatedAt) => watch.Attached(negotiatedAt);

        public void Lost() => watch.Lost();

        public void Suspect() => watch.Suspect();

        public void OnBack(Func<DateTimeOffset, CancellationToken, Task> handler)
        {
            // Gone before it could.
        }
    }
}

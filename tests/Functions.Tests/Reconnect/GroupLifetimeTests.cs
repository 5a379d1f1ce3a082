using Lifecycle.Entities;
using Lifecycle.Functions.Maintenance;
using Lifecycle.Functions.Settings;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.SignalR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Tests.Reconnect;

/// <summary>What becomes of subscriptions over days, on a service that drops memberships without a word.</summary>
public sealed class GroupLifetimeTests
{
    const double Hour = 3_600_000;
    static readonly AppSessionId id = new("s1", TestApp.Package);
    static readonly LifecycleSettings settings = new(DurableBackend.Exact, Policy.Default, true, new KeyRingSetting.InMemory());

    static string[] Streams(int count) => [.. Enumerable.Range(0, count).Select(n => $"stream{n}")];

    static IServiceApi Service(TestApp app) => app.Services.GetRequiredService<SignalRServiceCore>().Api;

    static async Task<AppClient> SubscribedAsync(TestApp app, string[] streams, object? policy = null)
    {
        await app.PutAppAsync(policy: policy);
        await app.StartAsync();
        var client = await AppClient.AttachAsync(app);
        await client.Socket.InvokeAsync("setSubscriptions", streams, 0);
        await app.Settle();
        return client;
    }

    static async Task<AppClient> DropAndReconnectAsync(TestApp app, AppClient client, double awayMs = 1_000)
    {
        client.Socket.Drop();
        await app.Settle(awayMs);
        var next = await AppClient.AttachAsync(app, token: client.Token);
        Assert.True(next.Ack.GetProperty("resumed").GetBoolean());
        return next;
    }

    /// <summary>Publishes to every stream: the client must hear each once.</summary>
    static async Task AssertHearsAsync(TestApp app, AppClient client, params string[] streams)
    {
        var before = client.Of("data").Count;
        foreach (var stream in streams)
        {
            await Service(app).SendAsync("apps", SendTarget.Group($"s1/{stream}"), "data", [stream]);
        }

        await app.Settle();
        Assert.Equal(streams, client.Of("data").Skip(before).Select(d => d.GetString()));
    }

    // On Azure SignalR an app with more than 99 subscriptions came back from its first lost socket deaf to those that it had named first.
    [Theory]
    [InlineData(150)]
    [InlineData(1_000)]
    public void Every_publication_is_heard_after_a_reconnect(int count) => TestApp.Run(async app =>
    {
        var first = await SubscribedAsync(app, Streams(count));
        await AssertHearsAsync(app, first, Streams(count));
        await AssertHearsAsync(app, await DropAndReconnectAsync(app, first), Streams(count));
    });

    // Attached for longer than the memberships last, it heard everything, and nothing after its socket was lost.
    [Fact]
    public void Every_publication_is_heard_after_a_reconnect_days_later() => TestApp.Run(async app =>
    {
        const int count = 1_000;
        var first = await SubscribedAsync(app, Streams(count));
        await app.Settle(Memberships.Ttl.TotalMilliseconds + (6 * Hour));
        await AssertHearsAsync(app, first, Streams(count));
        await AssertHearsAsync(app, await DropAndReconnectAsync(app, first), Streams(count));
    });

    // Nobody renewed them: the host was there and its sweeps were not. The rules know how old they are, and do not ask what is no more.
    [Fact]
    public void Memberships_that_have_ended_are_there_again_before_the_ack() => TestApp.Run(
        async app =>
        {
            const int count = 150;
            var late = (LateLog)app.Services.GetRequiredService<ILogger<Reconcile>>();
            var spy = app.Services.GetRequiredService<ConnectionSpy>();
            var first = await SubscribedAsync(app, Streams(count));
            await app.Settle(Memberships.Ttl.TotalMilliseconds + Hour);
            Assert.False(await Service(app).IsUserInGroupAsync("apps", id.ToString(), "s1/stream0"));
            spy.Calls.Clear();
            var second = await DropAndReconnectAsync(app, first);
            Assert.Equal(count + 1, spy.Calls.Count);
            Assert.Equal("send ack", spy.Calls[^1]);
            Assert.NotEmpty(late.Sessions); // the operator was told in time
            await AssertHearsAsync(app, second, Streams(count));
            await AssertHearsAsync(app, await DropAndReconnectAsync(app, second), Streams(count));
        },
        services => Unswept(services));

    // Away with its state kept until after the end of its memberships; back with its state, and deaf.
    [Fact]
    public void Memberships_that_end_while_the_app_is_away_are_there_again_before_the_ack() => TestApp.Run(
        async app =>
        {
            var first = await SubscribedAsync(app, Streams(150), new { resurrect = false, retentionMs = 24 * Hour });
            await app.Settle(Memberships.Ttl.TotalMilliseconds - (12 * Hour));
            var second = await DropAndReconnectAsync(app, first, awayMs: 13 * Hour);
            await AssertHearsAsync(app, second, Streams(150));
        },
        services => Unswept(services));

    // The service lost one of a thousand; nobody asked about that one, and the app stayed deaf to it for as long as it was attached.
    [Fact]
    public void A_single_loss_that_no_reconnect_asked_about_is_made_good_within_a_little_more_than_an_hour() => TestApp.Run(
        async app =>
        {
            var spy = app.Services.GetRequiredService<ConnectionSpy>();
            var first = await SubscribedAsync(app, Streams(1_000));
            var second = await DropAndReconnectAsync(app, first);
            var unasked = Streams(1_000).First(stream => !spy.Calls.Contains($"is in s1/{stream}"));
            await spy.LeaveAsync(id, $"s1/{unasked}");
            await app.Settle(Rules.ProvenFor.TotalMilliseconds + Rules.ProofSpread.TotalMilliseconds + (5 * 30_000));
            await AssertHearsAsync(app, second, Streams(1_000));
        },
        ConnectionSpy.Install);

    [Fact]
    public void A_renewal_costs_one_operation_for_250_streams() => TestApp.Run(
        async app =>
        {
            const int streams = 1_000;
            var spy = app.Services.GetRequiredService<ConnectionSpy>();
            await SubscribedAsync(app, Streams(streams));
            await app.Settle(Rules.RenewedFrom.TotalMilliseconds - Hour);
            var statistics = app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Statistics;
            var before = statistics.MessagesWritten - app.Sweeps;
            spy.Calls.Clear();
            await app.Settle((Rules.RenewedUntil - Rules.RenewedFrom).TotalMilliseconds + (2 * Hour));
            Assert.Equal(streams, spy.Calls.Count);
            Assert.Equal(streams, spy.Calls.Distinct().Count());
            Assert.Equal(streams / Rules.RenewalStep, statistics.MessagesWritten - app.Sweeps - before);
        },
        ConnectionSpy.Install);

    // Refused by the service in the middle of the night, a renewal is tried again until it succeeds, and not with the next one a day later.
    [Fact]
    public void A_renewal_that_fails_is_tried_again() => TestApp.Run(
        async app =>
        {
            var spy = app.Services.GetRequiredService<ConnectionSpy>();
            var first = await SubscribedAsync(app, Streams(20));
            spy.Fails = call => call == "join s1/stream7";
            await app.Settle(Rules.RenewedUntil.TotalMilliseconds + Hour);
            spy.Calls.Clear();
            spy.Fails = _ => false;
            await app.Settle(31_000);
            Assert.Equal(20, spy.Calls.Distinct().Count());
            spy.Calls.Clear();
            await app.Settle(20 * Hour);
            Assert.Empty(spy.Calls);
            await AssertHearsAsync(app, await DropAndReconnectAsync(app, first), Streams(20));
        },
        ConnectionSpy.Install);

    // What the released version had joined without a ttl: of 150 the service has the last hundred, and a mark that says that all are there.
    [Fact]
    public void A_session_of_the_version_before_is_whole_after_its_next_reconnect()
    {
        var folder = Directory.CreateTempSubdirectory("lifecycle-groups-").FullName;
        TestApp.Run(
            async app =>
            {
                var client = await SubscribedAsync(app, Streams(150), new { reconnectGraceMs = 60_000 });
                await app.RestartAsync(() => ForgetGroups(folder));
                foreach (var stream in Streams(150))
                {
                    await Service(app).AddUserToGroupAsync("apps", id.ToString(), $"s1/{stream}");
                }

                var spy = app.Services.GetRequiredService<ConnectionSpy>();
                var next = await AppClient.AttachAsync(app, token: client.Token);
                Assert.Equal(150, spy.Calls.Count(call => call.StartsWith("join", StringComparison.Ordinal)));
                await AssertHearsAsync(app, await DropAndReconnectAsync(app, next), Streams(150));
            },
            ConnectionSpy.Install,
            folder);
        Directory.Delete(folder, recursive: true);
    }

    static void ForgetGroups(string folder)
    {
        using var store = new SqliteConnection($"Data Source={Path.Combine(folder, "durable.db")};Pooling=False");
        store.Open();
        using var command = store.CreateCommand();
        command.CommandText = "UPDATE entities SET state = json_remove(state, '$.Session.Groups') WHERE json_type(state, '$.Session.Groups') = 'object'";
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    static void Unswept(IServiceCollection services)
    {
        ConnectionSpy.Install(services);
        services.AddSingleton(settings with { MaxJoinsPerSweep = 0 });
        services.AddSingleton<ILogger<Reconcile>>(new LateLog());
    }

    /// <summary>What the sweeps say of renewals that come too late.</summary>
    sealed class LateLog : ILogger<Reconcile>
    {
        public List<object?> Sessions { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 4106)
            {
                Sessions.Add(state);
            }
        }
    }
}

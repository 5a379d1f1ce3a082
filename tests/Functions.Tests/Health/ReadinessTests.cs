using System.Text.Json;
using Lifecycle.Functions.Canary;
using Lifecycle.Functions.Tests.Fleet;
using Lifecycle.Local.SignalR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Health;

/// <summary>What <c>GET /api/health</c> says of each part that does not work, and that <c>GET /api/health/live</c> minds none of it.</summary>
public sealed class ReadinessTests : IDisposable
{
    static readonly string[] tables = ["messages", "entities", "orchestrations"];

    readonly string folder = Directory.CreateTempSubdirectory("lifecycle-health-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static ServiceFaults Service(TestApp app) => app.Services.GetRequiredService<SignalRServiceCore>().Faults;

    static async Task<JsonElement> NotReadyAsync(TestApp app, string code, params string[] parts)
    {
        var began = app.Time.GetUtcNow();
        var answer = await app.CallAsync("GET", "/api/health");
        Assert.Equal((503, "application/problem+json", "2"), (answer.Status, answer.ContentType, answer.RetryAfter));
        Assert.Equal($"urn:lifecycle:problem:{code}", answer.Json.GetProperty("type").GetString());
        Assert.Equal(parts, answer.Json.GetProperty("errors").EnumerateObject().Select(part => part.Name).Order());
        Assert.All(answer.Json.GetProperty("errors").EnumerateObject(), part => Assert.Contains(part.Value.GetString()!, answer.Json.GetProperty("detail").GetString()));
        Assert.InRange((app.Time.GetUtcNow() - began).TotalMilliseconds, 0, 1_000);
        var live = await app.CallAsync("GET", "/api/health/live");
        Assert.Equal((200, "ok"), (live.Status, live.Json.GetProperty("status").GetString()));
        return answer.Json;
    }

    static async Task ReadyAsync(TestApp app)
    {
        var answer = await app.CallAsync("GET", "/api/health");
        Assert.True(answer.Status == 200, answer.Text);
    }

    // It said 200, and every start that it had accepted was lost in a 500.
    [Fact]
    public void Health_OfAStorageThatCannotBeWritten_IsNotReady() => TestApp.Run(
        async app =>
        {
            await ReadyAsync(app);
            await app.Settle(3_000);
            Execute(tables.Select(table => $"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"));
            for (var n = 0; n < 5; n++)
            {
                var problem = await NotReadyAsync(app, "engine_not_ready", "storage");
                Assert.DoesNotContain("disk is full", problem.ToString()); // the cause is in the log
                await app.Settle(4_000);
            }

            Execute(tables.Select(table => $"DROP TRIGGER full_{table}"));
            await ReadyAsync(app);
        },
        data: folder);

    void Execute(IEnumerable<string> statements)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "durable.db")};Pooling=False");
        connection.Open();
        foreach (var sql in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    [Fact]
    public void Health_OfAnEngineThatStandsStill_IsNotReady() => TestApp.Run(async app =>
    {
        app.Engine().StandStill(TimeSpan.FromMinutes(1));
        await NotReadyAsync(app, "engine_not_ready", "engine");
        await app.Settle(61_000);
        await ReadyAsync(app);
    });

    // It said 200 while no app could attach.
    [Fact]
    public void Health_OfASignalRServiceOutOfReach_IsNotReadyAndSaysHowTheEngineIs() => TestApp.Run(async app =>
    {
        await ReadyAsync(app);
        Service(app).RefuseConnections = true;
        await app.Settle(11_000);
        var problem = await NotReadyAsync(app, "signalr_away", "signalr");
        Assert.InRange(problem.GetProperty("engineLagMs").GetInt64(), 0, 50);
        await app.Settle(60_000);
        Assert.Contains("since 2026-01-01 00:00:", (await NotReadyAsync(app, "signalr_away", "signalr")).GetProperty("detail").GetString());
        Service(app).RefuseConnections = false;
        await app.Settle(3_000);
        await ReadyAsync(app);
    });

    [Fact]
    public void Health_OfAnEngineAndAServiceThatDoNotWork_SaysBoth() => TestApp.Run(async app =>
    {
        Service(app).RefuseConnections = true;
        app.Engine().StandStill(TimeSpan.FromMinutes(1));
        await NotReadyAsync(app, "engine_not_ready", "engine", "signalr");
    });

    [Fact]
    public void Health_WhereNobodyMayLook_SaysNothingOfTheService() => TestApp.Run(
        async app =>
        {
            Service(app).RefuseConnections = true;
            await ReadyAsync(app);
        },
        options: "--Lifecycle:Canary:Enabled=false");

    // A probe in every second, of each instance, would be as many sockets.
    [Fact]
    public void Health_AskedWithoutEnd_OpensASocketInTenSeconds()
    {
        var canary = new CountedCanary();
        TestApp.Run(
            async app =>
            {
                for (var n = 0; n < 300; n++)
                {
                    await ReadyAsync(app);
                    await app.Settle(100);
                }

                Assert.InRange(canary.Looks, 3, 4);
            },
            services => services.AddSingleton<ICanary>(canary));
    }

    [Fact]
    public void Health_WhileALookTakesItsTime_AnswersWithinASecondWithWhatIsKnown()
    {
        var canary = new CountedCanary { Slow = new TaskCompletionSource<bool>() };
        TestApp.Run(
            async app =>
            {
                for (var n = 0; n < 3; n++)
                {
                    var began = app.Time.GetUtcNow();
                    await ReadyAsync(app);
                    Assert.InRange((app.Time.GetUtcNow() - began).TotalMilliseconds, 0, 1_000);
                }

                Assert.Equal(1, canary.Looks);
                canary.Slow.SetResult(false);
                await app.Settle(10);
                await NotReadyAsync(app, "signalr_away", "signalr");
            },
            services => services.AddSingleton<ICanary>(canary));
    }

    sealed class CountedCanary : ICanary
    {
        public int Looks { get; private set; }

        public TaskCompletionSource<bool>? Slow { get; init; }

        public Task<bool> OpensAsync(CancellationToken cancellation)
        {
            Looks++;
            return Slow?.Task ?? Task.FromResult(true);
        }
    }
}

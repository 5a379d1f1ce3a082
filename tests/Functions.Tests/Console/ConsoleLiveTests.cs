using System.Text;
using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Console;
using Lifecycle.Functions.Tests.Fleet;
using Lifecycle.Functions.Tests.Settings;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Lifecycle.Local.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Functions.Tests.Console;

/// <summary>The stream of the console on the whole app: who hears what, and what it costs.</summary>
public sealed class ConsoleLiveTests
{
    static long Signals(TestApp app) =>
        app.Services.GetRequiredService<EmbeddedDurableBackend>().Engine.Statistics.Messages.GetValueOrDefault(MessageKind.Signal) - app.Sweeps;

    static Task<TestApp.Answer> NegotiateAsync(TestApp app) => app.CallAsync("POST", "/api/console/negotiate");

    static async Task<(VirtualClient Client, List<JsonElement> Heard)> LookAsync(TestApp app)
    {
        var answer = await NegotiateAsync(app);
        Assert.Equal((200, 60_000), (answer.Status, answer.Json.GetProperty("renewWithinMs").GetInt32()));
        var heard = new List<JsonElement>();
        var client = new VirtualClient(app.Services.GetRequiredService<SignalRServiceCore>());
        client.Invoked += (target, arguments) =>
        {
            Assert.Equal(("transitions", 1), (target, arguments.Count));
            heard.AddRange(arguments[0].EnumerateArray());
        };
        await client.ConnectAsync(answer.Json.GetProperty("url").GetString()!, answer.Json.GetProperty("accessToken").GetString()!);
        await app.Settle();
        return (client, heard);
    }

    [Fact]
    public void Transitions_ReachWhoLooksOn_InTheWordsOfTheApi() => TestApp.Run(async app =>
    {
        var (_, heard) = await LookAsync(app);
        await app.StartAsync();
        await app.AttachAsync();
        await app.Settle(1_000);
        Assert.Equal(["NONE STARTING", "STARTING RUNNING"], heard.Select(note => $"{note.GetProperty("from")} {note.GetProperty("to")}"));
        var last = heard[^1];
        Assert.Equal(["at", "blame", "epoch", "from", "packageName", "reason", "sessionId", "to"], last.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(("s1", TestApp.Package, "connect", "platform"), (last.GetProperty("sessionId").GetString(), last.GetProperty("packageName").GetString(), last.GetProperty("reason").GetString(), last.GetProperty("blame").GetString()));
        // The page tells by epoch and time which of two is newer, as texts.
        var session = await app.SessionAsync();
        Assert.Equal((session.GetProperty("epoch").GetInt64(), session.GetProperty("since").GetString()), (last.GetProperty("epoch").GetInt64(), last.GetProperty("at").GetString()));
    });

    // With nobody looking the console costs nothing: no message, no read.
    [Fact]
    public void Transitions_WithNobodyLooking_CostNothing() => TestApp.Run(
        async app =>
        {
            var feed = app.Services.GetRequiredService<ITransitionFeed>();
            await app.StartAsync();
            (await app.AttachAsync()).Drop();
            await app.Settle(20_000);
            Assert.False(feed.IsWatched);
            Assert.Equal((0, 0), (Counting.Sent, Counting.Made));
        },
        services => services.AddTransient<IConsoleClients, Counting>());

    [Fact]
    public void Negotiate_TellsTheOtherInstances_OnceForAllWhoLook() => TestApp.Run(async app =>
    {
        var before = Signals(app);
        await NegotiateAsync(app);
        await NegotiateAsync(app);
        await app.Settle();
        Assert.Equal(ConsoleWatchEntity.Keys, Signals(app) - before);
        await app.Settle(ConsoleWatch.RenewWithin.TotalMilliseconds);
        await NegotiateAsync(app);
        await app.Settle();
        Assert.Equal(2 * ConsoleWatchEntity.Keys, Signals(app) - before);
    });

    // As another instance hears it, where nobody has negotiated: by the entity, which leaves nothing behind.
    [Fact]
    public void Look_OfTheEntity_IsHeardByTheProcessThatCarriesItOut() => TestApp.Run(async app =>
    {
        var feed = app.Services.GetRequiredService<ITransitionFeed>();
        var before = app.Everything();
        Assert.False(feed.IsWatched);
        await app.Client().Entities.SignalEntityAsync(
            ConsoleWatchEntity.IdOf(3), nameof(ConsoleWatchEntity.Look), new WatchSeen(app.Time.GetUtcNow() + ConsoleWatch.Lease));
        await app.Settle(1_000);
        Assert.True(feed.IsWatched);
        Assert.Equal(before, app.Everything());
        await app.Settle(ConsoleWatch.Lease.TotalMilliseconds);
        Assert.False(feed.IsWatched);
    });

    // As DurableTask.AzureStorage places instances: FNV-1a of the id's UTF-8, modulo the number of partitions.
    [Fact]
    public void Keys_OfTheWatch_AreInEveryPartitionOfHostJson()
    {
        var partitions = JsonDocument.Parse(RepositoryFiles.Read("host.json")).RootElement
            .GetProperty("extensions").GetProperty("durableTask").GetProperty("storageProvider").GetProperty("partitionCount").GetUInt32();
        var reached = Enumerable.Range(0, ConsoleWatchEntity.Keys)
            .Select(n => Encoding.UTF8.GetBytes(ConsoleWatchEntity.IdOf(n).ToString()).Aggregate(2166136261u, (hash, next) => (hash ^ next) * 16777619u) % partitions);
        Assert.Equal(Enumerable.Range(0, (int)partitions).Select(n => (uint)n), reached.Order());
    }

    [Fact]
    public void Negotiate_OfAForm_IsRefused() => TestApp.Run(async app =>
        Assert.Equal(415, (await app.SendAsync("POST", "/api/console/negotiate", null, "")).Status));

    sealed class Counting : IConsoleClients
    {
        public Counting() => Made++;

        public static int Made { get; private set; }

        public static int Sent { get; private set; }

        public Task SendAsync(IReadOnlyList<object> transitions, CancellationToken cancellation)
        {
            Sent++;
            return Task.CompletedTask;
        }
    }
}

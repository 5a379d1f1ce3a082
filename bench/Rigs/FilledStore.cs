using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lifecycle.Entities;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Bench.Rigs;

/// <summary>Fills a data folder with app sessions as a large fleet has them: each as large as one with a full history, and none with anything to do.</summary>
static class FilledStore
{
    /// <summary>How many apps there are.</summary>
    public const int Apps = 40;

    const int AppsOfUser = 4;
    const int AtOnce = 500;
    const int Bytes = 8 * 1024;

    // Of a hundred: nearly all run.
    static readonly ImmutableArray<(AppState State, int Share)> shares =
        [(AppState.Evicted, 1), (AppState.GracePeriod, 1), (AppState.Stopped, 1), (AppState.Backoff, 3), (AppState.Dormant, 4), (AppState.Running, 90)];

    /// <summary>Fills the folder.</summary>
    /// <param name="folder">Made, where it is not there.</param>
    /// <param name="sessions">How many sessions.</param>
    public static async Task MakeAsync(string folder, int sessions)
    {
        Directory.CreateDirectory(folder);
        await using var services = new ServiceCollection().BuildServiceProvider();
        var backend = new EmbeddedDurableBackend(() => DurableStore.InFolder(folder), new(), TimeProvider.System, services, NullLoggerFactory.Instance);
        await backend.StartAsync(CancellationToken.None);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var some in Enumerable.Range(0, sessions).Chunk(AtOnce))
        {
            var transaction = new DurableTransaction();
            foreach (var number in some)
            {
                transaction.SaveEntity(AppSessionEntity.IdOf(IdOf(number)).ToString(), DocumentOf(number, now), now);
            }

            await backend.Engine.CommitAsync(transaction);
        }

        await backend.StopAsync(CancellationToken.None);
    }

    /// <summary>One of the sessions.</summary>
    public static AppSessionId IdOf(int number) => new(
        string.Create(CultureInfo.InvariantCulture, $"user-{number / AppsOfUser:000000}"),
        string.Create(CultureInfo.InvariantCulture, $"com.example.app{(number * 7) % Apps:00}"));

    /// <summary>What is stored of one of the sessions, as JSON.</summary>
    public static string DocumentOf(int number, DateTimeOffset now)
    {
        var document = JsonSerializer.SerializeToNode(new AppSessionDocument { Session = SessionOf(number, now) })!.AsObject();
        document["Session"]!["Decisions"] = new JsonArray([.. Enumerable.Range(0, (Bytes - document.ToJsonString().Length) / 160).Select(DecisionOf)]);
        return document.ToJsonString();
    }

    static AppSession SessionOf(int number, DateTimeOffset now)
    {
        var state = StateOf(number);
        var since = now - TimeSpan.FromHours(2) - TimeSpan.FromSeconds(number % 86_400);
        var session = new AppSession
        {
            Epoch = 7,
            CorrelationId = $"c{number:x16}",
            InstanceId = $"instance-{number % 100}",
            AttachedEpoch = 7,
            Attachment = state == AppState.Running ? new Attachment { ConnectionId = $"connection-{number:x12}", AttachedAt = since, NegotiatedAt = since } : null,
            Deadline = state is AppState.GracePeriod or AppState.Stopped ? now.AddHours(6) : null,
            Run = state == AppState.Backoff ? new ResurrectionRun { Id = $"r{number}", Reason = RunReason.Resurrection, Attempt = 3, DueAt = now.AddHours(6) } : null,
        };
        for (var step = AppSession.RememberedSteps; step > 1; step--)
        {
            session = session.MovedTo(step % 2 == 0 ? AppState.GracePeriod : AppState.Running, step % 2 == 0 ? Reasons.SocketLost : Reasons.Reconnect, since - (step * TimeSpan.FromMinutes(9)), Blame.Network);
        }

        return session.MovedTo(state, Reasons.Connect, since, (Blame)(number % Blames.Names.Count));
    }

    static AppState StateOf(int number)
    {
        var left = (number * 37) % 100;
        return shares.First(share => (left -= share.Share) < 0).State;
    }

    static JsonNode DecisionOf(int number) => JsonSerializer.SerializeToNode(new
    {
        At = "2026-01-01T03:00:00.1234567+00:00",
        Event = "Disconnected",
        From = "RUNNING",
        To = "GRACE_PERIOD",
        Reason = "socket_lost",
        Blame = "network",
        Late = number,
    })!;
}

using System.Collections.Immutable;
using Lifecycle.Entities;
using Lifecycle.Functions.Maintenance;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Moves;

/// <summary>Tells attached apps of a move, page by page of the stored sessions.</summary>
public sealed partial class Move(StoredEntities stored, IAppConnections connections, LifecycleMetrics metrics, TimeProvider time, ILogger<Move> logger)
{
    /// <summary>The orchestrator's name.</summary>
    public const string OrchestratorName = "Move";

    const string TellName = "TellPageOfMove";
    const int PageSize = 250;
    const int AtOnce = 32;

    static readonly TimeSpan secondTry = TimeSpan.FromSeconds(1);

    static readonly TaskOptions again = TaskOptions.FromRetryPolicy(new RetryPolicy(4, TimeSpan.FromSeconds(1), backoffCoefficient: 3));

    /// <summary>The orchestration's instance id.</summary>
    public static string InstanceIdOf(string moveId) => $"{OrchestratorName}-{moveId}";

    /// <summary>The orchestrator.</summary>
    [Function(OrchestratorName)]
    public static async Task<MoveTally> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var plan = context.GetInput<MovePlan>() ?? throw new InvalidOperationException("The move has no plan.");
        var tally = new MoveTally();
        for (string? next = ""; next is not null;)
        {
            var page = await context.CallActivityAsync<MovePage>(TellName, new MoveStep(plan, next), again);
            tally = tally.With(page.Tally);
            context.SetCustomStatus(tally.Brief());
            next = page.Next;
        }

        return tally;
    }

    /// <summary>The activity: tells the apps of one page. May run twice: who is told twice has the same slot.</summary>
    [Function(TellName)]
    public async Task<MovePage> Tell([ActivityTrigger] MoveStep step, [DurableClient] DurableTaskClient client)
    {
        var (found, next) = await stored.PageAsync<AppSessionDocument>(client, AppSessionEntity.Name, PageSize, step.From.Length == 0 ? null : step.From);
        var meant = found.Where(entity => OrderFor(step.Plan, entity) is not null).ToList();
        var missed = await TellAsync(step.Plan, meant, isLast: false);
        if (missed.Count > 0)
        {
            await Task.Delay(secondTry, time);
        }

        var untold = await TellAsync(step.Plan, missed, isLast: true);
        metrics.MoveTold(meant.Count - untold.Count, untold.Count);
        var tally = new MoveTally { Looked = found.Count, Told = meant.Count - untold.Count, Failed = untold.Count };
        return new MovePage(tally.Naming(untold.Select(entity => entity.Key)), next);
    }

    // Those that could not be told.
    async Task<List<StoredEntity<AppSessionDocument>>> TellAsync(MovePlan plan, List<StoredEntity<AppSessionDocument>> meant, bool isLast)
    {
        var untold = new List<StoredEntity<AppSessionDocument>>();
        foreach (var batch in meant.Chunk(AtOnce))
        {
            var told = await Task.WhenAll(batch.Select(entity => TrySendAsync(AppSessionId.Parse(entity.Key), OrderFor(plan, entity)!, isLast)));
            untold.AddRange(batch.Zip(told).Where(one => !one.Second).Select(one => one.First));
        }

        return untold;
    }

    MoveOrder? OrderFor(MovePlan plan, StoredEntity<AppSessionDocument> entity) =>
        plan.OrderFor(AppSessionId.Parse(entity.Key), entity.State.Session, time.GetUtcNow());

    async Task<bool> TrySendAsync(AppSessionId id, MoveOrder order, bool isLast)
    {
        try
        {
            await connections.SendAsync(id, order.ConnectionId, "move", MoveMessage.Of(order));
            return true;
        }
        catch (Exception e)
        {
            LogUntold(isLast ? LogLevel.Warning : LogLevel.Information, id, isLast, e);
            return false;
        }
    }

    [LoggerMessage(EventId = 4201, Message = "{Session}: its app could not be told to move (for the last time: {IsLast})")]
    partial void LogUntold(LogLevel level, AppSessionId session, bool isLast, Exception exception);
}

/// <summary>One page of a move.</summary>
/// <param name="Plan">The move.</param>
/// <param name="From">Where the page begins; empty for the first one.</param>
public sealed record MoveStep(MovePlan Plan, string From);

/// <summary>What came of one page of a move.</summary>
/// <param name="Tally">What was counted.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record MovePage(MoveTally Tally, string? Next);

/// <summary>What was counted of a move.</summary>
public sealed record MoveTally
{
    /// <summary>How many that could not be told are named.</summary>
    public const int MostNamed = 100;

    /// <summary>How many are named while others are still being told.</summary>
    public const int MostNamedOnTheWay = 10;

    /// <summary>How many stored sessions were looked at.</summary>
    public int Looked { get; init; }

    /// <summary>How many apps were told.</summary>
    public int Told { get; init; }

    /// <summary>How many attached apps could not be told.</summary>
    public int Failed { get; init; }

    /// <summary>Those, the first <see cref="MostNamed"/>.</summary>
    public ImmutableArray<string> Untold { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>With what was counted of one more page.</summary>
    public MoveTally With(MoveTally page) =>
        new MoveTally { Looked = Looked + page.Looked, Told = Told + page.Told, Failed = Failed + page.Failed, Untold = Untold }.Naming(page.Untold);

    /// <summary>The same with few names: what an orchestration says of itself while it runs may have 16 KiB in all.</summary>
    public MoveTally Brief() => this with { Untold = [.. Untold.Take(MostNamedOnTheWay)] };

    /// <summary>With more that are named.</summary>
    public MoveTally Naming(IEnumerable<string> more) => this with { Untold = [.. Untold.Concat(more).Take(MostNamed)] };
}

using System.Runtime.CompilerServices;
using Lifecycle.Entities;
using Lifecycle.Functions.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Maintenance;

/// <summary>
/// Compares what app sessions believe with what the SignalR service knows, for connection events are best effort and some never come; and
/// counts them by state, makes up for timers and runs that never came, and has memberships renewed, since it reads them all.
/// One question per live session and sweep, at most <see cref="LifecycleSettings.MaxQuestionsPerSweep"/> in all; where there are more
/// sessions the next sweep goes on behind the last one asked about. At most <see cref="LifecycleSettings.MaxJoinsPerSweep"/> memberships.
/// </summary>
public sealed partial class Reconcile(
    IAppConnections connections, IServiceWatch watch, HeldSessions held, StoredEntities stored, AppDirectory directory, LifecycleSettings settings, LifecycleMetrics metrics, TimeProvider time, ReconcileCursor cursor, ILogger<Reconcile> logger)
{
    const int AtOnce = 16;
    const int PageSize = 500;

    /// <summary>Every thirty seconds: a loss without an event is found within forty.</summary>
    [Function(nameof(Reconcile))]
    public async Task Run([TimerTrigger("*/30 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        held.Reachable(client);
        var renewals = new List<(AppSessionId Id, GroupRenewal Renewal)>();
        var (asked, left, after) = await SweepAsync(client, renewals, cursor.After, cancellation);
        cursor.After = left > 0 ? after : null;
        if (left > 0)
        {
            LogLeft(asked, left);
        }

        await RenewAsync(client, renewals, cancellation);
    }

    async Task<(int Asked, int Left, string? After)> SweepAsync(
        DurableTaskClient client, List<(AppSessionId Id, GroupRenewal Renewal)> renewals, string? start, CancellationToken cancellation)
    {
        var (asked, left, last) = (0, 0, start);
        var batch = new List<Task>(AtOnce);
        await foreach (var (id, question) in QuestionsAsync(client, renewals).WithCancellation(cancellation))
        {
            var key = id.ToString();
            if (asked == settings.MaxQuestionsPerSweep || (start is not null && string.CompareOrdinal(key, start) <= 0))
            {
                left++;
                continue;
            }

            (asked, last) = (asked + 1, key);
            batch.Add(AskAsync(client, id, question, cancellation));
            if (batch.Count == AtOnce)
            {
                await Task.WhenAll(batch);
                batch.Clear();
            }
        }

        await Task.WhenAll(batch);
        return (asked, left, asked == settings.MaxQuestionsPerSweep ? last : null);
    }

    async IAsyncEnumerable<(AppSessionId Id, ServiceQuestion Question)> QuestionsAsync(
        DurableTaskClient client,
        List<(AppSessionId Id, GroupRenewal Renewal)> renewals,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var found = new Dictionary<AppState, int>();
        await foreach (var (id, document) in stored.DocumentsAsync(client, PageSize, cancellation))
        {
            await FlushAsync(client, id, document.Outbox, cancellation);
            if (document.Existing is not { } session)
            {
                continue;
            }

            found[session.State] = found.GetValueOrDefault(session.State) + 1;
            await MakeUpAsync(client, id, session, document.Policy, cancellation);
            if (Rules.RenewalOf(id, session, time.GetUtcNow()) is { } renewal)
            {
                renewals.Add((id, renewal));
            }

            if (Rules.QuestionAbout(session, time.GetUtcNow()) is { } question)
            {
                yield return (id, question);
            }
        }

        metrics.SessionsSwept(found);
    }

    async Task MakeUpAsync(DurableTaskClient client, AppSessionId id, AppSession session, Policy? policy, CancellationToken cancellation)
    {
        foreach (var lost in Rules.LostOf(session, time.GetUtcNow(), policy))
        {
            LogLost(id, lost.GetType().Name);
            await TellAsync(client, id, lost, cancellation);
        }

        // Whoever saw the service come back was to tell it, and may be gone.
        if (Rules.BackTo(session, time.GetUtcNow()) is { } back && Rules.IsBackForLong(await watch.LookAsync(cancellation), time.GetUtcNow(), settings.Fleet.ReconnectGraceMs))
        {
            await TellAsync(client, id, back, cancellation);
        }
    }

    async Task TellAsync(DurableTaskClient client, AppSessionId id, SessionEvent told, CancellationToken cancellation) => await client.TellAsync(
        id, AppSessionEntity.OperationOf(told), told with { InForce = await directory.FindPolicyAsync(client, id.PackageName) }, cancellation);

    async Task FlushAsync(DurableTaskClient client, AppSessionId id, Outbox outbox, CancellationToken cancellation)
    {
        if (outbox.OverdueToken(time.GetUtcNow()) is { } token)
        {
            LogLost(id, nameof(AppSessionEntity.Flush));
            await client.Entities.SignalEntityAsync(AppSessionEntity.IdOf(id), nameof(AppSessionEntity.Flush), new FlushDue(token), cancellation: cancellation);
        }
    }

    async Task RenewAsync(DurableTaskClient client, List<(AppSessionId Id, GroupRenewal Renewal)> due, CancellationToken cancellation)
    {
        var taken = GroupRenewal.Within(due, settings.MaxJoinsPerSweep);
        foreach (var (id, _) in taken)
        {
            await client.TellAsync(id, nameof(AppSessionEntity.GroupsDue), new GroupsDue(), cancellation);
        }

        if (due.Except(taken).Count(d => d.Renewal.IsPressing(time.GetUtcNow())) is var late and > 0)
        {
            LogLate(late);
        }
    }

    async Task AskAsync(DurableTaskClient client, AppSessionId id, ServiceQuestion question, CancellationToken cancellation)
    {
        try
        {
            var known = question.ConnectionId is { } connection
                ? await connections.ExistsAsync(connection, cancellation)
                : await connections.ExistsAsync(id, cancellation);
            if (Rules.EventOf(question, known) is { } found)
            {
                LogFound(id, found.GetType().Name);
                await TellAsync(client, id, found, cancellation);
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotAsked(id, e);
        }
    }

    [LoggerMessage(4101, LogLevel.Warning, "{Session}: an event was lost, reconciliation says {Found}")]
    partial void LogFound(AppSessionId session, string found);

    [LoggerMessage(4105, LogLevel.Warning, "{Session}: what should have come never came, the sweep tells it {Event}")]
    partial void LogLost(AppSessionId session, string @event);

    [LoggerMessage(4102, LogLevel.Warning, "{Session}: the SignalR service could not be asked; the next sweep does")]
    partial void LogNotAsked(AppSessionId session, Exception exception);

    [LoggerMessage(4103, LogLevel.Warning, "Reconciliation asked about {Asked} sessions and left {Left} to the next sweep: losses without an event are found later than in 60 s. Raise Lifecycle:Reconciliation:MaxQuestionsPerSweep.")]
    partial void LogLeft(int asked, int left);

    [LoggerMessage(4106, LogLevel.Warning, "The group memberships of {Sessions} sessions wait to be renewed and end within a day. Raise Lifecycle:Reconciliation:MaxJoinsPerSweep.")]
    partial void LogLate(int sessions);
}

/// <summary>Where the next sweep begins. One instance runs the timer; when another takes over it begins anew, which is harmless.</summary>
public sealed class ReconcileCursor
{
    /// <summary>The key of the last session asked about; null to begin with the first.</summary>
    public string? After { get; set; }
}

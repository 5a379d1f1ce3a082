using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lifecycle.Entities;
using Lifecycle.Functions.Fleet;
using Lifecycle.Functions.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Functions.Maintenance;

/// <summary>
/// Compares what app sessions believe with what the SignalR service knows, for connection events are best effort and some never come; and
/// counts them for the fleet, makes up for timers and runs that never came, and has memberships renewed, since it reads them all.
/// The service is asked by the <see cref="Rolls"/>, 200 connections a call, and one by one about those that they do not tell enough of, at most
/// <see cref="LifecycleSettings.MaxQuestionsPerSweep"/>; where there are more the next sweep goes on behind the last one asked about. At most
/// <see cref="LifecycleSettings.MaxJoinsPerSweep"/> memberships.
/// </summary>
public sealed partial class Reconcile(
    IAppConnections connections, RollCaller rolls, IServiceWatch watch, HeldSessions held, StoredEntities stored, AppDirectory directory, LifecycleSettings settings, LifecycleMetrics metrics, TimeProvider time, ReconcileCursor cursor, FleetBook book, ILogger<Reconcile> logger)
{
    const int PageSize = 500;

    /// <summary>Every thirty seconds: a loss without an event is found within forty.</summary>
    [Function(nameof(Reconcile))]
    public async Task Run([TimerTrigger("*/30 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        held.Reachable(client);
        var count = new FleetCount(time.GetUtcNow(), (await book.TryReadAsync(client, cancellation)).CountedUntil);
        var renewals = new List<(AppSessionId Id, GroupRenewal Renewal)>();
        var off = new ConcurrentDictionary<AppSessionId, OffRoll>();
        var questions = new SweepQuestions(
            rolls, cursor.After, settings.MaxQuestionsPerSweep, time, (question, call) => AskAsync(client, question, call, off, cancellation), cancellation);
        await foreach (var question in QuestionsAsync(client, count, renewals).WithCancellation(cancellation))
        {
            await questions.AddAsync(question);
        }

        await questions.EndAsync();
        metrics.SessionsSwept(count.Found);
        await book.TellAsync(client, count.Sample(time.GetUtcNow(), questions.Asked, questions.Left + questions.Unread), cancellation);
        Remember(questions);
        await RenewAsync(client, renewals, off, cancellation);
    }

    void Remember(SweepQuestions questions)
    {
        cursor.After = questions.After;
        if (questions.Left > 0)
        {
            LogLeft(questions.Asked, questions.Left);
        }

        if (questions.Unread > 0)
        {
            LogUnread(questions.Unread);
        }
    }

    async IAsyncEnumerable<SweepQuestion> QuestionsAsync(
        DurableTaskClient client,
        FleetCount count,
        List<(AppSessionId Id, GroupRenewal Renewal)> renewals,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (id, document) in stored.DocumentsAsync(client, PageSize, cancellation))
        {
            count.Add(document.Outbox);
            await FlushAsync(client, id, document.Outbox, cancellation);
            if (document.Existing is not { } session)
            {
                continue;
            }

            count.Add(id, session, time.GetUtcNow());
            await MakeUpAsync(client, id, session, document.Policy, cancellation);
            if (Rules.RenewalOf(id, session, time.GetUtcNow()) is { } renewal)
            {
                renewals.Add((id, renewal));
            }

            if (Rules.QuestionAbout(session, time.GetUtcNow()) is { } question)
            {
                yield return new SweepQuestion(id, session, question);
            }
        }
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

    async Task RenewAsync(
        DurableTaskClient client, List<(AppSessionId Id, GroupRenewal Renewal)> renewals, ConcurrentDictionary<AppSessionId, OffRoll> off, CancellationToken cancellation)
    {
        List<(AppSessionId Id, GroupRenewal Renewal)> due = [.. renewals.Where(r => !off.ContainsKey(r.Id)), .. off.Keys.Select(id => (id, new GroupRenewal(null, 1)))];
        var taken = GroupRenewal.Within(due, settings.MaxJoinsPerSweep);
        foreach (var (id, _) in taken)
        {
            SessionEvent told = off.TryGetValue(id, out var its) ? its : new GroupsDue();
            await client.TellAsync(id, AppSessionEntity.OperationOf(told), told, cancellation);
        }

        if (due.Except(taken).Count(d => d.Renewal.IsPressing(time.GetUtcNow())) is var late and > 0)
        {
            LogLate(late);
        }

        if (!off.IsEmpty)
        {
            LogOffRoll(off.Count);
        }
    }

    async Task AskAsync(DurableTaskClient client, SweepQuestion asked, RollCall? call, ConcurrentDictionary<AppSessionId, OffRoll> off, CancellationToken cancellation)
    {
        try
        {
            var known = asked.About.ConnectionId is { } connection
                ? await connections.ExistsAsync(connection, cancellation)
                : await connections.ExistsAsync(asked.Id, cancellation);
            var found = Rules.EventOf(asked.Session, asked.About, known, call);
            if (found is OffRoll missed)
            {
                off[asked.Id] = missed;
            }
            else if (found is not null)
            {
                LogFound(asked.Id, found.GetType().Name);
                await TellAsync(client, asked.Id, found, cancellation);
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotAsked(asked.Id, e);
        }
    }

    [LoggerMessage(4101, LogLevel.Warning, "{Session}: an event was lost, reconciliation says {Found}")]
    partial void LogFound(AppSessionId session, string found);

    [LoggerMessage(4112, LogLevel.Information, "{OffRoll} sessions are attached and were not found on their rolls, and are put there again")]
    partial void LogOffRoll(int offRoll);

    [LoggerMessage(4113, LogLevel.Warning, "{PassedOver} sessions were passed over, for their rolls could not be read: losses without an event are found later than in 60 s")]
    partial void LogUnread(int passedOver);

    [LoggerMessage(4105, LogLevel.Warning, "{Session}: what should have come never came, the sweep tells it {Event}")]
    partial void LogLost(AppSessionId session, string @event);

    [LoggerMessage(4102, LogLevel.Warning, "{Session}: the SignalR service could not be asked; the next sweep does")]
    partial void LogNotAsked(AppSessionId session, Exception exception);

    [LoggerMessage(4103, LogLevel.Warning, "Reconciliation asked about {Asked} sessions and left {Left} to the next sweep: losses without an event are found later than in 60 s. Raise Lifecycle:Reconciliation:MaxQuestionsPerSweep.")]
    partial void LogLeft(int asked, int left);

    [LoggerMessage(4106, LogLevel.Warning, "The group memberships of {Sessions} sessions wait to be renewed and end within a day. Raise Lifecycle:Reconciliation:MaxJoinsPerSweep.")]
    partial void LogLate(int sessions);
}

/// <summary>What one sweep leaves to the next one: where it begins. One instance runs the timer; when another takes over it begins anew, which is harmless.</summary>
public sealed class ReconcileCursor
{
    /// <summary>The key of the last session asked about; null to begin with the first.</summary>
    public string? After { get; set; }

    /// <summary>Until when nobody asks for the rolls, UTC, since the library or the service lacks the call; null when it has it, as far as is known.</summary>
    public DateTimeOffset? RollsLackUntil { get; set; }
}

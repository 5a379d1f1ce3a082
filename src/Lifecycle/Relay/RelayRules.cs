using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>Decides who of an app's processes is connected, who is asked, and in which order.</summary>
public static class RelayRules
{
    /// <summary>Decides on one event.</summary>
    /// <param name="roster">The roster as it is stored.</param>
    /// <param name="event">What happened.</param>
    /// <param name="now">The time at which it is handled, UTC.</param>
    /// <exception cref="InvalidOperationException">The stored roster is malformed or of a newer version.</exception>
    public static RelayDecision Decide(RelayRoster roster, RelayEvent @event, DateTimeOffset now)
    {
        if (roster.Schema is < 1 or > RelayRoster.CurrentSchema)
        {
            throw new InvalidOperationException(
                $"The stored roster has schema {roster.Schema}; this version reads 1 to {RelayRoster.CurrentSchema}. It is malformed, or a newer version wrote it.");
        }

        var current = InTime(roster, now);
        return @event switch
        {
            ProcessReady ready => OnReady(current, ready, now),
            ProcessLeaving leaving => new(With(current, leaving.ConnectionId, process => process with { IsLeaving = true })),
            ProcessGone gone => new(current with { Processes = current.Processes.RemoveAll(process => process.ConnectionId == gone.ConnectionId) }),
            ProcessSilent silent => new(With(current, silent.ConnectionId, process => process with { IsSilent = true })),
            WebhookReplied replied => new(OnReplied(current, replied, now)),
            _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "No rule knows this event."),
        };
    }

    /// <summary>Whether there is anything to note of a process that says it takes webhooks: most often it is known, and nobody pays for it.</summary>
    /// <param name="roster">The roster as it was read.</param>
    /// <param name="ready">What it says.</param>
    /// <param name="now">The time, UTC.</param>
    public static bool IsNews(RelayRoster roster, ProcessReady ready, DateTimeOffset now) =>
        roster.Processes.FirstOrDefault(process => process.ConnectionId == ready.ConnectionId) is not { IsLeaving: false, IsSilent: false } known
        || known.InstanceId != ready.InstanceId || !(now - known.SaidAt < RelayRoster.Noted);

    /// <summary>Whether one more can take webhooks; one that has only come back always can.</summary>
    /// <param name="roster">The roster as it was read.</param>
    /// <param name="ready">Who it is.</param>
    /// <param name="now">The time, UTC.</param>
    public static bool HasRoom(RelayRoster roster, ProcessReady ready, DateTimeOffset now) =>
        roster.Processes.Count(process => process.IsListed(now) && !IsOf(process, ready)) < RelayRoster.MostProcesses;

    /// <summary>
    /// Whom to ask, one after the other. First the process that held the session, for it alone can say that it does; for a hand-over those that are new, or a
    /// deploy would hand sessions to processes that are the next to leave. Of the others each webhook has an order of its own, so that they share the load,
    /// and one that is sent again comes to the same process, which knows it.
    /// </summary>
    /// <param name="roster">The roster as it was read.</param>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="holder">The process that held the session; null when that is not known.</param>
    /// <param name="leaving">The process that wants to hand over; null for none.</param>
    /// <param name="now">The time, UTC.</param>
    public static ImmutableArray<RelayProcess> LineOf(RelayRoster roster, string webhookId, string? holder, string? leaving, DateTimeOffset now) =>
    [
        .. roster.Processes
            .Where(process => process.IsListed(now) && !IsLeaving(process, leaving))
            .OrderBy(process => process.IsSilent)
            .ThenByDescending(process => leaving is null ? process.InstanceId == holder : process.IsNew(now))
            .ThenBy(process => StableHash.Uniform(new AppSessionId("", process.InstanceId), webhookId, 0)),
    ];

    /// <summary>What it means that nobody is asked: those who are there are about to leave, as they say themselves, or nobody is there.</summary>
    /// <param name="roster">The roster as it was read.</param>
    /// <param name="leaving">The process that wants to hand over; null for none.</param>
    /// <param name="now">The time, UTC.</param>
    public static WebhookResult WithoutAny(RelayRoster roster, string? leaving, DateTimeOffset now) =>
        roster.Processes.Any(process => process.IsListed(now) && IsLeaving(process, leaving))
            ? WebhookResult.FromStatus(503, RelaySchedule.LeavingRetry) with { IsLeaving = true }
            : WebhookResult.FromFailure(WebhookFailure.NobodyConnected);

    static bool IsLeaving(RelayProcess process, string? leaving) => process.IsLeaving || process.InstanceId == leaving;

    static RelayDecision OnReady(RelayRoster roster, ProcessReady ready, DateTimeOffset now)
    {
        // One connection for each process: it has come back before the end of the last one was told.
        var others = roster.Processes.RemoveAll(process => IsOf(process, ready));
        var known = roster.Processes.FirstOrDefault(process => process.ConnectionId == ready.ConnectionId);
        var before = known ?? roster.Processes.FirstOrDefault(process => process.InstanceId == ready.InstanceId);
        var saidAt = ready.At < now ? ready.At.Value : now;
        if (others.Length >= RelayRoster.MostProcesses || (known is null && IsStale(before, saidAt, now)))
        {
            return new(roster);
        }

        // Who leaves does not stay after all: what it said before may have overtaken that.
        var process = new RelayProcess(ready.ConnectionId, ready.InstanceId, before?.CameAt ?? saidAt, known?.SaidAt > saidAt ? known.SaidAt : saidAt)
        {
            IsLeaving = known?.IsLeaving ?? false,
        };
        var isFirst = !process.IsLeaving && known is not { IsSilent: false } && others.All(other => other.IsLeaving || other.IsSilent);
        return new(roster with { Processes = others.Add(process) }, isFirst);
    }

    // A word of its last connection that comes after the first one of the new connection. What is known as of now may have been stored before the clock was set back.
    static bool IsStale(RelayProcess? known, DateTimeOffset saidAt, DateTimeOffset now) => known is not null && known.SaidAt < now && saidAt < known.SaidAt;

    static bool IsOf(RelayProcess process, ProcessReady ready) => process.ConnectionId == ready.ConnectionId || process.InstanceId == ready.InstanceId;

    static RelayRoster OnReplied(RelayRoster roster, WebhookReplied replied, DateTimeOffset now) => roster.ReplyTo(replied.Try) is not null
        ? roster
        : roster with
        {
            Replies = [.. roster.Replies.Skip(Math.Max(0, roster.Replies.Length + 1 - RelayRoster.MostReplies)), new KeptReply(replied.Try, replied.Reply, now)],
        };

    // What lies in the future was stored before the clock was set back: it counts as now.
    static RelayRoster InTime(RelayRoster roster, DateTimeOffset now) => roster with
    {
        Processes = [.. roster.Processes.Where(process => process.IsListed(now)).Select(process => process.SaidAt > now ? process with { SaidAt = now, CameAt = now } : process)],
        Replies = roster.Replies.RemoveAll(reply => (now - reply.At).Duration() >= RelayRoster.KeptReply),
    };

    static RelayRoster With(RelayRoster roster, string connectionId, Func<RelayProcess, RelayProcess> change) =>
        roster with { Processes = [.. roster.Processes.Select(process => process.ConnectionId == connectionId ? change(process) : process)] };
}

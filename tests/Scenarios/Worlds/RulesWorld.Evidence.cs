using Lifecycle.Functions.Hub;

namespace Lifecycle.Scenarios;

/// <summary>What the functions do to find out whose fault it is: negotiate hears signs of life, and whoever sees the service come back tells it.</summary>
sealed partial class RulesWorld
{
    TimeSpan? AwayFor(AppSessionId id) =>
        watches.TakesClient() ? null : ServiceAway.RetryAfter(id, policies[id.PackageName], watches.Last, time.GetUtcNow());

    void Hear(AppSessionId id, AttachAs @as)
    {
        returning.Hear(new AttachRequest(id, @as.InstanceId, @as.Reconnect) { TokenEpoch = @as.Token is { } shown ? long.Parse(shown) : null });
        if (!NegotiateSigns.IsSign(@as.Attempt, @as.ConnectRefused, isAgain: false))
        {
            return;
        }

        watches.Suspect();
        if (NegotiateSigns.IsTold(watches.Last))
        {
            Tell(id, new SignOfLife(@as.InstanceId, @as.Token is { } token ? long.Parse(token) : null, At: time.GetUtcNow()));
        }
    }

    void Notice(SessionEvent @event)
    {
        switch (@event)
        {
            case Connected connected: watches.Any().Attached(connected.NegotiatedAt); break;
            case Disconnected: watches.Any().Lost(); break;
        }
    }

    async Task TellBackAsync(DateTimeOffset backAt, CancellationToken cancellation)
    {
        await Task.Delay(Rules.ToldBackIn(backAt, time.GetUtcNow(), Policy.Default), time, cancellation);
        foreach (var (id, session) in hostIsDown is null ? sessions.ToList() : [])
        {
            if (Rules.BackTo(session, backAt) is { } back)
            {
                Tell(id, back);
            }
        }
    }

    // As the entity does before it decides.
    async Task<TimerFired> SeenAsync(AppSessionId id, TimerFired timer) =>
        Rules.WantsSight(sessions.GetValueOrDefault(id, AppSession.None), timer, time.GetUtcNow())
            ? timer with
            {
                Sight = await watches.Any().LookAsync(CancellationToken.None),
                SeenAt = returning.LastSeen(id.PackageName, sessions.GetValueOrDefault(id, AppSession.None).InstanceId),
            }
            : timer;

    async Task<AttemptDue> SeenAsync(AppSessionId id, AttemptDue due) =>
        Rules.WantsSight(sessions.GetValueOrDefault(id, AppSession.None), due, time.GetUtcNow())
            ? due with { Sight = await watches.Any().LookAsync(CancellationToken.None) }
            : due;

    // Null when nothing holds the webhook back.
    async Task<AttemptUnlooked?> HeldBackAsync(StartRun run, RunOrder order, DateTimeOffset orderedAt)
    {
        if (order.Blind)
        {
            return null;
        }

        if ((order.Terms is { } terms ? terms with { DueAt = orderedAt } : null)?.IsLate(time.GetUtcNow()) == true)
        {
            return new AttemptUnlooked(run.RunId, order.Attempt) { Late = true };
        }

        var sight = await watches.Any().LookAsync(CancellationToken.None);
        return Rules.HoldsWebhook(sight, time.GetUtcNow(), order.Terms) ? new AttemptUnlooked(run.RunId, order.Attempt) { Sight = sight } : null;
    }
}

using Lifecycle.Simulator.Apps;

namespace Lifecycle.Simulator.Worlds;

/// <content>What the host knows of the service and of who lives: the canary, and what negotiate hears.</content>
sealed partial class World
{
    readonly Dictionary<string, DateTimeOffset> returning = new(StringComparer.Ordinal);
    ServiceOutlook outlook = ServiceOutlook.Unknown;
    long blindUntil;
    int polls;

    /// <summary>Whether an app has opened a socket that looks did not get.</summary>
    public bool IsProven => outlook.Sight.ProvenFrom is not null;

    TimeSpan Elapsed => TimeSpan.FromMilliseconds(agenda.Now);

    void ForgetOutlook()
    {
        (outlook, polls) = (ServiceOutlook.Unknown, polls + 1);
        returning.Clear();
    }

    ServiceSight Look()
    {
        if (!outlook.Sight.IsAway && !outlook.IsFresh(Elapsed))
        {
            LookNow();
        }

        return outlook.Sight;
    }

    void LookNow()
    {
        var (opens, wasAway) = (IsAccepting && agenda.Now >= blindUntil, outlook.Sight.IsAway);
        outlook = outlook.Looked(opens, Elapsed, Now);
        if (!opens)
        {
            var poll = wasAway ? polls : ++polls;
            var wait = CanarySchedule.Wait(Now - (outlook.Sight.AwaySince ?? Now), draws.Uniform());
            agenda.After((long)wait.TotalMilliseconds, () => Poll(poll));
        }
        else if (wasAway)
        {
            Announce(Now);
        }
    }

    void Poll(int poll)
    {
        if (poll == polls && TakesCalls)
        {
            LookNow();
        }
    }

    void Announce(DateTimeOffset seenBackAt)
    {
        var wait = Rules.ToldBackIn(seenBackAt, Now, Policy.Default);
        agenda.After((long)wait.TotalMilliseconds, () =>
        {
            foreach (var session in TakesCalls ? sessions : [])
            {
                if (Rules.BackTo(session.Stored, seenBackAt) is { } back)
                {
                    Tell(session, back);
                }
            }
        });
    }

    SessionEvent Seen(Session session, SessionEvent @event) => @event switch
    {
        TimerFired timer when Rules.WantsSight(session.Stored, timer, Now) => timer with { Sight = Look(), SeenAt = SeenAt(session.Stored.InstanceId) },
        AttemptDue due when Rules.WantsSight(session.Stored, due, Now) => due with { Sight = Look() },
        _ => @event,
    };

    DateTimeOffset? SeenAt(string? instance) => instance is not null && returning.TryGetValue(instance, out var at) ? at : null;

    /// <summary>Negotiate: what the client is told, and what its coming tells.</summary>
    /// <returns>When it is to ask again; null when it is sent to the service.</returns>
    public TimeSpan? Negotiate(Client client, Connected claim)
    {
        var session = client.Session;
        (outlook, var isTaken) = outlook.Asked(Elapsed);
        if (!isTaken)
        {
            return Lifecycle.ServiceAway.RetryAfter(session.Id, policy, outlook.Sight, Now);
        }

        if (claim.InstanceId is { } instance && NegotiateSigns.IsReturn(claim.TokenEpoch))
        {
            returning[instance] = Now;
        }

        var isAgain = session.NegotiatedAt is { } last && agenda.Now - last <= NegotiateSigns.Again.TotalMilliseconds;
        session.NegotiatedAt = agenda.Now;
        if (NegotiateSigns.IsSign(claim.Attempt, claim.ConnectRefused, isAgain))
        {
            Look();
            if (NegotiateSigns.IsTold(outlook.Sight))
            {
                Tell(session, new SignOfLife(claim.InstanceId, claim.TokenEpoch, claim.TokenLife, Now));
            }
        }

        return null;
    }
}

namespace Lifecycle.Tests.Properties;

/// <summary>
/// One app session and the groups of its user, on a service as docs/reconnect.md describes it: memberships end with their ttl, connections
/// take those in force when they open, calls are refused, and what it knows gets lost, one by one or all at once.
/// </summary>
sealed class GroupWorld
{
    static readonly Policy policy = Policy.Default with { ReconnectGraceMs = 120_000, RetentionMs = 86_400_000 };

    readonly Dictionary<string, DateTimeOffset> memberships = [];
    readonly HashSet<string> heard = [];
    int opened;
    int accepted;
    int refusals;

    public GroupWorld()
    {
        Decide(new StartRequested());
        Reconnect();
    }

    public AppSession Session { get; private set; } = AppSession.None;

    public DateTimeOffset Now { get; private set; } = Walk.Start;

    /// <summary>The groups that the open connection is in.</summary>
    public IEnumerable<string> Heard => heard.Order();

    /// <summary>The groups that a connection would be in if it opened now.</summary>
    public IEnumerable<string> InForce => memberships.Where(m => Now <= m.Value).Select(m => m.Key).Order();

    /// <summary>Until when the user is in a group; the beginning of time when it is not.</summary>
    public DateTimeOffset Until(string stream) => memberships.GetValueOrDefault(stream);

    /// <summary>Whether the last step greeted a connection, with no call before it refused.</summary>
    public bool Greeted { get; private set; }

    /// <summary>Whether single memberships got lost since all were joined.</summary>
    public bool HasLost { get; private set; }

    public void Play(byte code)
    {
        var argument = code / 12;
        Greeted = false;
        switch (code % 12)
        {
            case 0 or 1: Subscribe(argument); break;
            case 2 or 3 or 4: Reconnect(); break;
            case 5: Pass(TimeSpan.FromMinutes(argument)); break;
            case 6: Pass(TimeSpan.FromHours(4 * argument)); break;
            case 7: Sweep(); break;
            case 8: Mend(); break;
            case 9: Lose(argument); break;
            case 10: (accepted, refusals) = (argument % 4, 1 + (argument / 4)); break;
            default: Rare(argument); break;
        }
    }

    void Rare(int argument)
    {
        switch (argument % 3)
        {
            case 0: Forget(); break;
            case 1: Reconnect(fresh: true); break;
            default: Restart(); break;
        }
    }

    /// <summary>Peace: the app comes back, what fails is mended, sweeps come as they should.</summary>
    public void Settle()
    {
        (accepted, refusals) = (0, 0);
        Reconnect();
        var until = Now + Lifecycle.Rules.ProvenFor + Lifecycle.Rules.ProofSpread;
        while (Now <= until)
        {
            Pass(TimeSpan.FromMinutes(5));
            Sweep();
        }
    }

    public void Pass(TimeSpan time) => Now += time;

    public void Sweep()
    {
        if (Lifecycle.Rules.RenewalOf(Walk.Id, Session, Now) is not null)
        {
            Decide(new GroupsDue());
        }
    }

    public void Reconnect(bool fresh = false)
    {
        Drop();
        Now = Now.AddSeconds(1);
        heard.UnionWith(InForce);
        Decide(new Connected($"c{++opened}", "i1", fresh ? false : true, Now));
    }

    void Drop()
    {
        heard.Clear();
        if (Session.Attachment is { ConnectionId: { } connection })
        {
            Decide(new Disconnected(connection));
        }
    }

    void Restart()
    {
        Decide(new StopRequested("bye"));
        Drop();
        Decide(new StartRequested());
        Reconnect();
    }

    // One to twelve streams: more than a reconnect asks about by name.
    void Subscribe(int argument)
    {
        var streams = Enumerable.Range(argument % 7, argument % 4 == 0 ? 12 : argument % 4).Select(n => $"s{n % 13:00}");
        Decide(new SubscriptionsReplaced($"c{opened}", [.. streams], Session.Subscriptions.Version));
    }

    void Mend()
    {
        for (var tries = 0; tries < 3 && Session.Attachment is { MendAt: { } at }; tries++)
        {
            Now = at > Now ? at : Now;
            Decide(new TimerFired(TimerKind.Mend, Session.Epoch));
        }
    }

    void Lose(int argument) => HasLost |= memberships.Remove($"s{argument % 13:00}");

    void Forget()
    {
        memberships.Clear();
        Reconnect();
    }

    void Decide(SessionEvent @event)
    {
        var failed = false;
        var events = new Queue<SessionEvent>([@event]);
        while (events.TryDequeue(out var next))
        {
            var decision = Session.DecideAt(next, Now, policy);
            HasLost &= decision.Session.Groups.JoinedAt == Session.Groups.JoinedAt;
            Session = decision.Session;
            Greeted |= decision.Of<SendAck>().Any();
            foreach (var effect in decision.Effects)
            {
                if (Execute(effect) is { } failure)
                {
                    failed = true;
                    events.Enqueue(failure);
                }
            }
        }

        Greeted &= !failed;
    }

    // As the shell does, one call after the other: the first one that is refused ends it.
    SessionEvent? Execute(Effect effect) => effect switch
    {
        ChangeGroups change => Do([.. change.Join.Select(Join), .. change.Leave.Select(Leave)]) ? null : new GroupsUnrestored(change.Version, change.Leave),
        JoinGroups join => Do([.. join.Join.Select(Join), .. join.Leave.Select(Leave)]) ? null : new GroupsUnrestored(join.Version, join.Leave),
        LeaveAllGroups leave => Do([() => memberships.Keys.ToList().ForEach(stream => Leave(stream)())]) ? null : new GroupsUnrestored(leave.Version, leave.Streams),
        RestoreGroups restore => Restore(restore) ? null : new GroupsUnrestored(restore.Version, []),
        _ => null,
    };

    bool Restore(RestoreGroups restore)
    {
        var there = InForce.ToHashSet();
        var missing = restore.Witnesses.RemoveAll(there.Contains);
        var (ask, unasked) = restore.Beyond(missing);
        return Do([() => { }, .. missing.Concat(unasked).Concat(ask.Where(stream => !there.Contains(stream))).Select(Join)]);
    }

    Action Join(string stream) => () =>
    {
        memberships[stream] = Now + Memberships.Ttl;
        heard.Add(stream);
    };

    Action Leave(string stream) => () =>
    {
        memberships.Remove(stream);
        heard.Remove(stream);
    };

    bool Do(IEnumerable<Action> calls)
    {
        foreach (var call in calls)
        {
            if (refusals > 0 && --accepted < 0)
            {
                refusals--;
                return false;
            }

            call();
        }

        return true;
    }
}

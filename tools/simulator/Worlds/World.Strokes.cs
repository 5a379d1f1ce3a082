using Lifecycle.Simulator.Apps;
using Lifecycle.Simulator.Plans;

namespace Lifecycle.Simulator.Worlds;

/// <content>What happens to a world, as its plan says.</content>
sealed partial class World
{
    /// <summary>When a clock was set last, or the policy changed: what was reckoned before that does not count.</summary>
    public long LastUpheaval { get; private set; } = -Planner.DayMs;

    void Strike(Stroke stroke)
    {
        watch.Struck(stroke);
        switch (stroke.Do)
        {
            case StrokeKind.KillApp: app.Kill(stroke); break;
            case StrokeKind.CrashLoop: app.Loop(stroke); break;
            case StrokeKind.Deploy: app.Deploy(stroke); break;
            case StrokeKind.Pause: app.Pause(stroke); break;
            case StrokeKind.Deaf: app.GoDeaf(); break;
            case StrokeKind.WebhookAnswers: app.Answer(stroke); break;
            case StrokeKind.SlowWebhooks: app.BeSlow(stroke); break;
            case StrokeKind.SetPolicy: SetPolicy(stroke.Policy!.Over(Policy.Default)); break;
            case StrokeKind.CloudOutage: ServiceAway(stroke); break;
            case StrokeKind.KillHost: KillHost(stroke.Ms); break;
            case StrokeKind.StallEngine: StallEngine(stroke.Ms); break;
            case StrokeKind.ClockStep: (skew, LastUpheaval) = (skew + stroke.Ms, agenda.Now); break;
            case StrokeKind.BlindHost: blindUntil = agenda.Now + stroke.Ms; break;
            default: StrikeSessions(stroke); break;
        }
    }

    /// <summary>Whether a policy has been in force that does not resurrect.</summary>
    public bool LetsGo { get; private set; }

    void SetPolicy(Policy next) => (policy, LastUpheaval, LetsGo) = (next, agenda.Now, LetsGo || !next.Resurrect);

    void StrikeSessions(Stroke stroke)
    {
        if (stroke.Session is { } one)
        {
            Strike(sessions[one], stroke);
            return;
        }

        foreach (var session in sessions)
        {
            agenda.After(session.Draws.Below((int)Math.Max(1, stroke.Ms)), () => Strike(session, stroke));
        }
    }

    void Strike(Session session, Stroke stroke)
    {
        switch (stroke.Do)
        {
            case StrokeKind.Start: AskForStart(session, stroke); break;
            case StrokeKind.Stop: Tell(session, new StopRequested("user")); break;
            case StrokeKind.Revive: TellGate(new ProbeWanted()); Tell(session, new ReviveRequested()); break;
            case StrokeKind.Away: Tell(session, new UserWentAway()); break;
            case StrokeKind.Back: Tell(session, new UserCameBack()); break;
            case StrokeKind.Post: Post(session); break;
            case StrokeKind.Subscribe: Attached(session)?.Subscribe(++session.Strokes % 3 == 0 ? [] : ["audio", $"s{session.Strokes}"]); break;
            case StrokeKind.Release: Attached(session)?.Release(); break;
            case StrokeKind.DropSocket: DropSocket(session, stroke); break;
            case StrokeKind.Firewall: session.BlockedUntil = agenda.Now + stroke.Ms; DropSocket(session, stroke); break;
            case StrokeKind.LoseEvent or StrokeKind.DelayEvent or StrokeKind.DoubleEvent: session.EventFaults.Enqueue(stroke); break;
            case StrokeKind.DelayOperation or StrokeKind.DoubleOperation: session.OperationFaults.Enqueue(stroke); break;
            case StrokeKind.CrashAtSave: session.CrashesFor = stroke.Ms; break;
            default: throw new InvalidOperationException($"Nothing knows how to {stroke.Do}.");
        }
    }

    // The platform's call waits for a host, as a queue or a client that tries again does; one that is hopeless is refused at once.
    void AskForStart(Session session, Stroke stroke)
    {
        if (Rules.StartIsHopelessUntil(session.Stored.State, gate, Now, policy) is null)
        {
            Tell(session, new StartRequested(Foreground: stroke.Status > 0) { AskedAt = Now });
        }
    }

    // As the entity does: the service is asked for the connection when it is its turn.
    void Post(Session session)
    {
        var attachment = session.Stored.Attachment?.ConnectionId;
        var isReachable = attachment is null || !canBeAsked ? (bool?)null : session.Open.Exists(socket => socket.Id == attachment);
        Tell(session, new MessagePosted($"m{++session.Posts}", "{}", isReachable));
    }

    static Client? Attached(Session session) => session.Clients.Find(client => client.AttachedOn is not null);

    void DropSocket(Session session, Stroke stroke)
    {
        if (session.Open.FindLast(socket => !socket.IsBroken) is { } socket)
        {
            Drop(socket, stroke.Ms % 60_000, stroke.OtherMs, Blame.Network);
        }
    }

    // From now on nothing goes wrong any more, and whatever began to go wrong ends.
    void Heal()
    {
        (awayUntil, canBeAsked, blindUntil) = (Math.Min(awayUntil, agenda.Now), true, 0);
        app.Heal();
        foreach (var session in sessions)
        {
            session.BlockedUntil = 0;
            session.CrashesFor = null;
            session.EventFaults.Clear();
            session.OperationFaults.Clear();
        }
    }
}

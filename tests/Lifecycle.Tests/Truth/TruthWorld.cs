namespace Lifecycle.Tests.Truth;

/// <summary>
/// Many sessions of one app, the app and its gate, with the real rules of both, over a network that takes its time. It knows at each
/// moment what is true; the watch compares that with what the rules believe.
/// </summary>
sealed partial class TruthWorld
{
    const string GateTarget = "gate";

    static readonly TimeSpan sweepEvery = TimeSpan.FromSeconds(30);

    readonly Simulation simulation = new(Walk.Start);
    readonly TruthSettings settings;
    readonly TruthHops hops;
    readonly TruthWatch watch;
    readonly List<TruthSession> sessions;
    readonly Dictionary<string, TruthSession> byName;
    readonly List<TimeSpan> recoveries = [];
    AppGate gate = AppGate.New;
    bool appIsUp = true;
    int processes = 1;
    int sockets;

    TruthWorld(TruthSettings settings)
    {
        this.settings = settings;
        hops = new TruthHops(simulation, settings);
        watch = new TruthWatch(simulation, settings);
        sessions = [.. Enumerable.Range(0, settings.Sessions).Select(n => new TruthSession($"s{n}"))];
        byName = sessions.ToDictionary(session => session.Id.SessionId, StringComparer.Ordinal);
    }

    /// <summary>The gate as it is stored at the end.</summary>
    public AppGate Gate => gate;

    /// <summary>Webhooks whose verdict was lost.</summary>
    public int VerdictsLost => lostVerdicts.Count;

    /// <summary>Slots that were given for webhooks whose end had been reported.</summary>
    public int SlotsForNobody => watch.AdmittedTooLate;

    /// <summary>From the time at which the app is up again until so large a share of its sessions have attached.</summary>
    public TimeSpan Recovered(double share) => recoveries.Order().ElementAt((int)Math.Ceiling(recoveries.Count * share) - 1);

    /// <summary>Plays it to the end. Throws when something does not hold at any step.</summary>
    public static TruthWorld Play(TruthSettings settings)
    {
        var world = new TruthWorld(settings);
        world.sessions.ForEach(session => world.Tell(session, new StartRequested()));
        world.simulation.After(sweepEvery, world.Sweep);
        world.simulation.At(settings.DiesAt, world.Die);
        world.simulation.At(settings.BackAt, world.ComeBack);
        world.simulation.RunUntil(settings.EndsAt);
        world.watch.AtTheEnd(world.sessions, world.gate);
        return world;
    }

    void Die()
    {
        watch.AllAttached(sessions);
        watch.AppIsDown();
        appIsUp = false;
        sessions.ForEach(session => Close(session, session.Socket));
    }

    void ComeBack()
    {
        appIsUp = true;
        processes++;
        watch.AppIsUp();
    }

    void Sweep()
    {
        simulation.After(sweepEvery, Sweep);
        foreach (var session in sessions)
        {
            foreach (var lost in Lifecycle.Rules.LostOf(session.Stored, simulation.Now))
            {
                Tell(session, lost);
            }
        }

        if (AppRules.IsOverdue(gate, simulation.Now, settings.Policy))
        {
            TellGate(new TimePassed());
        }
    }

    void Tell(TruthSession session, SessionEvent @event) => hops.Send(session.Id.SessionId, _ => Apply(session, @event));

    void TellGate(AppEvent @event) => hops.Send(GateTarget, _ => ApplyToGate(@event));

    RunOrder? Apply(TruthSession session, SessionEvent @event)
    {
        var before = session.Stored;
        var decision = Lifecycle.Rules.Decide(session.Id, before, @event, simulation.Now, settings.Policy).Holding(before, @event, simulation.Now, settings.Policy);
        session.Stored = decision.Session;
        watch.SessionDecided(session, before, @event);
        if (simulation.Now >= settings.BackAt && before.State != AppState.Running && session.Stored.State == AppState.Running)
        {
            recoveries.Add(simulation.Now - settings.BackAt);
        }

        foreach (var effect in decision.Effects)
        {
            Execute(session, effect);
        }

        return decision.Order;
    }

    void Execute(TruthSession session, Effect effect)
    {
        switch (effect)
        {
            case ArmTimer timer: simulation.At(timer.DueAt, () => Tell(session, timer.ToEvent())); break;
            case TellApp tell: TellGate(tell.Event); break;
            case AskGate ask: simulation.At(ask.At ?? simulation.Now, () => Ask(session, ask.Ask)); break;
            case StartRun run: Begin(session, run); break;
            case CloseConnection close: Close(session, close.ConnectionId); break;
        }
    }

    Admission? ApplyToGate(AppEvent @event)
    {
        var before = gate;
        var decision = AppRules.Decide(Walk.Id.PackageName, before, @event, simulation.Now, settings.Policy).Holding(before, @event, simulation.Now, settings.Policy);
        gate = decision.Gate;
        watch.GateDecided(before, @event, decision);
        foreach (var call in decision.Effects.OfType<CallUp>())
        {
            simulation.At(call.At ?? simulation.Now, () => Tell(byName[call.SessionId], new CalledUp(call.RunId)));
        }

        return decision.Admission;
    }

    // The answer comes by itself, at the slot of whoever is to go.
    void Ask(TruthSession session, AdmissionAsked ask) => hops.Send(GateTarget, _ =>
    {
        var admission = ApplyToGate(ask)!;
        var at = admission.Kind == AdmissionKind.Go ? admission.At : simulation.Now;
        simulation.At(at, () => Tell(session, AttemptAdmitted.To(ask, ask.RunId!, admission)));
    });

    // A process that was told to by webhook attaches once, however often it is told.
    void Attach(TruthSession session, int process)
    {
        if (appIsUp && process == processes && session.Socket is null)
        {
            session.Socket = $"c{++sockets}";
            Tell(session, new Connected(session.Socket, $"i{process}", NegotiatedAt: simulation.Now));
        }
    }

    void Close(TruthSession session, string? socket)
    {
        if (socket is not null && session.Socket == socket)
        {
            session.Socket = null;
            Tell(session, new Disconnected(socket));
        }
    }
}

namespace Lifecycle.Tests.Properties;

/// <summary>
/// Sessions of one app whose processes live for as long as a script says, with their gate, in time: everything comes when it is due, and nothing is lost.
/// It knows when each restart was put off, and when it went out.
/// </summary>
sealed class CrashWorld
{
    const string Package = "com.example.notes";

    readonly PriorityQueue<Action, (DateTimeOffset At, int Order)> agenda = new();
    readonly Dictionary<AppSessionId, AppSession> sessions = [];
    readonly Dictionary<(AppSessionId Id, string RunId), Restart> restarts = [];
    readonly Func<double> livesMs;
    readonly Func<double?> comesBackMs;
    int order;
    int processes;

    /// <param name="count">How many sessions the app is started in.</param>
    /// <param name="livesMs">For how long the next process lives, in milliseconds.</param>
    /// <param name="comesBackMs">How long after its end the next process comes by itself; null for never.</param>
    public CrashWorld(int count, Func<double> livesMs, Func<double?>? comesBackMs = null)
    {
        (this.livesMs, this.comesBackMs) = (livesMs, comesBackMs ?? (() => null));
        foreach (var id in Enumerable.Range(1, count).Select(n => new AppSessionId($"s{n}", Package)))
        {
            sessions[id] = AppSession.None;
            Tell(id, new StartRequested(), Now);
        }
    }

    /// <summary>A restart that was put off.</summary>
    /// <param name="At">When.</param>
    /// <param name="Times">How many lives in a row were short.</param>
    public sealed record Restart(DateTimeOffset At, int Times);

    /// <summary>A webhook that went out.</summary>
    /// <param name="At">When.</param>
    /// <param name="Id">To which session.</param>
    /// <param name="PutOff">Whether it had been put off; null when it had not.</param>
    /// <param name="Wanted">Whether somebody asked for it meanwhile.</param>
    public sealed record Sent(DateTimeOffset At, AppSessionId Id, Restart? PutOff, bool Wanted);

    public DateTimeOffset Now { get; private set; } = Walk.Start;

    public AppGate Gate { get; private set; } = AppGate.New;

    public List<Sent> Webhooks { get; } = [];

    public IEnumerable<AppSession> Sessions => sessions.Values;

    /// <summary>The most sessions that the gate remembered by name.</summary>
    public int Remembered { get; private set; }

    /// <summary>Notices of a crash loop that were sent while one was open.</summary>
    public int NoticesTooMany { get; private set; }

    public void RunUntil(DateTimeOffset until)
    {
        while (agenda.TryPeek(out _, out var next) && next.At <= until)
        {
            Now = next.At;
            agenda.Dequeue()();
        }

        Now = until;
    }

    /// <summary>The platform asks for a start of every session.</summary>
    public void StartAll()
    {
        foreach (var id in sessions.Keys.ToList())
        {
            Decide(id, new StartRequested());
        }
    }

    void At(DateTimeOffset at, Action action) => agenda.Enqueue(action, (at > Now ? at : Now, order++));

    void Tell(AppSessionId id, SessionEvent @event, DateTimeOffset at) => At(at, () => Decide(id, @event));

    RunOrder? Decide(AppSessionId id, SessionEvent @event)
    {
        var decision = Lifecycle.Rules.Decide(id, sessions[id], @event, Now, Policy.Default).Holding(sessions[id], @event, Now, Policy.Default);
        sessions[id] = decision.Session;
        if (decision.Outcome.Reason == Reasons.CrashLoop)
        {
            restarts[(id, decision.Session.Run!.Id)] = new Restart(Now, decision.Session.Life.Short);
        }

        foreach (var effect in decision.Effects)
        {
            Execute(id, effect);
        }

        return decision.Order;
    }

    void Execute(AppSessionId id, Effect effect)
    {
        switch (effect)
        {
            case ArmTimer timer: Tell(id, timer.ToEvent(), timer.DueAt); break;
            case AskGate ask: At(ask.At ?? Now, () => Ask(id, ask.Ask)); break;
            case TellApp tell: At(Now, () => AskGate(tell.Event)); break;
            case StartRun run: At(Now, () => Send(id, run)); break;
        }
    }

    void Ask(AppSessionId id, AdmissionAsked ask)
    {
        var admission = AskGate(ask)!;
        Tell(id, AttemptAdmitted.To(ask, ask.RunId!, admission), admission.Kind == AdmissionKind.Go ? admission.At : Now);
    }

    Admission? AskGate(AppEvent @event)
    {
        var told = Gate.Incident is { IsOpen: true, LoopToldAt: not null };
        var decision = AppRules.Decide(Package, Gate, @event, Now, Policy.Default).Holding(Gate, @event, Now, Policy.Default);
        Gate = decision.Gate;
        Remembered = Math.Max(Remembered, Gate.Loops.Sessions.Length);
        NoticesTooMany += told && decision.Effects.OfType<TellOwner>().Any(tell => tell.Kind == OwnerNoticeKind.CrashLoop) ? 1 : 0;
        foreach (var call in decision.Effects.OfType<CallUp>())
        {
            Tell(new AppSessionId(call.SessionId, Package), new CalledUp(call.RunId), call.At ?? Now);
        }

        return decision.Admission;
    }

    // The app takes every webhook and attaches at once.
    void Send(AppSessionId id, StartRun run)
    {
        Webhooks.Add(new Sent(Now, id, restarts.GetValueOrDefault((id, run.RunId)), sessions[id].Run is not { Wanted: false }));
        var wait = Decide(id, new AttemptSent(run.RunId, run.Order.Attempt, WebhookResult.FromStatus(202)));
        if (wait is { Kind: RunOrderKind.Wait, Until: { } until })
        {
            At(until, () => Decide(id, new AttemptDue(run.RunId, wait.Driver)));
        }

        At(Now.AddMilliseconds(100), () => Attach(id));
    }

    void Attach(AppSessionId id)
    {
        if (sessions[id].State == AppState.Running)
        {
            return;
        }

        var name = $"{++processes}";
        Decide(id, new Connected($"c{name}", $"i{name}", NegotiatedAt: Now));
        At(Now.AddMilliseconds(livesMs()), () =>
        {
            Decide(id, new Disconnected($"c{name}"));
            if (comesBackMs() is { } ms)
            {
                At(Now.AddMilliseconds(ms), () => Attach(id));
            }
        });
    }
}

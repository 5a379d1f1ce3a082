namespace Lifecycle.Tests.Apps;

/// <summary>
/// Many sessions of one app before its gate, on a clock of its own: each asks, waits as it is told, and sends when it may. The app is up
/// or away by a plan. It knows the truth that the gate only learns by outcomes.
/// </summary>
sealed class GateWorld
{
    readonly PriorityQueue<Action, (DateTimeOffset At, int Order)> agenda = new();
    readonly Policy policy;
    readonly Func<string, double, int> statusAt;
    readonly Func<int, bool> losesReport;
    int order;

    /// <param name="policy">The app's policy.</param>
    /// <param name="statusAt">What the app answers to a session at a time, in seconds.</param>
    /// <param name="losesReport">Whether the report of the n-th webhook is lost with its host.</param>
    public GateWorld(Policy policy, Func<string, double, int> statusAt, Func<int, bool>? losesReport = null) =>
        (this.policy, this.statusAt, this.losesReport) = (policy, statusAt, losesReport ?? (_ => false));

    public AppGate Gate { get; private set; } = AppGate.New;

    public DateTimeOffset Now { get; private set; } = GateWalk.Start;

    public List<Sent> Webhooks { get; } = [];

    public List<Session> Sessions { get; } = [];

    /// <summary>The most probes that were in flight at once.</summary>
    public int ProbesAtOnce { get; private set; }

    /// <summary>How long after its answer a webhook's outcome is told, in milliseconds.</summary>
    public double HopMs { get; init; }

    /// <summary>Every outcome is told a second time, after others that came later.</summary>
    public bool Twice { get; init; }

    /// <summary>How many webhooks a second the app can answer; the others wait.</summary>
    public double TakesPerSecond { get; init; } = double.PositiveInfinity;

    /// <summary>What the app's health URL answers at a time, in seconds; null for an app without one.</summary>
    public Func<double, int>? HealthAt { get; init; }

    /// <summary>When the health URL was asked.</summary>
    public List<DateTimeOffset> HealthAsked { get; } = [];

    int probesInFlight;
    DateTimeOffset freeAt;

    public sealed record Sent(DateTimeOffset At, Session By, bool Probe, bool BreakerOpen, int Status);

    public sealed class Session(string name, bool foreground, double lostAt)
    {
        public string Name => name;
        public bool Foreground => foreground;
        public DateTimeOffset LostAt { get; } = GateWalk.Start.AddSeconds(lostAt);
        public int Attempt { get; set; }
        public int Asks { get; set; }
        public int Waits { get; set; }
        public Ticket? Ticket { get; set; }
        public double LastDelayMs { get; set; }
        public bool Left { get; set; }
        public DateTimeOffset? AttachedAt { get; set; }
        public DateTimeOffset? AskAgainAt { get; set; }
    }

    public static double Seconds(DateTimeOffset at) => (at - GateWalk.Start).TotalSeconds;

    /// <summary>A session that has lost its socket at a time, and is due after its grace window and the spread.</summary>
    public Session Lose(string name, double lostAt, bool foreground = false)
    {
        var session = new Session(name, foreground, lostAt);
        Sessions.Add(session);
        var spread = policy.InitialSpreadMs * StableHash.Uniform(new(name, GateWalk.Package), "r", 0);
        At(session.LostAt.AddMilliseconds(policy.ReconnectGraceMs + spread), () => Ask(session));
        return session;
    }

    /// <summary>A session that waits is stopped.</summary>
    public void Leave(Session session)
    {
        session.Left = session.AttachedAt is null;
        if (session is { Left: true, AskAgainAt: not null })
        {
            Apply(new AdmissionReturned(null, session.Ticket, session.Name));
        }
    }

    public void RunUntil(double seconds)
    {
        while (agenda.TryPeek(out _, out var next) && Seconds(next.At) <= seconds)
        {
            var action = agenda.Dequeue();
            Now = next.At;
            action();
        }
    }

    void At(DateTimeOffset time, Action action) => agenda.Enqueue(action, (time > Now ? time : Now, order++));

    Admission? Apply(AppEvent @event) => Decide(@event).Admission;

    AppDecision Decide(AppEvent @event)
    {
        var decision = AppRules.Decide(GateWalk.Package, Gate, @event, Now, policy, HealthAt is not null).Holding(Gate, @event, Now, policy);
        Gate = decision.Gate;
        foreach (var call in decision.Effects.OfType<CallUp>())
        {
            var session = Sessions.Single(s => s.Name == call.SessionId);
            At(call.At ?? Now, () => CallUp(session));
        }

        foreach (var watch in decision.Effects.OfType<WatchHealth>())
        {
            AskHealth(watch.Watch, 1, watch.Order, 0);
        }

        return decision;
    }

    // Question by question, as the activity does; what came of a round is told at once.
    void AskHealth(string watch, int round, HealthOrder order, int asked) => At(HealthSchedule.DueAt(order, GateWalk.Package, $"{watch}|{round}", asked), () =>
    {
        if (Gate.Health?.Id != watch)
        {
            return;
        }

        HealthAsked.Add(Now);
        var result = WebhookResult.FromStatus(HealthAt!(Seconds(Now)));
        if (result.Verdict != WebhookVerdict.Accepted && asked + 1 < order.Tries)
        {
            AskHealth(watch, round, order, asked + 1);
        }
        else if (Decide(new HealthLooked(watch, round, asked + 1, result)).Health is { IsOver: false } next)
        {
            AskHealth(watch, round + 1, next, 0);
        }
    });

    void CallUp(Session session)
    {
        if (session.AskAgainAt > Now.AddSeconds(1))
        {
            Ask(session);
        }
    }

    void Ask(Session session)
    {
        if (session.Left || session.AttachedAt is not null)
        {
            return;
        }

        session.Asks++;
        var ask = new AdmissionAsked($"{session.Name}|{session.Attempt + 1}", RunReason.Resurrection, session.Foreground, session.LostAt, session.Ticket)
        {
            SessionId = session.Name,
            RunId = "r",
            Since = session.LostAt.AddMilliseconds(policy.ReconnectGraceMs),
        };
        session.AskAgainAt = null;
        var admission = Apply(ask)!;
        if (admission.Kind == AdmissionKind.Go)
        {
            session.Ticket = null;
            probesInFlight += admission.Probe ? 1 : 0;
            ProbesAtOnce = Math.Max(ProbesAtOnce, probesInFlight);
            At(admission.At, () => Send(session, admission.Probe));
            return;
        }

        var wait = ++session.Waits;
        (session.Ticket, session.AskAgainAt) = (admission.Ticket, admission.At);
        At(admission.At, () => AskIf(session, wait));
    }

    // One that was called up in the meantime has asked already.
    void AskIf(Session session, int wait)
    {
        if (session.Waits == wait && session.AskAgainAt is not null)
        {
            Ask(session);
        }
    }

    void Send(Session session, bool probe)
    {
        session.Attempt++;
        var status = statusAt(session.Name, Seconds(Now));
        var lost = losesReport(Webhooks.Count);
        Webhooks.Add(new Sent(Now, session, probe, Gate.Breaker.IsOpen, status));
        // An app that is away lets its callers wait.
        var tookMs = status == 202 ? 20 + QueueMs() : 1_000;
        var sentAt = Now;
        At(Now.AddMilliseconds(tookMs), () => Answered(session, WebhookResult.FromStatus(status) with { TookMs = (int)tookMs }, probe, lost, sentAt));
    }

    // One after the other.
    double QueueMs()
    {
        var wait = freeAt > Now ? freeAt - Now : TimeSpan.Zero;
        freeAt = Now + wait + TimeSpan.FromSeconds(1 / TakesPerSecond);
        return wait.TotalMilliseconds;
    }

    void Report(OutcomeReported reported)
    {
        if (HopMs > 0)
        {
            At(Now.AddMilliseconds(HopMs), () => Apply(reported));
        }
        else
        {
            Apply(reported);
        }

        if (Twice)
        {
            At(Now.AddMilliseconds((HopMs * 2) + 70), () => Apply(reported));
        }
    }

    void Answered(Session session, WebhookResult result, bool probe, bool reportIsLost, DateTimeOffset sentAt)
    {
        probesInFlight -= probe ? 1 : 0;
        if (!reportIsLost)
        {
            Report(new OutcomeReported($"{session.Name}|{session.Attempt}", result) { DueAt = sentAt });
        }

        if (result.Verdict == WebhookVerdict.Accepted)
        {
            session.AttachedAt = Now;
            return;
        }

        var random = StableHash.Uniform(new(session.Name, GateWalk.Package), "r", session.Attempt);
        var cap = (int)Math.Min(policy.BackoffCapMs, ProbeSchedule.SpacingMs(Now - session.LostAt, policy));
        session.LastDelayMs = Backoff.NextMs(session.LastDelayMs, policy.BackoffBaseMs, cap, random);
        At(Now.AddMilliseconds(session.LastDelayMs), () => Ask(session));
    }
}

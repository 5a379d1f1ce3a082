using System.Text.Json;
using Lifecycle.Simulator.Apps;
using Lifecycle.Simulator.Chance;
using Lifecycle.Simulator.Plans;
using Lifecycle.Simulator.Reports;
using Lifecycle.Simulator.Watching;

namespace Lifecycle.Simulator.Worlds;

/// <summary>
/// The sessions of one app on virtual time: the real rules decide, and a few lines stand in for entities, durable timers, orchestrations, the SignalR service
/// and the app's servers. One thread, no tasks, no clock but its own; everything in it follows from its plan.
/// </summary>
sealed partial class World
{
    /// <summary>The moment at which every world begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    readonly Plan plan;
    readonly IRules rules;
    readonly Agenda agenda = new();
    readonly Draws draws;
    readonly Session[] sessions;
    readonly AppServer app;
    readonly Watch watch;
    Policy policy;
    AppGate gate = AppGate.New;
    long gateArrival;
    long skew;

    World(Plan plan, IRules rules, Journal? journal)
    {
        (this.plan, this.rules, policy) = (plan, rules, plan.Policy.Over(Policy.Default));
        draws = Draws.For(plan.Seed, 0);
        sessions = [.. Enumerable.Range(0, plan.Sessions).Select(n => new Session(n, Draws.For(plan.Seed, (ulong)n + 1_000), Draws.For(plan.Seed, (ulong)n + 1_000_000)))];
        app = new AppServer(this, plan.App, Draws.For(plan.Seed, 1));
        watch = new Watch(this, journal);
        LetsGo = !policy.Resurrect;
    }

    /// <summary>Plays a plan to its end, or to the first thing that must not be.</summary>
    public static PlayResult Play(Plan plan, IRules rules, Journal? journal = null)
    {
        var world = new World(plan, rules, journal);
        world.Begin();
        world.agenda.RunUntil(plan.UntilMs, () => world.watch.Violation is null);
        world.watch.AtTheEnd();
        return new PlayResult(world.Figures, world.watch.Violation);
    }

    public Plan Plan => plan;

    public IReadOnlyList<Session> Sessions => sessions;

    public Agenda Agenda => agenda;

    public Watch Watch => watch;

    public Figures Figures { get; } = new();

    public AppServer App => app;

    public Policy Policy => policy;

    public AppGate Gate => gate;

    /// <summary>The time by the host's clock, which can be wrong.</summary>
    public DateTimeOffset Now => At(agenda.Now);

    /// <summary>The same of another moment.</summary>
    public DateTimeOffset At(long moment) => Start.AddMilliseconds(moment + skew);

    void Begin()
    {
        foreach (var stroke in plan.Strokes)
        {
            agenda.At(stroke.AtMs, () => Strike(stroke));
        }

        agenda.After(SweepEveryMs, Sweep);
        agenda.At(plan.FaultsUntilMs, Heal);
    }

    // A durable timer is armed for a span, by the clock of the host that arms it; it comes a little early or late.
    long WhenDue(DateTimeOffset due, Draws its) =>
        agenda.Now + Math.Max(0, (long)Math.Ceiling((due - Now).TotalMilliseconds) + (its.Chance(0.1) ? -its.Below(90) : its.Below(120)));

    long Hop(Session session) => 1 + (long)session.Hops.LogNormal(plan.HopMs, 0.5);

    /// <summary>A message to a session's entity. Those that are sent to one arrive in order.</summary>
    void Tell(Session session, SessionEvent @event, Action<RunOrder?>? answer = null)
    {
        var arrives = Math.Max(agenda.Now + Hop(session), session.LastArrival);
        if (session.OperationFaults.TryDequeue(out var fault))
        {
            if (fault.Do == StrokeKind.DoubleOperation)
            {
                agenda.At(arrives + fault.Ms, () => Operate(session, @event, null));
            }
            else
            {
                agenda.At(arrives + fault.Ms, () => Operate(session, @event, answer));
                return;
            }
        }

        session.LastArrival = arrives;
        agenda.At(arrives, () => Operate(session, @event, answer));
    }

    void Operate(Session session, SessionEvent given, Action<RunOrder?>? answer)
    {
        if (IsStanding)
        {
            WhenBack(() => Operate(session, given, answer));
            return;
        }

        var (before, @event, now) = (session.Stored, Seen(session, given), Now);
        var decision = rules.Decide(session.Id, before, @event, now, policy);
        Figures.Decisions++;
        if (session.CrashesFor is { } down)
        {
            session.CrashesFor = null;
            watch.Crashed(session, @event);
            DoOutside(session, decision);
            KillHost(down);
            WhenBack(() => Operate(session, given, answer));
            return;
        }

        session.Stored = plan.Stored ? Reread(decision.Session) : decision.Session;
        watch.Decided(session, before, @event, decision, now);
        DoOutside(session, decision);
        DoDurable(session, decision);
        answer?.Invoke(decision.Order);
    }

    // What is stored is what is decided on.
    static T Reread<T>(T state) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(state))!;

    void DoOutside(Session session, Decision decision)
    {
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case CloseConnection close: Close(session, close.ConnectionId, close.Reason); break;
                case SendAck ack: SendAck(session, ack); break;
                case SendSuperseded old: Reach(session, old.ConnectionId, client => client.OnSuperseded(old.ConnectionId, old.IsHandedOver)); break;
                case SendMessage message: Reach(session, message.ConnectionId, client => client.OnMessage(message.ConnectionId, message.Seq)); break;
                case SendSubscriptions s: Reach(session, s.ConnectionId, client => client.OnSubscriptions(s.Current)); break;
                case AskToTell ask: Reach(session, ask.ConnectionId, client => client.TellDone(isLast: false)); break;
            }
        }
    }

    void DoDurable(Session session, Decision decision)
    {
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case ArmTimer timer: agenda.At(WhenDue(timer.DueAt, session.Hops), () => Tell(session, timer.ToEvent())); break;
                case TellApp tell: TellGate(tell.Event); break;
                case AskGate ask: AskGateAt(session, ask); break;
                case StartRun run: BeginRun(session, run); break;
                case SendStopWebhook stop: BeginStop(session, stop); break;
            }
        }
    }
}

using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Lifecycle.Entities;
using Lifecycle.Functions.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Scenarios;

/// <summary>
/// The rules alone: events go straight to <see cref="Rules.Decide"/>, and what they order is done by a few lines that stand in for
/// entity, durable timers, orchestration and SignalR service.
/// </summary>
sealed partial class RulesWorld : IWorld
{
    static readonly TimeSpan sweepEvery = TimeSpan.FromSeconds(30);

    readonly Dictionary<AppSessionId, AppSession> sessions = [];
    readonly Dictionary<AppSessionId, History> histories = [];
    readonly Dictionary<string, Policy> policies = [];
    readonly Dictionary<string, AppGate> gates = [];
    readonly Dictionary<string, RulesSocket> sockets = [];
    readonly Dictionary<AppSessionId, List<RulesSocket>> socketsOf = [];
    readonly Dictionary<AppSessionId, HashSet<string>> groups = [];
    readonly EventFaults faults = new();
    readonly TimeProvider time;
    readonly BackendTiming timing;
    readonly Hops hops;
    readonly RulesPulse pulse;
    readonly TwoHosts watches;
    ReturningProcesses returning;
    readonly ServiceProvider meters = new ServiceCollection().AddMetrics().AddSingleton<LifecycleMetrics>().BuildServiceProvider();
    TaskCompletionSource? hostIsDown;
    bool accepting = true;
    int connections;
    int posts;
    bool closed;

    public RulesWorld(TimeProvider time, EngineTiming engine, int seed)
    {
        (this.time, timing, hops) = (time, new(engine, seed), new(engine, time, seed));
        pulse = new RulesPulse(hops, time);
        watches = new TwoHosts(time, Metrics, () => accepting, seed);
        returning = new ReturningProcesses(time);
        watches.OnBack(TellBackAsync);
    }

    public TimeProvider Time => time;

    public CounterBook Counters { get; } = new();

    public Func<WebhookCall, Task<WebhookReply>> Webhooks { get; set; } = _ => Task.FromResult(new WebhookReply(0));

    public Func<string, string?> RetryAfterOf { get; set; } = _ => null;

    public Func<string, int?> HealthOf { get; set; } = _ => null;

    public Action<NoticeSeen> OwnerNotices { get; set; } = _ => { };

    /// <summary>Called for every operation on an entity: the session, or null for its app's gate, and what it is told.</summary>
    public Action<AppSessionId?, object> Operations { get; set; } = (_, _) => { };

    /// <summary>Whether decisions are remembered. The bench, which asks nobody why, does without.</summary>
    public bool Remembers { get; init; } = true;

    // There before the world is opened: the bench plays its traces in one that nobody opens, without sweeps.
    LifecycleMetrics Metrics => meters.GetRequiredService<LifecycleMetrics>();

    public Task OpenAsync()
    {
        Counters.Listen(meters.GetRequiredService<IMeterFactory>());
        _ = SweepAsync();
        return Task.CompletedTask;
    }

    public Task RegisterAsync(string package, PolicyOverrides policy)
    {
        policies[package] = policy.Over(Policy.Default);
        return Task.CompletedTask;
    }

    HashSet<string> GroupsOf(AppSessionId id) => groups.TryGetValue(id, out var known) ? known : groups[id] = [];

    public async Task<AttachOutcome> AttachAsync(AppSessionId id, AttachAs @as, IAppSocketEvents events)
    {
        if (hostIsDown is null && AwayFor(id) is { } wait)
        {
            return new(null, wait);
        }

        if (await ExpectAsync(id, @as) is not { } ackWithin)
        {
            return AttachOutcome.Nothing;
        }

        Hear(id, @as);
        if (!accepting || @as.IsBlocked)
        {
            return AttachOutcome.Refused;
        }

        var connected = new Connected(
            $"c{++connections}", @as.InstanceId, @as.Reconnect, time.GetUtcNow(), @as.Token is { } token ? long.Parse(token) : null, LastSeq: @as.LastSeq)
        {
            Attempt = @as.Attempt,
            ConnectRefused = @as.ConnectRefused,
            Version = @as.Version,
            TakeOver = @as.TakeOver,
        };
        var socket = new RulesSocket(this, id, connected, ackWithin, events);
        sockets[connected.ConnectionId] = socket;
        (socketsOf.TryGetValue(id, out var others) ? others : socketsOf[id] = []).Add(socket);
        await DeliverAsync("connected", id, connected);
        return new(socket);
    }

    public Task<TimeSpan?> ExpectAsync(AppSessionId id, AttachAs @as) => Task.FromResult(hostIsDown is null ? pulse.Expect() : null);

    public Task<SessionSnapshot?> ReadAsync(AppSessionId id) => Task.FromResult(sessions.TryGetValue(id, out var s)
        ? new SessionSnapshot(s.State, s.Tally, s.Trail, s.Subscriptions)
        : null);

    public Task<History?> RecallAsync(AppSessionId id) => Task.FromResult(histories.GetValueOrDefault(id));

    /// <summary>What is said of a session now.</summary>
    public Explanation Explain(AppSessionId id) => Explainer.Of(
        sessions.GetValueOrDefault(id, AppSession.None),
        histories.GetValueOrDefault(id, History.None).Marks,
        policies[id.PackageName],
        gates.GetValueOrDefault(id.PackageName, AppGate.New),
        time.GetUtcNow());

    public Task<GateSnapshot> ReadGateAsync(string package)
    {
        var gate = gates.GetValueOrDefault(package, AppGate.New);
        return Task.FromResult(new GateSnapshot(gate.Tally, gate.Incident is { IsOpen: true }));
    }

    public void AcceptConnections(bool accept) => accepting = accept;

    public void BlindHost(bool blind) => watches.Blind(blind);

    public void DelayEvents(string @event, TimeSpan by) => faults.Delay(@event, by);

    public void LoseEvents(string @event, bool lose, double share = 1) => faults.Lose(@event, lose, share);

    public void DoubleEvents(string @event, bool @double) => faults.Double(@event, @double);

    public void StandStill(TimeSpan duration) => hops.StandStill(duration);

    public async Task KillHostAsync(TimeSpan downFor)
    {
        hostIsDown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watches.Restart();
        returning = new ReturningProcesses(time);
        await Task.Delay(downFor, time);
        hostIsDown.SetResult();
        hostIsDown = null;
    }

    Task HostIsUp() => hostIsDown?.Task ?? Task.CompletedTask;

    async Task DeliverAsync(string name, AppSessionId id, SessionEvent @event)
    {
        foreach (var delay in faults.Arrivals(name))
        {
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, time);
            }

            Deliver(id, @event);
        }
    }

    // Nobody keeps events of connections for a host that is down: a connected that is not answered closes its client.
    void Deliver(AppSessionId id, SessionEvent @event)
    {
        if (hostIsDown is null)
        {
            Notice(@event);
            Tell(id, @event);
        }
        else if (@event is Connected connected)
        {
            Close(connected.ConnectionId, "no answer");
        }
    }

    void Tell(AppSessionId id, SessionEvent @event) => hops.Signal($"{id}", () => Apply(id, @event));

    RunOrder? Apply(AppSessionId id, SessionEvent @event)
    {
        Operations(id, @event);
        var before = sessions.GetValueOrDefault(id, AppSession.None);
        var decision = Rules.Decide(id, before, @event, time.GetUtcNow(), policies[id.PackageName]);
        Metrics.Observe(Observations.Of(before, @event, decision));
        Remember(id, before, @event, decision);
        if (decision.Session.State == AppState.None)
        {
            sessions.Remove(id);
        }
        else
        {
            sessions[id] = decision.Session;
        }

        foreach (var effect in decision.Effects)
        {
            Execute(id, effect);
        }

        return decision.Order;
    }

    void Remember(AppSessionId id, AppSession before, SessionEvent @event, Decision decision)
    {
        if (Remembers)
        {
            histories[id] = histories.GetValueOrDefault(id, History.None).After(before, @event, decision, time.GetUtcNow(), policies[id.PackageName]);
        }
    }

    void Execute(AppSessionId id, Effect effect)
    {
        switch (effect)
        {
            case ArmTimer timer: _ = FireAsync(id, timer); break;
            case TellApp tell: hops.Signal($"app:{id.PackageName}", () => ApplyToApp(id.PackageName, tell.Event)); break;
            case StartRun run: _ = DriveAsync(id, run); break;
            case AskGate ask: _ = AskAsync(id, ask); break;
            case SendStopWebhook stop: _ = TellOfStopAsync(id, stop); break;
            case CloseConnection close: Close(close.ConnectionId, close.Reason); break;
            case SendAck { ConnectionId: { } connection } ack: Find(connection)?.Ack(ack.Ack); break;
            case SendAck { ConnectionId: null } ack: OpenSocketsOf(id).ToList().ForEach(s => s.Ack(ack.Ack)); break;
            case SendSuperseded old: Find(old.ConnectionId)?.Superseded(old.IsHandedOver); break;
            case AskToTell ask: Find(ask.ConnectionId)?.Tell(); break;
            case SendMessage message: Find(message.ConnectionId)?.Message(message); break;
            case ChangeGroups change: GroupsOf(id).UnionWith(change.Join); GroupsOf(id).ExceptWith(change.Leave); break;
            case JoinGroups join: GroupsOf(id).UnionWith(join.Join); GroupsOf(id).ExceptWith(join.Leave); break;
            case RestoreGroups restore: GroupsOf(id).UnionWith(restore.Streams); break;
            case LeaveAllGroups: GroupsOf(id).Clear(); break;
            case SendSubscriptions s: Find(s.ConnectionId)?.Subscriptions(s); break;
        }
    }

    Admission? ApplyToApp(string package, AppEvent @event) => DecideApp(package, @event).Admission;

    AppDecision DecideApp(string package, AppEvent @event)
    {
        Operations(null, @event);
        var before = gates.GetValueOrDefault(package, AppGate.New);
        var decision = AppRules.Decide(package, before, @event, time.GetUtcNow(), policies[package], !Relays && HealthOf(package) is not null);
        Metrics.Observe(Observations.Of(before, decision));
        gates[package] = decision.Gate;
        foreach (var call in decision.Effects.OfType<CallUp>())
        {
            _ = CallUpAsync(new AppSessionId(call.SessionId, package), call);
        }

        foreach (var watch in decision.Effects.OfType<WatchHealth>())
        {
            _ = WatchHealthAsync(package, watch);
        }

        foreach (var tell in decision.Effects.OfType<TellOwner>())
        {
            Metrics.WebhookSent(NoticeNames.Of(tell.Kind), WebhookResult.FromStatus(204), TimeSpan.Zero);
            OwnerNotices(new NoticeSeen(package, tell.Kind, tell.Incident.Id));
        }

        return decision;
    }

    public ValueTask DisposeAsync()
    {
        closed = true;
        watches.Dispose();
        Counters.Dispose();
        meters.Dispose();
        return ValueTask.CompletedTask;
    }
}

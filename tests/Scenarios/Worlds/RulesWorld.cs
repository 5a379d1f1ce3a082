using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Lifecycle.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Lifecycle.Scenarios;

/// <summary>
/// The rules alone: events go straight to <see cref="Rules.Decide"/>, and what they order is done by a few lines that stand in for
/// entity, durable timers, orchestration and SignalR service.
/// </summary>
sealed class RulesWorld : IWorld
{
    static readonly TimeSpan sweepEvery = TimeSpan.FromSeconds(30);

    readonly Dictionary<AppSessionId, AppSession> sessions = [];
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
    }

    public TimeProvider Time => time;

    public CounterBook Counters { get; } = new();

    public Func<WebhookCall, Task<int>> Webhooks { get; set; } = _ => Task.FromResult(0);

    public Func<string, string?> RetryAfterOf { get; set; } = _ => null;

    public Action<string, OwnerNoticeKind> OwnerNotices { get; set; } = (_, _) => { };

    // There before the world is opened: the bench plays its traces in one that nobody opens, without sweeps.
    LifecycleMetrics Metrics => meters.GetRequiredService<LifecycleMetrics>();

    public Task OpenAsync()
    {
        Counters.Listen(meters.GetRequiredService<IMeterFactory>());
        _ = SweepAsync();
        return Task.CompletedTask;
    }

    // As the deployed app does, every thirty seconds of the clock.
    async Task SweepAsync()
    {
        while (!closed)
        {
            var wait = sweepEvery - TimeSpan.FromTicks(time.GetUtcNow().UtcTicks % sweepEvery.Ticks);
            await Task.Delay(wait, time);
            foreach (var (id, session) in hostIsDown is null ? sessions.ToList() : [])
            {
                foreach (var lost in Rules.LostOf(session, time.GetUtcNow()))
                {
                    Tell(id, lost);
                }

                if (Rules.RenewalOf(id, session, time.GetUtcNow()) is not null)
                {
                    Apply(id, new GroupsDue());
                }

                if (Rules.QuestionAbout(session, time.GetUtcNow()) is { } question && Rules.EventOf(question, IsKnown(id, question)) is { } found)
                {
                    Tell(id, found);
                }
            }

            foreach (var (package, _) in gates.Where(gate => AppRules.IsOverdue(gate.Value, time.GetUtcNow(), policies[gate.Key])).ToList())
            {
                hops.Signal($"app:{package}", () => ApplyToApp(package, new TimePassed()));
            }
        }
    }

    bool IsKnown(AppSessionId id, ServiceQuestion question) =>
        question.ConnectionId is { } connection ? sockets.ContainsKey(connection) : OpenSocketsOf(id).Any();

    public Task RegisterAsync(string package, PolicyOverrides policy)
    {
        policies[package] = policy.Over(Policy.Default);
        return Task.CompletedTask;
    }

    public async Task<bool> StartAsync(AppSessionId id, bool foreground)
    {
        var (session, gate) = (sessions.GetValueOrDefault(id, AppSession.None), gates.GetValueOrDefault(id.PackageName, AppGate.New));
        if (Rules.StartIsHopelessUntil(session, gate, time.GetUtcNow(), policies[id.PackageName]) is not null)
        {
            return false;
        }

        await Platform(id, new StartRequested(Foreground: foreground));
        return true;
    }

    public Task StopAsync(AppSessionId id) => Platform(id, new StopRequested("scenario"));

    public async Task ReviveAllAsync(string package)
    {
        await HostIsUp();
        hops.Signal($"app:{package}", () => ApplyToApp(package, new ProbeWanted(Crowd: true)));
        foreach (var (id, _) in sessions.Where(known => known.Key.PackageName == package && known.Value.State == AppState.Evicted).ToList())
        {
            Tell(id, new ReviveRequested());
        }
    }

    // The platform's calls wait for a host, as a queue or a retrying client would.
    async Task Platform(AppSessionId id, SessionEvent request)
    {
        await HostIsUp();
        Tell(id, request);
    }

    public async Task<bool> PostAsync(AppSessionId id, string body)
    {
        await HostIsUp();
        var name = $"m{++posts}";
        var attachment = sessions.GetValueOrDefault(id)?.Attachment?.ConnectionId;
        var told = new TaskCompletionSource();
        hops.Signal($"{id}", () =>
        {
            Apply(id, new MessagePosted(name, body, attachment is null ? null : sockets.ContainsKey(attachment)));
            told.SetResult();
        });
        await told.Task;
        return sessions.GetValueOrDefault(id)?.Mailbox.ReceiptOf(name) is { Outcome: MessageOutcome.Sent or MessageOutcome.Buffered };
    }

    public Task PublishAsync(AppSessionId id, string stream, int number)
    {
        if (GroupsOf(id).Contains(stream))
        {
            OpenSocketsOf(id).ToList().ForEach(socket => socket.Published(stream, number));
        }

        return Task.CompletedTask;
    }

    public Task ForgetGroupsAsync(AppSessionId id)
    {
        GroupsOf(id).Clear();
        return Task.CompletedTask;
    }

    HashSet<string> GroupsOf(AppSessionId id) => groups.TryGetValue(id, out var known) ? known : groups[id] = [];

    public async Task<IAppSocket?> AttachAsync(AppSessionId id, AttachAs @as, IAppSocketEvents events)
    {
        if (await ExpectAsync(id, @as) is not { } ackWithin || !accepting)
        {
            return null;
        }

        var connected = new Connected(
            $"c{++connections}", @as.InstanceId, @as.Reconnect, time.GetUtcNow(), @as.Token is { } token ? long.Parse(token) : null, LastSeq: @as.LastSeq);
        var socket = new RulesSocket(this, id, connected.ConnectionId, ackWithin, events);
        sockets[connected.ConnectionId] = socket;
        (socketsOf.TryGetValue(id, out var others) ? others : socketsOf[id] = []).Add(socket);
        await DeliverAsync("connected", id, connected);
        return socket;
    }

    public Task<TimeSpan?> ExpectAsync(AppSessionId id, AttachAs @as) => Task.FromResult(hostIsDown is null ? pulse.Expect() : null);

    public Task<SessionSnapshot?> ReadAsync(AppSessionId id) => Task.FromResult(sessions.TryGetValue(id, out var s)
        ? new SessionSnapshot(s.State, s.Tally, s.Trail, s.Subscriptions)
        : null);

    public Task<GateSnapshot> ReadGateAsync(string package)
    {
        var gate = gates.GetValueOrDefault(package, AppGate.New);
        return Task.FromResult(new GateSnapshot(gate.Tally, gate.Incident is { IsOpen: true }));
    }

    public void AcceptConnections(bool accept) => accepting = accept;

    public void DelayEvents(string @event, TimeSpan by) => faults.Delay(@event, by);

    public void LoseEvents(string @event, bool lose) => faults.Lose(@event, lose);

    public void DoubleEvents(string @event, bool @double) => faults.Double(@event, @double);

    public void StandStill(TimeSpan duration) => hops.StandStill(duration);

    public async Task KillHostAsync(TimeSpan downFor)
    {
        hostIsDown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
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
        var before = sessions.GetValueOrDefault(id, AppSession.None);
        var decision = Rules.Decide(id, before, @event, time.GetUtcNow(), policies[id.PackageName]);
        Metrics.Observe(Observations.Of(before, @event, decision));
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
            case SendMessage message: Find(message.ConnectionId)?.Message(message); break;
            case ChangeGroups change: GroupsOf(id).UnionWith(change.Join); GroupsOf(id).ExceptWith(change.Leave); break;
            case JoinGroups join: GroupsOf(id).UnionWith(join.Join); GroupsOf(id).ExceptWith(join.Leave); break;
            case RestoreGroups restore: GroupsOf(id).UnionWith(restore.Streams); break;
            case LeaveAllGroups: GroupsOf(id).Clear(); break;
            case SendSubscriptions s: Find(s.ConnectionId)?.Subscriptions(s); break;
        }
    }

    Admission? ApplyToApp(string package, AppEvent @event)
    {
        var before = gates.GetValueOrDefault(package, AppGate.New);
        var decision = AppRules.Decide(package, before, @event, time.GetUtcNow(), policies[package]);
        Metrics.Observe(Observations.Of(before, decision));
        gates[package] = decision.Gate;
        foreach (var call in decision.Effects.OfType<CallUp>())
        {
            _ = CallUpAsync(new AppSessionId(call.SessionId, package), call);
        }

        foreach (var tell in decision.Effects.OfType<TellOwner>())
        {
            Metrics.WebhookSent(tell.Kind == OwnerNoticeKind.Unreachable ? "app_unreachable" : "app_recovered", WebhookResult.FromStatus(204), TimeSpan.Zero);
            OwnerNotices(package, tell.Kind);
        }

        return decision.Admission;
    }

    async Task FireAsync(AppSessionId id, ArmTimer timer)
    {
        await SignaledAsync(timing.SignalRunsAt(timer.DueAt, time.GetUtcNow()));
        Tell(id, new TimerFired(timer.Kind, timer.Epoch));
    }

    async Task CallUpAsync(AppSessionId id, CallUp call)
    {
        await SignaledAsync(call.At is { } due ? timing.SignalRunsAt(due, time.GetUtcNow()) : null);
        Tell(id, new CalledUp(call.RunId));
    }

    // The answer comes by itself, at the slot of whoever is to go.
    async Task AskAsync(AppSessionId id, AskGate ask)
    {
        await SignaledAsync(ask.At is { } due ? timing.SignalRunsAt(due, time.GetUtcNow()) : null);
        hops.Signal($"app:{id.PackageName}", async () =>
        {
            var admission = ApplyToApp(id.PackageName, ask.Ask)!;
            await SignaledAsync(timing.TellsAt(admission, time.GetUtcNow()));
            Tell(id, AttemptAdmitted.To(ask.Ask, ask.Ask.RunId!, admission));
        });
    }

    async Task SignaledAsync(DateTimeOffset? at)
    {
        if (at is { } due && due > time.GetUtcNow())
        {
            await Task.Delay(Positive(due - time.GetUtcNow()), time);
            await HostIsUp();
        }
    }

    // What the orchestration of a run does, step by step, with a hop wherever the deployed one takes one.
    async Task DriveAsync(AppSessionId id, StartRun run)
    {
        var instance = $"run:{id}|{run.RunId}|{run.Driver}";
        await hops.EpisodeAsync(instance);
        for (var order = run.Order; order.Kind != RunOrderKind.End;)
        {
            await WaitAsync(instance, order.Until is { } until ? timing.WakesAt(until, time.GetUtcNow()) : null);
            var step = await ObeyAsync(id, instance, run, order);
            await HostIsUp();
            order = await hops.CallAsync($"{id}", instance, () => Apply(id, step)) ?? throw new InvalidOperationException($"{step} got no order.");
        }
    }

    async Task TellOfStopAsync(AppSessionId id, SendStopWebhook stop)
    {
        var webhook = StableHash.Name("wh_", id, $"{stop.RunId}|stop");
        var instance = $"stop:{webhook}";
        await hops.EpisodeAsync(instance);
        WebhookResult? last = null;
        for (var tried = 0; ; tried++)
        {
            var ask = new StopAsked(webhook, tried, last);
            var admission = await hops.CallAsync($"app:{id.PackageName}", instance, () => ApplyToApp(id.PackageName, ask)!);
            if (admission.Kind != AdmissionKind.Go)
            {
                return;
            }

            await WaitAsync(instance, timing.WakesAt(admission, time.GetUtcNow()));
            await hops.ActivityAsync($"tell:{instance}");
            if (!Rules.IsStopInForce(sessions.GetValueOrDefault(id, AppSession.None), stop.CorrelationId))
            {
                return;
            }

            last = await SendAsync(new WebhookCall("stop_request", id, webhook, stop.RunId, 1));
            await hops.EpisodeAsync(instance);
            if (last.Verdict == WebhookVerdict.Accepted)
            {
                return;
            }

            var wait = NoticeSchedule.NextTry(tried + 1, NoticeSchedule.StopTries, last, 0);
            await WaitAsync(instance, wait is { } span ? timing.FiresAt(time.GetUtcNow() + span, time.GetUtcNow()) : null);
        }
    }

    async Task WaitAsync(string instance, DateTimeOffset? until)
    {
        if (until is { } at && at > time.GetUtcNow())
        {
            await Task.Delay(Positive(at - time.GetUtcNow()), time);
            await hops.EpisodeAsync(instance);
        }
    }

    async Task<SessionEvent> ObeyAsync(AppSessionId id, string instance, StartRun run, RunOrder order)
    {
        switch (order.Kind)
        {
            case RunOrderKind.Wait:
                return new AttemptDue(run.RunId, run.Driver);
            case RunOrderKind.Ask:
                var admission = await hops.CallAsync($"app:{id.PackageName}", instance, () => ApplyToApp(id.PackageName, order.Ask!)!);
                await WaitAsync(instance, timing.WakesAt(admission, time.GetUtcNow()));
                return new AttemptAdmitted(run.RunId, order.Ask!.WebhookId, admission, run.Driver);
            default:
                await hops.ActivityAsync($"send:{order.WebhookId}");
                if (pulse.IsBeyondLimit)
                {
                    await hops.EpisodeAsync(instance);
                    return new AttemptUnlooked(run.RunId, order.Attempt, Busy: true);
                }

                if (!order.Blind && OpenSocketsOf(id).Any())
                {
                    await hops.EpisodeAsync(instance);
                    return new AttemptFound(run.RunId, order.Attempt);
                }

                var type = run.Reason == RunReason.Start ? "session_request" : "resurrection_request";
                var result = await SendAsync(new WebhookCall(type, id, order.WebhookId!, run.RunId, order.Attempt));
                await hops.EpisodeAsync(instance);
                await WaitAsync(instance, RunScript.BeforeTelling(order, result) is { } wait ? timing.FiresAt(time.GetUtcNow() + wait, time.GetUtcNow()) : null);
                return new AttemptSent(run.RunId, order.Attempt, result);
        }
    }

    async Task<WebhookResult> SendAsync(WebhookCall call)
    {
        var status = await Webhooks(call);
        var retryAfter = RetryAfter.Read(RetryAfterOf(call.Id.PackageName), time.GetUtcNow());
        var result = status == 0 ? WebhookResult.FromFailure(WebhookFailure.Refused) : WebhookResult.FromStatus(status, retryAfter);
        Metrics.WebhookSent(call.Type, result, TimeSpan.Zero);
        return result;
    }

    // Delays count whole milliseconds: rounded up, or a timer would be early by a fraction, for ever.
    static TimeSpan Positive(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)));

    RulesSocket? Find(string connection) => sockets.GetValueOrDefault(connection);

    IEnumerable<RulesSocket> OpenSocketsOf(AppSessionId id) => socketsOf.GetValueOrDefault(id) ?? [];

    void Close(string connection, string? reason)
    {
        if (sockets.Remove(connection, out var socket))
        {
            socketsOf[socket.Id].Remove(socket);
            socket.Closed(reason);
            _ = DeliverAsync("disconnected", socket.Id, new Disconnected(connection));
        }
    }

    public ValueTask DisposeAsync()
    {
        closed = true;
        Counters.Dispose();
        meters.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the client sees comes after the service's turn, never in the middle of it.</summary>
    sealed class RulesSocket(RulesWorld world, AppSessionId id, string connection, TimeSpan ackWithin, IAppSocketEvents events) : IAppSocket
    {
        public AppSessionId Id => id;

        public TimeSpan AckWithin => ackWithin;

        public bool IsOpen => world.sockets.ContainsKey(connection);

        public Task DropAsync()
        {
            world.Close(connection, null);
            return Task.CompletedTask;
        }

        public Task SetSubscriptionsAsync(IReadOnlyList<string> streams, int version) =>
            Call(new SubscriptionsReplaced(connection, [.. streams], version));

        public Task ReleaseAsync() => Call(new Released(connection));

        public Task InitAsync(string instanceId) => Call(new Initialized(connection, true, instanceId));

        Task Call(SessionEvent call)
        {
            if (IsOpen && world.hostIsDown is null)
            {
                world.Tell(id, call);
            }

            return Task.CompletedTask;
        }

        public void Ack(Ack ack) => Later(() => events.OnAck(
            this,
            new AckSeen(ack.Resumed, ack.Subscriptions, ack.SubscriptionsVersion, ack.InitWanted ? null : $"{ack.Epoch}", ack.Seq, ack.InitWanted)));

        public void Message(SendMessage message) => Later(() => events.OnMessage(this, message.Seq, message.Body));

        public void Published(string stream, int number) => Later(() => events.OnPublished(this, stream, number));

        public void Subscriptions(SendSubscriptions s) =>
            Later(() => events.OnSubscriptions(this, s.Accepted, s.Current.Streams, s.Current.Version));

        public void Closed(string? reason) => Later(() => events.OnClosed(this, reason));

        static async void Later(Action action)
        {
            await Task.Yield();
            action();
        }
    }
}

using System.Text.Json;
using Lifecycle.Entities;
using Lifecycle.Functions.Tests.Telemetry;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lifecycle.Functions.Tests.Events;

/// <summary>
/// The app-session entity under a script of bytes, with a durable backend that stores batches of operations or loses them, and a
/// sink that fails before or after it took a record.
/// </summary>
sealed class OutboxWorld : TimeProvider
{
    static readonly AppSessionId id = new("s1", TestApp.Package);

    readonly List<Signal> signals = [];
    readonly List<Signal> taken = [];
    readonly List<Signal> made = [];
    readonly FlakySink sink = new();
    readonly HashSet<string> knownIds = [];
    DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    readonly LifecycleMetrics metrics = TestMetrics.Shared;
    readonly EventOutage outage;
    EventSender? sender;
    OutboxFlusher? flusher;
    string? stored;
    string? state;
    int opened;
    int faults;

    /// <summary>The ids of what committed, in order.</summary>
    public List<string> Committed { get; } = [];

    /// <summary>The ids of what was taken, each once, in order.</summary>
    public IReadOnlyList<string> Delivered => [.. sink.Taken.Select(r => r.Id).Distinct()];

    /// <summary>Records that were taken before they were committed.</summary>
    public int Premature { get; private set; }

    /// <summary>The most flush signals under way at once.</summary>
    public int MostFlushes { get; private set; }

    public AppSessionDocument? Document => Read(stored);

    public override DateTimeOffset GetUtcNow() => now;

    public OutboxWorld()
    {
        outage = new EventOutage(this, NullLogger<EventOutage>.Instance);
        sink.Before = (record, _) => Fail(record);
    }

    Task Fail(OutboxRecord record)
    {
        Premature += Committed.Contains(record.Id) ? 0 : 1;
        faults = Math.Max(0, faults - 1);
        switch (faults % 3)
        {
            case 1: throw new EventSinkException("refused");
            case 2:
                sink.Taken.Add(record);
                throw new EventSinkException("the answer was lost");
            default: return Task.CompletedTask;
        }
    }

    public void Play(IEnumerable<byte> script)
    {
        foreach (var code in script)
        {
            Play(code % 16);
            End(code / 16);
        }

        End(4);
        faults = 0;
        Settle();
        Sweep(); // the steps of a run that are counted on never come here: there are no orchestrations
        Settle();
    }

    void Settle()
    {
        for (var i = 0; signals.Count > 0; i++)
        {
            Assert.True(i < 10_000, "The entity signals itself without end.");
            Fire();
            End(4);
        }
    }

    void Sweep()
    {
        now += Outbox.Forgotten + TimeSpan.FromSeconds(1);
        if (Document?.Outbox.OverdueToken(now) is { } token)
        {
            signals.Add(new Signal(OutboxFlusher.Operation, new FlushDue(token), now));
        }
    }

    void Play(int command)
    {
        var session = Read(state)?.Session ?? AppSession.None;
        var attached = session.Attachment?.ConnectionId ?? "c0";
        switch (command)
        {
            case 0: Do(nameof(AppSessionEntity.Start), new StartRequested(Policy.Default with { RetentionMs = 1_000 })); break;
            case 1 or 2: Do(nameof(AppSessionEntity.Connected), new Connected($"c{++opened}", "i1")); break;
            case 3 or 4: Do(nameof(AppSessionEntity.Disconnected), new Disconnected(attached)); break;
            case 5: Do(nameof(AppSessionEntity.Init), new Initialized(attached, Reconnect: false)); break;
            case 6: Do(nameof(AppSessionEntity.Stop), new StopRequested("bye")); break;
            case 7: Do(nameof(AppSessionEntity.SetSubscriptions), new SubscriptionsReplaced(attached, ["a"], session.Subscriptions.Version)); break;
            case 8: Do(nameof(AppSessionEntity.Away), new UserWentAway()); break;
            case 9: Do(nameof(AppSessionEntity.AttemptDue), new AttemptDue(session.Run?.Id ?? "r0")); break;
            case 10: now = now.AddMilliseconds(700); break;
            case 11: now = now.AddMinutes(11); break;
            case 12 or 13: Fire(); break;
            case 14: faults += 5; break;
            default: faults = 0; break;
        }
    }

    /// <summary>The next signal arrives; early, if it is a timer that does so at times.</summary>
    void Fire()
    {
        if (signals.MinBy(s => s.At) is { } next)
        {
            signals.Remove(next);
            taken.Add(next);
            now = next.At > now ? next.At : now;
            Do(next.Operation, next.Input);
        }
    }

    void Do(string operation, object input)
    {
        sender ??= new EventSender(sink, outage, metrics, this);
        flusher ??= new OutboxFlusher(sender, outage, metrics, DurableBackend.Exact, this);
        var effects = new EffectExecutor(new NoConnections(), new NoTokens(), DurableBackend.Exact, this, NullLogger<EffectExecutor>.Instance);
        var entity = new AppSessionEntity(effects, flusher, new NoWatch(), new Nobody(), new InvariantWatch(new DecisionJudge(), metrics, NullLogger<InvariantWatch>.Instance), metrics, this, Policy.Default, NullLogger<AppSessionEntity>.Instance);
        var run = entity.RunAsync(new Operation(this, operation, input));
        Assert.True(run.IsCompletedSuccessfully, $"{operation}: {run.AsTask().Exception}");
    }

    // 0 to 3: more operations join the batch; 14, 15: the process dies, and what it had taken comes again; else it is stored.
    void End(int fate)
    {
        if (fate <= 3)
        {
            return;
        }

        if (fate >= 14)
        {
            (state, flusher, sender) = (stored, null, null);
            signals.AddRange(taken);
        }
        else
        {
            (stored, flusher) = (state, null);
            signals.AddRange(made);
            Committed.AddRange((Document?.Outbox.Records ?? []).Select(r => r.Id).Where(knownIds.Add));
        }

        taken.Clear();
        made.Clear();
        MostFlushes = Math.Max(MostFlushes, signals.Count(s => s.Operation == OutboxFlusher.Operation));
    }

    static AppSessionDocument? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<AppSessionDocument>(json, JsonSerializerOptions.Web);

    sealed record Signal(string Operation, object Input, DateTimeOffset At);

    sealed class Operation(OutboxWorld world, string name, object input) : TaskEntityOperation
    {
        public override string Name => name;

        public override bool HasInput => true;

        public override TaskEntityContext Context { get; } = new Reach(world);

        public override TaskEntityState State { get; } = new Stored(world);

        public override object? GetInput(Type inputType) => input;
    }

    sealed class Stored(OutboxWorld world) : TaskEntityState
    {
        public override bool HasState => world.state is not null;

        public override object? GetState(Type type) => Read(world.state);

        public override void SetState(object? state) => world.state = state is null ? null : JsonSerializer.Serialize(state, JsonSerializerOptions.Web);
    }

    sealed class Reach(OutboxWorld world) : TaskEntityContext
    {
        public override EntityInstanceId Id => AppSessionEntity.IdOf(id);

        public override void SignalEntity(EntityInstanceId entity, string operationName, object? input = null, SignalEntityOptions? options = null)
        {
            if (entity == Id)
            {
                world.made.Add(new Signal(operationName, input!, options?.SignalTime ?? world.now));
            }
        }

        public override string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null) => "";
    }

    sealed class NoTokens : IReconnectTokens
    {
        public string? Issue(AppSessionId id, string? instanceId, long epoch, string? life) => null;

        public string? IssueTakeOver(AppSessionId id, Invitation invitation) => null;
    }

    sealed class NoConnections : IAppConnections
    {
        public Task SendAsync(AppSessionId user, string? connectionId, string target, object payload) => Task.CompletedTask;

        public Task CloseAsync(string connectionId, string reason) => Task.CompletedTask;

        public Task JoinAsync(AppSessionId user, string group, TimeSpan ttl) => Task.CompletedTask;

        public Task LeaveAsync(AppSessionId user, string group) => Task.CompletedTask;

        public Task LeaveAllAsync(AppSessionId user) => Task.CompletedTask;

        public Task<bool> ExistsAsync(AppSessionId user, CancellationToken cancellation) => Task.FromResult(false);

        public Task<bool> ExistsAsync(string connectionId, CancellationToken cancellation) => Task.FromResult(false);

        public Task<bool> IsInAsync(AppSessionId user, string group) => Task.FromResult(false);

        public IAsyncEnumerable<IReadOnlyList<ListedConnection>> ReadRollAsync(int roll, CancellationToken cancellation) => throw new NotSupportedException();
    }

    sealed class Nobody : IReturningProcesses
    {
        public DateTimeOffset? LastSeen(string packageName, string? instanceId) => null;
    }

    sealed class NoWatch : IServiceWatch
    {
        public ServiceSight Last => ServiceSight.Unknown;

        public bool TakesClient() => true;

        public ValueTask<ServiceSight> LookAsync(CancellationToken cancellation) => new(Last);

        public void Attached(DateTimeOffset? negotiatedAt)
        {
            // Nobody looks.
        }

        public void Lost()
        {
            // Nobody counts.
        }

        public void OnBack(Func<DateTimeOffset, CancellationToken, Task> handler) => throw new NotSupportedException("It never comes back.");

        public void Suspect()
        {
            // Nobody doubts.
        }
    }
}

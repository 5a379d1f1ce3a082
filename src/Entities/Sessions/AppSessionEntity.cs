using System.Diagnostics;
using System.Text.Json;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

/// <summary>
/// One app session as a durable entity, key <c>{sessionId}:{packageName}</c>. A shell: every operation loads the state, asks
/// <see cref="Rules.Decide"/>, executes the effects and saves. The durable runtime runs one operation at a time.
/// </summary>
public sealed partial class AppSessionEntity(
    EffectExecutor effects, OutboxFlusher flusher, IServiceWatch watch, IReturningProcesses returning, InvariantWatch invariants, LifecycleMetrics metrics, TimeProvider time, Policy fleet, ILogger<AppSessionEntity> logger)
    : TaskEntity<AppSessionDocument?>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "AppSession";

    /// <summary>The entity of an app session.</summary>
    public static EntityInstanceId IdOf(AppSessionId id) => new(Name, id.ToString());

    /// <summary>The operation that handles what a function found out, or was asked for.</summary>
    public static string OperationOf(SessionEvent @event) => @event switch
    {
        StartRequested => nameof(Start),
        ReviveRequested => nameof(Revive),
        Lifecycle.ConnectionMissing => nameof(ConnectionMissing),
        Lifecycle.ConnectionFound => nameof(ConnectionFound),
        Lifecycle.GroupsDue => nameof(GroupsDue),
        Lifecycle.OffRoll => nameof(OffRoll),
        Lifecycle.ServiceBack => nameof(ServiceBack),
        TimerFired => nameof(Timer),
        Lifecycle.RunMissing => nameof(RunMissing),
        StopRequested => nameof(Stop),
        UserWentAway => nameof(Away),
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "No function finds this out."),
    };

    /// <summary>Handles <see cref="StartRequested"/>.</summary>
    public Task Start(StartRequested input) => Handle(input, input.Policy);

    /// <summary>Handles <see cref="ReviveRequested"/>.</summary>
    public Task Revive(ReviveRequested input) => Handle(input, input.Policy);

    /// <summary>Handles <see cref="StopRequested"/>.</summary>
    public Task Stop(StopRequested input) => Handle(input);

    /// <summary>Handles <see cref="UserWentAway"/>.</summary>
    public Task Away(UserWentAway input) => Handle(input);

    /// <summary>Handles <see cref="UserCameBack"/>.</summary>
    public Task Back(UserCameBack input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.Connected"/>.</summary>
    public Task Connected(Connected input) => Handle(input, input.Policy);

    /// <summary>Handles <see cref="Lifecycle.Disconnected"/>.</summary>
    public Task Disconnected(Disconnected input) => Handle(input);

    /// <summary>Handles <see cref="Initialized"/>.</summary>
    public Task Init(Initialized input) => Handle(input);

    /// <summary>Handles <see cref="SubscriptionsReplaced"/>.</summary>
    public Task SetSubscriptions(SubscriptionsReplaced input) => Handle(input);

    /// <summary>Handles <see cref="Released"/>.</summary>
    public Task Release(Released input) => Handle(input);

    /// <summary>Handles <see cref="HandOverAsked"/>.</summary>
    public Task HandOver(HandOverAsked input) => Handle(input);

    /// <summary>Handles <see cref="MessagesDone"/>.</summary>
    public Task Done(MessagesDone input) => Handle(input);

    /// <summary>Handles <see cref="CarriedOver"/>.</summary>
    public Task CarryOver(CarriedOver input) => Handle(input);

    /// <summary>Handles <see cref="MessagePosted"/>. A send that finds no connection is found out here, at once.</summary>
    public async Task Post(MessagePosted input) =>
        await Handle(input with { Reachable = await effects.IsReachableAsync(State?.Session.Attachment) });

    /// <summary>Handles <see cref="Lifecycle.ConnectionMissing"/>.</summary>
    public Task ConnectionMissing(ConnectionMissing input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.ConnectionFound"/>.</summary>
    public Task ConnectionFound(ConnectionFound input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.RunMissing"/>.</summary>
    public Task RunMissing(RunMissing input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.GroupsDue"/>.</summary>
    public Task GroupsDue(GroupsDue input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.OffRoll"/>.</summary>
    public Task OffRoll(OffRoll input) => Handle(input);

    /// <summary>
    /// Handles <see cref="TimerFired"/>. Before a grace window runs out somebody looks whether a client can open a socket at all, and whether the process that was attached
    /// is coming back to others.
    /// </summary>
    public async Task Timer(TimerFired input)
    {
        var sight = await LookIfAsync(session => Rules.WantsSight(session, input, time.GetUtcNow()));
        var seenAt = sight is null ? null : returning.LastSeen(AppSessionId.Parse(Context.Id.Key).PackageName, State?.Session.InstanceId);
        await Handle(input with { Sight = sight, SeenAt = seenAt });
    }

    /// <summary>Handles <see cref="SignOfLife"/>.</summary>
    public Task Sign(SignOfLife input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.ServiceBack"/>.</summary>
    public Task ServiceBack(ServiceBack input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.AttemptDue"/>.</summary>
    public async Task<RunOrder?> AttemptDue(AttemptDue input) =>
        await Handle(input with { Sight = await LookIfAsync(session => Rules.WantsSight(session, input, time.GetUtcNow())) });

    /// <summary>Handles <see cref="Lifecycle.CalledUp"/>.</summary>
    public Task CalledUp(CalledUp input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.AttemptAdmitted"/>.</summary>
    public Task<RunOrder?> AttemptAdmitted(AttemptAdmitted input) => Handle(input, input.Admission.Policy);

    /// <summary>Handles <see cref="Lifecycle.AttemptStalled"/>.</summary>
    public Task<RunOrder?> AttemptStalled(AttemptStalled input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.AttemptFound"/>.</summary>
    public Task<RunOrder?> AttemptFound(AttemptFound input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.AttemptUnlooked"/>.</summary>
    public Task<RunOrder?> AttemptUnlooked(AttemptUnlooked input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.AttemptSent"/>.</summary>
    public Task<RunOrder?> AttemptSent(AttemptSent input) => Handle(input);

    /// <summary>Sends what is left in the outbox.</summary>
    public async Task Flush(FlushDue input)
    {
        var document = State ?? new();
        var outbox = await flusher.RunAsync(Context, AppSessionId.Parse(Context.Id.Key), document.Outbox, document.Outbox.Arrived(input.Token));
        State = (document with { Outbox = outbox }).OrNothing();
    }

    /// <inheritdoc/>
    protected override AppSessionDocument InitializeState(TaskEntityOperation entityOperation) => new();

    async ValueTask<ServiceSight?> LookIfAsync(Func<AppSession, bool> wanted) =>
        State is { } document && wanted(document.Session) ? await watch.LookAsync(CancellationToken.None) : null;

    async Task<RunOrder?> Handle(SessionEvent input, Policy? told = null)
    {
        var id = AppSessionId.Parse(Context.Id.Key);
        var document = State ?? new();
        var (session, policy, now) = (document.Session, told ?? input.InForce ?? document.Policy, time.GetUtcNow());
        var (outbox, history) = (document.Outbox, document.History);
        RunOrder? order = null;
        var (events, observed) = (new Queue<SessionEvent>([input]), new List<Observation>());
        using var span = LifecycleTracing.Operating(id, input, session.Trace);
        while (events.TryDequeue(out var next))
        {
            var decision = Rules.Decide(id, session, next, now, policy ?? fleet);
            invariants.Judge(id, session, next, decision, now, policy ?? fleet);
            Tell(id, session, next, decision, span);
            foreach (var failure in await effects.ExecuteAsync(id, Context, decision.Effects, now))
            {
                events.Enqueue(failure);
            }

            observed.AddRange(Observations.Of(session, next, decision));
            outbox = outbox.After(id, session, next, decision, now, policy ?? fleet);
            history = Remember(id, history, told => told.After(session, next, decision, now, policy ?? fleet));
            (session, order) = (decision.Session, order ?? decision.Order);
        }

        outbox = await flusher.RunAsync(Context, id, document.Outbox, outbox);
        State = new AppSessionDocument { Session = session, Policy = policy, Outbox = outbox, History = history }.OrNothing();
        metrics.Observe(observed);
        return effects.Align(order);
    }

    // Whoever asks why loses what another version wrote, or a fault spoilt; the session goes on.
    History Remember(AppSessionId id, History history, Func<History, History> after)
    {
        try
        {
            return after(history);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            LogForgotten(id, e.Message);
            return after(History.None);
        }
    }

    void Tell(AppSessionId id, AppSession before, SessionEvent input, Decision decision, Activity? span)
    {
        span.Decided(before, decision);
        var (kind, reason, blame) = (decision.Outcome.Kind, decision.Outcome.Reason, decision.Outcome.Blame.WireName());
        if (kind == OutcomeKind.Applied)
        {
            LogApplied(id, input.GetType().Name, before.State.WireName(), decision.Session.State.WireName(), reason, blame, decision.Session.Epoch);
        }
        else if (kind == OutcomeKind.Ignored && !decision.Outcome.IsStale)
        {
            LogNoDifference(id, input.GetType().Name, before.State.WireName(), reason);
        }
        else
        {
            LogUnapplied(id, kind, input.GetType().Name, before.State.WireName(), reason, blame, before.Epoch);
        }
    }
}

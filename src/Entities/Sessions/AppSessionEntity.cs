using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

/// <summary>
/// One app session as a durable entity, key <c>{sessionId}:{packageName}</c>. A shell: every operation loads the state, asks
/// <see cref="Rules.Decide"/>, executes the effects and saves. The durable runtime runs one operation at a time.
/// </summary>
public sealed partial class AppSessionEntity(
    EffectExecutor effects, OutboxFlusher flusher, TimeProvider time, Policy fleet, ILogger<AppSessionEntity> logger) : TaskEntity<AppSessionDocument>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "AppSession";

    /// <summary>The entity of an app session.</summary>
    public static EntityInstanceId IdOf(AppSessionId id) => new(Name, id.ToString());

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

    /// <summary>Handles <see cref="TimerFired"/>.</summary>
    public Task Timer(TimerFired input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.AttemptDue"/>.</summary>
    public Task<RunOrder?> AttemptDue(AttemptDue input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.AttemptAdmitted"/>.</summary>
    public Task<RunOrder?> AttemptAdmitted(AttemptAdmitted input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.AttemptStalled"/>.</summary>
    public Task<RunOrder?> AttemptStalled(AttemptStalled input) => Handle(input);

    /// <summary>Handles <see cref="Lifecycle.AttemptLooked"/>.</summary>
    public Task<RunOrder?> AttemptLooked(AttemptLooked input) => Handle(input);

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

    async Task<RunOrder?> Handle(SessionEvent input, Policy? told = null)
    {
        var id = AppSessionId.Parse(Context.Id.Key);
        var document = State ?? new();
        var before = document.Session;
        var policy = told ?? document.Policy;
        var now = time.GetUtcNow();
        var decision = Rules.Decide(id, before, input, now, policy ?? fleet);
        Log(id, before, input, decision);
        await effects.ExecuteAsync(id, Context, decision.Effects);
        var outbox = await flusher.RunAsync(Context, id, document.Outbox, document.Outbox.After(id, before, input, decision, now));
        State = new AppSessionDocument { Session = decision.Session, Policy = policy, Outbox = outbox }.OrNothing();
        return effects.Align(decision.Order);
    }

    void Log(AppSessionId id, AppSession before, SessionEvent input, Decision decision)
    {
        var (kind, reason) = (decision.Outcome.Kind, decision.Outcome.Reason);
        if (kind == OutcomeKind.Applied)
        {
            LogApplied(id, input.GetType().Name, before.State.WireName(), decision.Session.State.WireName(), reason, decision.Session.Epoch);
        }
        else if (kind == OutcomeKind.Ignored && !decision.Outcome.IsStale)
        {
            LogNoDifference(id, input.GetType().Name, before.State.WireName(), reason);
        }
        else
        {
            LogUnapplied(id, kind, input.GetType().Name, before.State.WireName(), reason, before.Epoch);
        }
    }
}

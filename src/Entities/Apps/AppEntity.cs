using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

/// <summary>
/// One app (package) as a durable entity, key <c>{packageName}</c>: its registration and its gate. A shell around
/// <see cref="AppRules.Decide"/>. Its state does not grow with the number of sessions.
/// </summary>
public sealed partial class AppEntity(
    InvariantWatch invariants, LifecycleMetrics metrics, TimeProvider time, DurableBackend backend, Policy fleet, ILogger<AppEntity> logger) : TaskEntity<AppDocument?>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "App";

    /// <summary>The entity of an app.</summary>
    public static EntityInstanceId IdOf(string packageName) => new(Name, packageName);

    /// <summary>The operation that handles an event.</summary>
    public static string OperationOf(AppEvent @event) => @event switch
    {
        AdmissionAsked => nameof(Admit),
        OutcomeReported => nameof(Report),
        AppAnswered => nameof(Answered),
        AppAttached => nameof(Attached),
        AdmissionReturned => nameof(Return),
        SessionGivenUp => nameof(GivenUp),
        SessionUnattached => nameof(Unattached),
        SessionLooping => nameof(Looping),
        SessionStable => nameof(Stable),
        SessionDeaf => nameof(Deaf),
        ProbeWanted => nameof(WantProbe),
        TimePassed => nameof(PassTime),
        StopAsked => nameof(AdmitStop),
        ProcessConnected => nameof(Connected),
        HealthLooked => nameof(Looked),
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "The shell does not know this event."),
    };

    /// <summary>Registers the app, or replaces its registration; without new secrets the old ones stay. It may come twice, and then does nothing.</summary>
    public void Put(AppRegistration registration)
    {
        var before = State ?? new();
        State = before with { Registration = (before.Registration?.ReplacedBy(registration) ?? registration).Settled() };
    }

    /// <summary>Takes a registration of another installation, unless one is here that is no older. It may come twice, and then does nothing.</summary>
    public void CarryOver(AppRegistration registration)
    {
        var before = State ?? new();
        State = registration.IsNewerThan(before.Registration) ? before with { Registration = registration with { Offer = null } } : State;
    }

    /// <summary>Forgets the app.</summary>
    public void Remove() => State = null;

    /// <summary>Handles <see cref="AdmissionAsked"/>.</summary>
    public Admission Admit(AdmissionAsked input) =>
        Handle(input) ?? Admission.Refuse(time.GetUtcNow(), Reasons.AppNotRegistered);

    /// <summary>Handles <see cref="AdmissionAsked"/> of a session that waits for no answer: it comes by itself, to whoever is to go at its slot.</summary>
    public void Ask(AdmissionAsked input)
    {
        var admission = Admit(input);
        if (input is { SessionId: { } session, RunId: { } run })
        {
            Context.SignalEntity(
                AppSessionEntity.IdOf(new AppSessionId(session, Context.Id.Key)),
                nameof(AppSessionEntity.AttemptAdmitted),
                AttemptAdmitted.To(input, run, admission),
                new SignalEntityOptions { SignalTime = TimerAlignment.SignalFor(admission, time.GetUtcNow(), backend) });
        }
    }

    /// <summary>Handles <see cref="StopAsked"/>.</summary>
    public Admission AdmitStop(StopAsked input) =>
        Handle(input) ?? Admission.Refuse(time.GetUtcNow(), Reasons.AppNotRegistered);

    /// <summary>Handles <see cref="OutcomeReported"/>.</summary>
    public void Report(OutcomeReported input) => Handle(input);

    /// <summary>Handles <see cref="AppAnswered"/>.</summary>
    public void Answered(AppAnswered input) => Handle(input);

    /// <summary>Handles <see cref="AppAttached"/>.</summary>
    public void Attached(AppAttached input) => Handle(input);

    /// <summary>Handles <see cref="AdmissionReturned"/>.</summary>
    public void Return(AdmissionReturned input) => Handle(input);

    /// <summary>Handles <see cref="ProcessConnected"/>.</summary>
    public void Connected(ProcessConnected input) => Handle(input);

    /// <summary>Handles <see cref="TimePassed"/>.</summary>
    public void PassTime(TimePassed input) => Handle(input);

    /// <summary>Handles <see cref="SessionGivenUp"/>.</summary>
    public void GivenUp(SessionGivenUp input) => Handle(input);

    /// <summary>Handles <see cref="SessionUnattached"/>.</summary>
    public void Unattached(SessionUnattached input) => Handle(input);

    /// <summary>Handles <see cref="SessionLooping"/>.</summary>
    public void Looping(SessionLooping input) => Handle(input);

    /// <summary>Handles <see cref="SessionStable"/>.</summary>
    public void Stable(SessionStable input) => Handle(input);

    /// <summary>Handles <see cref="SessionDeaf"/>.</summary>
    public void Deaf(SessionDeaf input) => Handle(input);

    /// <summary>Handles <see cref="ProbeWanted"/>.</summary>
    public void WantProbe(ProbeWanted input) => Handle(input);

    /// <inheritdoc/>
    protected override AppDocument InitializeState(TaskEntityOperation entityOperation) => new();

    Admission? Handle(AppEvent input) => Carry(input) is { Decision.Admission: { } admission } carried
        ? admission with { WakeAt = TimerAlignment.WakeFor(admission, carried.At, backend), Policy = carried.Policy }
        : null;

    // An app that is not registered has no gate: events of its last sessions must not make it exist again.
    (AppDecision Decision, DateTimeOffset At, Policy Policy)? Carry(AppEvent input)
    {
        if (State?.Registration is not { } registration)
        {
            State = null;
            return null;
        }

        var (now, policy) = (time.GetUtcNow(), registration.Policy.Over(fleet));
        var decision = AppRules.Decide(Context.Id.Key, State.Gate, input, now, policy, registration.HasHealthUrl);
        invariants.Judge(Context.Id.Key, State.Gate, input, decision, now, policy, registration.HasHealthUrl);
        metrics.Observe(Observations.Of(State.Gate, decision));
        State = State with { Gate = decision.Gate };
        foreach (var effect in decision.Effects)
        {
            Execute(effect, now);
        }

        return (decision, now, policy);
    }

    void Execute(AppEffect effect, DateTimeOffset now)
    {
        switch (effect)
        {
            case TellOwner tell:
                var input = OwnerNoticeInput.Of(Context.Id.Key, tell);
                Context.ScheduleNewOrchestration(OwnerNoticeInput.OrchestratorName, input, new StartOrchestrationOptions(input.InstanceId));
                LogOwner(Context.Id.Key, tell.Kind, tell.Incident.Id, tell.Incident.Evicted);
                break;
            case CallUp call:
                var session = AppSessionEntity.IdOf(new AppSessionId(call.SessionId, Context.Id.Key));
                DateTimeOffset? at = call.At is { } time ? TimerAlignment.SignalAt(time, now, backend) : null;
                Context.SignalEntity(session, nameof(AppSessionEntity.CalledUp), new CalledUp(call.RunId) { DueAt = at }, new SignalEntityOptions { SignalTime = at });
                break;
            case WatchHealth watch:
                StartWatch(watch);
                break;
            case IncidentBegan began:
                LogBegan(Context.Id.Key, began.Incident.Id, began.Incident.Cause, began.Breaker.State, began.Incident.LastOutcome, began.Breaker.NextProbeAt);
                break;
            case IncidentEnded ended:
                LogEnded(Context.Id.Key, ended.Incident.Id, (ended.Incident.EndedAt!.Value - ended.Incident.BeganAt).TotalSeconds, ended.Incident.Probes);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(effect), effect, "The shell does not know this effect.");
        }
    }
}

using System.Collections.Immutable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

/// <summary>
/// Executes effects in order, right after the decision. Durable ones go through the entity's context and commit with its
/// state; outside ones go to the SignalR service at once.
/// </summary>
public sealed partial class EffectExecutor(
    IAppConnections connections, DurableBackend backend, TimeProvider time, ILogger<EffectExecutor> logger)
{
    const int GroupChangesAtOnce = 32;

    /// <summary>Executes the effects of one decision.</summary>
    public async Task ExecuteAsync(AppSessionId id, TaskEntityContext context, ImmutableArray<Effect> effects)
    {
        foreach (var effect in effects)
        {
            if (!ExecuteDurable(id, context, effect))
            {
                await ExecuteOutsideAsync(id, effect);
            }
        }
    }

    /// <summary>The order with its time moved to where the backend's timers are not early.</summary>
    public RunOrder? Align(RunOrder? order) =>
        order is null ? null : order with { Until = TimerAlignment.WakeFor(order, backend) };

    bool ExecuteDurable(AppSessionId id, TaskEntityContext context, Effect effect)
    {
        switch (effect)
        {
            case ArmTimer timer:
                var at = TimerAlignment.SignalAt(timer.DueAt, time.GetUtcNow(), backend);
                context.SignalEntity(
                    context.Id, nameof(AppSessionEntity.Timer), new TimerFired(timer.Kind, timer.Epoch), new SignalEntityOptions { SignalTime = at });
                return true;
            case StartRun run:
                Schedule(context, RunInput.OrchestratorName, id, run.RunId, RunInput.Of(id, run with { DueAt = TimerAlignment.WakeAt(run.DueAt, backend) }));
                return true;
            case SendStopWebhook stop:
                Schedule(context, StopNoticeInput.OrchestratorName, id, stop.RunId, StopNoticeInput.Of(id, stop));
                return true;
            case TellApp tell:
                context.SignalEntity(AppEntity.IdOf(id.PackageName), AppEntity.OperationOf(tell.Event), tell.Event);
                return true;
            case PublishTransition transition:
                LogTransition(id, transition.From.WireName(), transition.To.WireName(), transition.Reason, transition.Epoch, transition.CorrelationId);
                return true;
            case DeadLetter letter:
                LogDeadLetter(id, letter.Reason, letter.Attempts, letter.LastAttempts.LastOrDefault()?.Outcome);
                return true;
            case Measure measure:
                LogMeasure(id, measure.What, measure.Value.TotalMilliseconds);
                return true;
            default:
                return false;
        }
    }

    static void Schedule(TaskEntityContext context, string orchestrator, AppSessionId id, string runId, object input) =>
        context.ScheduleNewOrchestration(orchestrator, input, new StartOrchestrationOptions(RunInput.InstanceIdOf(orchestrator, id, runId)));

    // An outside effect never fails the transition: if an ack cannot be sent, the client's own timeout brings it back.
    async Task ExecuteOutsideAsync(AppSessionId id, Effect effect)
    {
        try
        {
            await SendAsync(id, effect);
        }
        catch (Exception e) when (e is not ArgumentOutOfRangeException)
        {
            LogOutsideFailed(id, effect.GetType().Name, e);
        }
    }

    Task SendAsync(AppSessionId id, Effect effect) => effect switch
    {
        SendAck ack => connections.SendAsync(id, ack.ConnectionId, "ack", ack.Ack),
        SendSubscriptions s => connections.SendAsync(id, s.ConnectionId, "subscriptions", SubscriptionsMessage.Of(s)),
        SendStop stop => connections.SendAsync(id, stop.ConnectionId, "stop", new ReasonMessage(stop.Reason)),
        SendSuperseded old => connections.SendAsync(id, old.ConnectionId, "superseded", new ReasonMessage(Reasons.Superseded)),
        CloseConnection close => connections.CloseAsync(close.ConnectionId, close.Reason),
        ChangeGroups change => ChangeGroupsAsync(id, change),
        LeaveAllGroups => connections.LeaveAllAsync(id),
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, "The shell does not know this effect."),
    };

    // A set of a thousand streams must not become a thousand requests at once.
    async Task ChangeGroupsAsync(AppSessionId id, ChangeGroups change)
    {
        var joins = change.Join.Select(stream => (Func<Task>)(() => connections.JoinAsync(id, id.GroupOf(stream))));
        var leaves = change.Leave.Select(stream => (Func<Task>)(() => connections.LeaveAsync(id, id.GroupOf(stream))));
        foreach (var some in joins.Concat(leaves).Chunk(GroupChangesAtOnce))
        {
            await Task.WhenAll(some.Select(act => act()));
        }
    }
}

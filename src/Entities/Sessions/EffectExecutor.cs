using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Lifecycle.Entities;

/// <summary>
/// Executes effects in order, right after the decision. Durable ones go through the entity's context and commit with its
/// state; outside ones go to the SignalR service at once.
/// </summary>
public sealed partial class EffectExecutor(
    IAppConnections connections, IReconnectTokens tokens, DurableBackend backend, TimeProvider time, ILogger<EffectExecutor> logger, ITransitionFeed? feed = null)
{
    readonly GroupMemberships groups = new(connections);

    /// <summary>Executes the effects of the decision that was made at a time. Answers what the rules have to know of those that failed.</summary>
    public async Task<IReadOnlyList<SessionEvent>> ExecuteAsync(AppSessionId id, TaskEntityContext context, ImmutableArray<Effect> effects, DateTimeOffset decidedAt)
    {
        var failures = new List<SessionEvent>();
        foreach (var effect in effects)
        {
            // Behind a message that did not go out, later ones would come out of order.
            var held = effect is SendMessage && failures.OfType<MessageUndelivered>().Any();
            if (!held && !ExecuteDurable(id, context, effect, decidedAt) && await TryOutsideAsync(id, effect) is { } failure)
            {
                failures.Add(failure);
            }
        }

        return failures;
    }

    /// <summary>Whether the service knows the attachment's connection; null when there is none by name, or the service cannot be asked.</summary>
    public async Task<bool?> IsReachableAsync(Attachment? attachment)
    {
        if (attachment?.ConnectionId is not { } connection)
        {
            return null;
        }

        try
        {
            return await connections.ExistsAsync(connection, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogUnasked(connection, e);
            return null;
        }
    }

    /// <summary>The order with its time moved to where the backend's timers are not early.</summary>
    public RunOrder? Align(RunOrder? order) =>
        order is null ? null : order with { Until = TimerAlignment.WakeFor(order, backend) };

    bool ExecuteDurable(AppSessionId id, TaskEntityContext context, Effect effect, DateTimeOffset decidedAt)
    {
        switch (effect)
        {
            case ArmTimer timer:
                var at = TimerAlignment.SignalAt(timer.DueAt, time.GetUtcNow(), backend);
                context.SignalEntity(
                    context.Id, nameof(AppSessionEntity.Timer), timer.ToEvent(), new SignalEntityOptions { SignalTime = at });
                return true;
            case StartRun run:
                var name = RunInput.InstanceIdOf(RunInput.OrchestratorName, id, run.RunId, run.Driver);
                context.ScheduleNewOrchestration(RunInput.OrchestratorName, RunInput.Of(id, run), new StartOrchestrationOptions(name));
                return true;
            case AskGate ask:
                DateTimeOffset? askAt = ask.At is { } due ? TimerAlignment.SignalAt(due, time.GetUtcNow(), backend) : null;
                context.SignalEntity(AppEntity.IdOf(id.PackageName), nameof(AppEntity.Ask), ask.Ask, new SignalEntityOptions { SignalTime = askAt });
                return true;
            case SendStopWebhook stop:
                var notice = RunInput.InstanceIdOf(StopNoticeInput.OrchestratorName, id, stop.RunId);
                context.ScheduleNewOrchestration(StopNoticeInput.OrchestratorName, StopNoticeInput.Of(id, stop), new StartOrchestrationOptions(notice));
                return true;
            case TellApp tell:
                context.SignalEntity(AppEntity.IdOf(id.PackageName), AppEntity.OperationOf(tell.Event), tell.Event);
                return true;
            case PublishTransition transition:
                LogTransition(id, transition.From.WireName(), transition.To.WireName(), transition.Reason, transition.Blame.WireName(), transition.Epoch, transition.CorrelationId);
                Show(id, transition, decidedAt);
                return true;
            case DeadLetter letter:
                LogDeadLetter(id, letter.Reason, letter.Blame.WireName(), letter.Attempts, letter.LastAttempts.LastOrDefault()?.Outcome);
                return true;
            case LoseMessage lost:
                LogLost(id, lost.Seq, lost.Reason, lost.Blame.WireName());
                return true;
            case FailMessage failed:
                LogHandlerFailed(id, failed.Seq, failed.Error);
                return true;
            case ReportDeaf deaf:
                LogDeaf(id, deaf.Seq, (time.GetUtcNow() - deaf.Since).TotalSeconds);
                return true;
            case GiveUpGroups groups:
                LogGroupsGivenUp(id, groups.Version);
                return true;
            case GiveUpClose close:
                LogCloseGivenUp(id, close.ConnectionId, close.Tries);
                return true;
            case HeldBack held:
                LogHeldBack(id, held.Reason, held.Blame.WireName());
                return true;
            case Measure measure:
                LogMeasure(LevelOf(measure.What), id, measure.What, measure.Value.TotalMilliseconds);
                return true;
            default:
                return false;
        }
    }

    // By the decision's clock, as the session's own since: whoever has read the one and heard the other sees that they are the same.
    void Show(AppSessionId id, PublishTransition to, DateTimeOffset decidedAt)
    {
        if (feed is { IsWatched: true })
        {
            feed.Tell(new(decidedAt, id.SessionId, id.PackageName, to.From, to.To, to.Reason, to.Blame, to.Epoch));
        }
    }

    // Percentiles are computed of what is logged, for the metrics of Azure Monitor have none.
    static LogLevel LevelOf(Measurement measurement) => measurement == Measurement.TimerLateness ? LogLevel.Debug : LogLevel.Information;

    // An outside effect never fails the transition: if an ack cannot be sent, the client's own timeout brings it back. What the rules
    // have to know of a failure is an event of its own.
    async Task<SessionEvent?> TryOutsideAsync(AppSessionId id, Effect effect)
    {
        using var span = LifecycleTracing.Doing(effect);
        try
        {
            await SendAsync(id, effect);
            return null;
        }
        catch (Exception e) when (e is not UnreachableException)
        {
            var never = FinalFailures.Include(e);
            span?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            LogOutsideFailed(id, effect.GetType().Name, e);
            return effect switch
            {
                SendMessage message => new MessageUndelivered(message.ConnectionId, message.Seq, never),
                ChangeGroups change => new GroupsUnrestored(change.Version, change.Leave, never),
                JoinGroups join => new GroupsUnrestored(join.Version, join.Leave, never, join.Tries),
                RestoreGroups restore => new GroupsUnrestored(restore.Version, [], never),
                LeaveAllGroups leave => new GroupsUnrestored(leave.Version, leave.Streams, never, leave.Tries),
                JoinRoll => new OffRoll(time.GetUtcNow()),
                CloseConnection close => new ConnectionUnclosed(close.ConnectionId, close.Reason, close.Tries, never),
                _ => null,
            };
        }
    }

    Task SendAsync(AppSessionId id, Effect effect) => effect switch
    {
        SendAck ack => connections.SendAsync(id, ack.ConnectionId, "ack", WithToken(id, ack)),
        SendMessage { IsAwaited: true } awaited => connections.SendAsync(id, awaited.ConnectionId, "message", AwaitedMessage.Of(awaited)),
        SendMessage message => connections.SendAsync(id, message.ConnectionId, "message", AppMessage.Of(message)),
        SendSubscriptions s => connections.SendAsync(id, s.ConnectionId, "subscriptions", SubscriptionsMessage.Of(s)),
        SendStop stop => connections.SendAsync(id, stop.ConnectionId, "stop", new ReasonMessage(stop.Reason)),
        AskToTell ask => connections.SendAsync(id, ask.ConnectionId, "tell", TellMessage.It),
        SendSuperseded { IsHandedOver: true } old => connections.SendAsync(id, old.ConnectionId, "superseded", HandedOverMessage.It),
        SendSuperseded old => connections.SendAsync(id, old.ConnectionId, "superseded", new ReasonMessage(Reasons.Superseded)),
        CloseConnection close => connections.CloseAsync(close.ConnectionId, close.Reason),
        ChangeGroups change => groups.ChangeAsync(id, change),
        JoinGroups join => groups.JoinAsync(id, join),
        RestoreGroups restore => groups.RestoreAsync(id, restore),
        LeaveAllGroups => connections.LeaveAllAsync(id),
        JoinRoll => connections.JoinAsync(id, Rolls.GroupOf(id), Memberships.Ttl),
        _ => throw new UnreachableException($"The shell does not know the effect {effect.GetType().Name}."),
    };

    Ack WithToken(AppSessionId id, SendAck ack) => ack.ConnectionId is null
        ? ack.Ack
        : ack.Ack with { Token = tokens.Issue(id, ack.InstanceId, ack.Ack.Epoch, ack.Ack.CorrelationId) };
}

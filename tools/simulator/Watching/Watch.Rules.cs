using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Watching;

/// <content>Rules 2 to 5, 7 to 9 and 11: what one decision may make of one event.</content>
sealed partial class Watch
{
    void Runs(Session session, AppSession before, SessionEvent @event, Decision decision)
    {
        var (memory, run, begins) = (session.Memory, decision.Session.Run, 0);
        foreach (var effect in decision.Effects)
        {
            begins += effect is StartRun or AskGate ? 1 : 0;
            if (effect is StartRun start && @event is not RunMissing && !memory.Started.Add($"{start.RunId}|{start.Driver}"))
            {
                Fail(2, session, $"the orchestration {start.RunId}|{start.Driver} is started twice");
            }
        }

        if (begins > 1)
        {
            Fail(2, session, $"{begins} runs go on at once after {@event.GetType().Name}");
        }

        if (run is { Reason: RunReason.Resurrection } && run.Id != before.Run?.Id)
        {
            if (@event is not (TimerFired or UserCameBack) || before.Run is { Reason: not RunReason.HandOver })
            {
                Fail(2, session, $"a run begins at {@event.GetType().Name} beside {before.Run?.Reason}");
            }

            if (decision.Session.Epoch <= memory.RunEpoch)
            {
                Fail(2, session, $"a second run begins for epoch {decision.Session.Epoch}");
            }

            memory.RunEpoch = decision.Session.Epoch;
        }

        if (decision.Order is { Kind: RunOrderKind.Send } && decision.Session.Attachment is not null && run?.Reason != RunReason.HandOver)
        {
            Fail(1, session, "a webhook is ordered while the app is attached");
        }
    }

    void StaleChangesNothing(Session session, AppSession before, SessionEvent @event, Decision decision)
    {
        var after = decision.Session;
        var isStale = @event switch
        {
            Disconnected closed => before is { State: AppState.Running, Attachment.ConnectionId: { } attached } && attached != closed.ConnectionId,
            // One that was armed at an earlier loss, and that this window counts on.
            TimerFired { Kind: TimerKind.Grace, DueAt: { } due } when due == before.GraceTimerAt => false,
            TimerFired { Kind: TimerKind.Grace or TimerKind.Stop or TimerKind.Retention or TimerKind.Stable } timer => timer.Epoch != before.Epoch,
            AttemptDue due => due.RunId != before.Run?.Id,
            AttemptSent sent => sent.RunId != before.Run?.Id,
            AttemptFound found => found.RunId != before.Run?.Id,
            ConnectionMissing missing => missing.Epoch != before.Epoch,
            _ => false,
        };
        if (isStale && (after.State != before.State || after.Epoch != before.Epoch || after.Attachment?.ConnectionId != before.Attachment?.ConnectionId || after.Run?.Id != before.Run?.Id))
        {
            Fail(3, session, $"{@event.GetType().Name} came too late and moved {before.State} to {after.State}");
        }
    }

    void KeptOrClean(Session session, AppSession before, SessionEvent @event, Decision decision)
    {
        var after = decision.Session;
        if (after.State != AppState.Running || before.State == AppState.Running || @event is HubCall)
        {
            return;
        }

        if (after.Attachment!.Resumed)
        {
            if (after.CorrelationId != before.CorrelationId || !after.Subscriptions.Equals(before.Subscriptions) || after.Mailbox.LastSeq != before.Mailbox.LastSeq)
            {
                Fail(4, session, "a reconnect did not keep subscriptions, correlation or messages");
            }
        }
        else if (after.CorrelationId == before.CorrelationId || !after.Subscriptions.Streams.IsEmpty || after.Mailbox.HasUnsent)
        {
            Fail(4, session, "a connect did not start clean");
        }
    }

    void Attaches(Session session, AppSession before, SessionEvent @event, Decision decision)
    {
        if (@event is not Connected connected)
        {
            return;
        }

        var (memory, after) = (session.Memory, decision.Session);
        var isAttached = after.State == AppState.Running && after.Attachment?.ConnectionId == connected.ConnectionId
            && (before.State != AppState.Running || before.Attachment?.ConnectionId != connected.ConnectionId);
        var isGood = connected.TokenEpoch is { } epoch && epoch == before.AttachedEpoch && (connected.TokenLife ?? before.CorrelationId) == before.CorrelationId;
        if (isAttached && memory.HasClosed(connected.ConnectionId))
        {
            Fail(5, session, $"{connected.ConnectionId} attached, of which it had been heard that it is closed");
        }

        // Where apps may attach unasked, a token of a life that is over says nothing about the next one: it begins clean.
        var isUnsolicited = isAttached && before.State is (AppState.None or AppState.Stopped) && !after.Attachment!.Resumed;
        if (isAttached && connected is { TokenEpoch: not null, TakeOver: null } && !isGood && !isUnsolicited)
        {
            Fail(3, session, "a token that is out of date attached");
        }

        if (isAttached && !isGood && before.State is AppState.Running or AppState.GracePeriod && connected is { InstanceId: { } instance, TakeOver: null } && memory.IsReplaced(instance))
        {
            Fail(11, session, $"{instance} took the session back, which was replaced by {memory.Instance}");
        }

        if (isAttached && before.State == AppState.GracePeriod && connected.TakeOver is null)
        {
            Hinted(session, connected, after, isGood);
        }
    }

    void Hinted(Session session, Connected connected, AppSession after, bool isGood)
    {
        var keeps = isGood || connected.Reconnect != false;
        if (after.Attachment!.Resumed != keeps)
        {
            Fail(9, session, $"in the grace window, token {isGood}, hint {connected.Reconnect}, and resumed is {after.Attachment.Resumed}");
        }
    }

    void Stops(Session session, SessionEvent @event, Decision decision)
    {
        var memory = session.Memory;
        memory.IsStopped = @event switch
        {
            StopRequested => true,
            StartRequested or ReviveRequested => memory.IsStopped && decision.Outcome.Kind != OutcomeKind.Applied,
            Connected when world.Policy.AllowUnsolicited => false,
            _ => memory.IsStopped,
        };
        if (memory.IsStopped && decision.Session.State is not (AppState.None or AppState.Stopping or AppState.Stopped))
        {
            Fail(7, session, $"stopped, and {decision.Session.State} after {@event.GetType().Name}");
        }
    }

    void Subscriptions(Session session, AppSession before, SessionEvent @event, Decision decision)
    {
        if (@event is not SubscriptionsReplaced replaced || before.State != AppState.Running || before.Attachment?.ConnectionId != replaced.ConnectionId)
        {
            return;
        }

        var after = decision.Session.Subscriptions;
        var isCurrent = replaced.Replaces == before.Subscriptions.Version;
        var isDone = after.Version == before.Subscriptions.Version + 1 && after.Streams.Length == replaced.Streams.Distinct().Count();
        if (isCurrent && !isDone)
        {
            Fail(8, session, $"a set of {replaced.Streams.Length} in place of version {replaced.Replaces} was not honoured");
        }
        else if (!isCurrent && !after.Equals(before.Subscriptions))
        {
            Fail(8, session, $"a set in place of version {replaced.Replaces} was taken at version {before.Subscriptions.Version}");
        }
    }
}

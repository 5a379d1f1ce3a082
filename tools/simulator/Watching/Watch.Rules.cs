using Lifecycle.Simulator.Worlds;

namespace Lifecycle.Simulator.Watching;

/// <content>Rules 2, 5, 7 and 11: what one decision may make of one event, where more than the stored state must be known for it. The rest is <see cref="SessionInvariants"/>.</content>
sealed partial class Watch
{
    void Runs(Session session, AppSession before, SessionEvent @event, Decision decision)
    {
        var (memory, run) = (session.Memory, decision.Session.Run);
        foreach (var effect in decision.Effects)
        {
            if (effect is StartRun start && @event is not RunMissing && !memory.Started.Add($"{start.RunId}|{start.Driver}"))
            {
                Fail(2, session, $"the orchestration {start.RunId}|{start.Driver} is started twice");
            }
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
    }

    void Attaches(Session session, AppSession before, SessionEvent @event, Decision decision)
    {
        if (@event is not Connected connected || !Attaching.IsAttached(before, connected, decision.Session))
        {
            return;
        }

        var memory = session.Memory;
        if (memory.HasClosed(connected.ConnectionId))
        {
            Fail(5, session, $"{connected.ConnectionId} attached, of which it had been heard that it is closed");
        }

        var isAwaited = !Attaching.IsGood(before, connected) && before.State is AppState.Running or AppState.GracePeriod;
        if (isAwaited && connected is { InstanceId: { } instance, TakeOver: null } && memory.IsReplaced(instance))
        {
            Fail(11, session, $"{instance} took the session back, which was replaced by {memory.Instance}");
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
}

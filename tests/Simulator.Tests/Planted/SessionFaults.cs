namespace Lifecycle.Simulator.Tests.Planted;

/// <summary>The webhook goes out without asking the SignalR service first.</summary>
sealed class SendsWithoutALook : PlantedFault
{
    public override int Rule => 1;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy)
    {
        var decision = base.Decide(id, session, @event, now, policy);
        return decision with { Effects = [.. decision.Effects.Select(effect => effect is StartRun run ? run with { Order = run.Order with { Blind = true } } : effect)] };
    }
}

/// <summary>A grace timer that comes again begins another run.</summary>
sealed class ExpiresTwice : PlantedFault
{
    public override int Rule => 2;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        @event is TimerFired { Kind: TimerKind.Grace } timer && session is { State: AppState.Disconnected, Run: { Reason: RunReason.Resurrection } run } && timer.Epoch == session.Epoch
            ? base.Decide(id, session with { State = AppState.GracePeriod, Deadline = now, Run = null }, timer with { DueAt = null }, now.AddMilliseconds(run.Attempt + 1), policy)
            : base.Decide(id, session, @event, now, policy);
}

/// <summary>A disconnect is believed whichever connection it is of.</summary>
sealed class BelievesStaleDisconnects : PlantedFault
{
    public override int Rule => 3;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session, @event is Disconnected && session is { State: AppState.Running, Attachment.ConnectionId: { } attached } ? new Disconnected(attached) : @event, now, policy);
}

/// <summary>A reconnect after the grace window loses the subscriptions.</summary>
sealed class ForgetsSubscriptions : PlantedFault
{
    public override int Rule => 4;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy)
    {
        var decision = base.Decide(id, session, @event, now, policy);
        return decision.Outcome.Reason == Reasons.LateReconnect ? decision with { Session = decision.Session with { Subscriptions = decision.Session.Subscriptions.Cleared() } } : decision;
    }
}

/// <summary>Nobody remembers which connections are closed.</summary>
sealed class ForgetsClosedConnections : PlantedFault
{
    public override int Rule => 5;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session with { Closed = [] }, @event, now, policy);
}

/// <summary>Whoever connects while a session is being stopped gets it.</summary>
sealed class AttachesWhatIsStopped : PlantedFault
{
    public override int Rule => 7;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session, @event, now, @event is Connected ? policy with { AllowUnsolicited = true } : policy);
}

/// <summary>A set of subscriptions is taken whichever version it replaces.</summary>
sealed class TakesAnyVersion : PlantedFault
{
    public override int Rule => 8;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session, @event is SubscriptionsReplaced set ? set with { Replaces = session.Subscriptions.Version } : @event, now, policy);
}

/// <summary>An empty set of subscriptions is taken for a mistake.</summary>
sealed class IgnoresEmptySets : PlantedFault
{
    public override int Rule => 8;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session, @event is SubscriptionsReplaced { Streams.IsEmpty: true } set ? set with { Replaces = -1 } : @event, now, policy);
}

/// <summary>Without the hint, an app that comes back within the grace window begins anew.</summary>
sealed class TakesNoHintForFresh : PlantedFault
{
    public override int Rule => 9;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session, @event is Connected { Reconnect: null, TokenEpoch: null } connected ? connected with { Reconnect = false } : @event, now, policy);
}

/// <summary>A grace window runs out whatever the canary saw.</summary>
sealed class BlamesTheAppForTheCloud : PlantedFault
{
    public override int Rule => 10;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session, @event is TimerFired timer ? timer with { Sight = null } : @event, now, policy);
}

/// <summary>A timer that comes late is taken for one in time.</summary>
sealed class BlamesTheAppForTheHost : PlantedFault
{
    public override int Rule => 10;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session, @event, now, @event is TimerFired ? policy with { LateLimitMs = 60_000_000 } : policy);
}

/// <summary>A process that was written off takes its session back.</summary>
sealed class ForgetsWhoWasReplaced : PlantedFault
{
    public override int Rule => 11;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session with { Replaced = [] }, @event, now, policy);
}

/// <summary>Nobody counts how soon a process was lost again.</summary>
sealed class CountsNoShortLives : PlantedFault
{
    public override int Rule => 12;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy) =>
        base.Decide(id, session with { Life = session.Life with { Short = 0 } }, @event, now, policy);
}

/// <summary>A message is done with once it is sent.</summary>
sealed class TakesSentForHandled : PlantedFault
{
    public override int Rule => 13;

    public override Decision Decide(AppSessionId id, AppSession session, SessionEvent @event, DateTimeOffset now, Policy policy)
    {
        var decision = base.Decide(id, session, @event, now, policy);
        return decision.Outcome.Reason is Reasons.Reconnect or Reasons.LateReconnect or Reasons.TakenOver
            ? decision with { Effects = [.. decision.Effects.Where(effect => effect is not SendMessage)] }
            : decision;
    }
}

using Lifecycle.Simulator.Watching;

namespace Lifecycle.Simulator.Searching;

/// <summary>The rules of DESIGN section 2 that a session of the search is held to, judged by what is true of it and not by what the rules say of themselves.</summary>
static class SearchInvariants
{
    /// <summary>What a decision breaks; null for nothing.</summary>
    public static string? Broken(Local before, SessionEvent @event, Decision decision, Policy policy) =>
        SessionInvariants.Broken(before.Stored, @event, decision, SearchTime.Now, policy) is [var broken, ..] ? $"rule {broken.Invariant.Rule}: {broken.Sentence}"
        : Runs(before, @event, decision.Session) ?? Attaches(before, @event, decision.Session) ?? Stops(before, @event, decision, policy) ?? IsLate(before.Stored, @event, decision.Session, policy) ?? Messages(before.Stored, @event, decision);

    /// <summary>What a webhook breaks that goes out now; null for nothing.</summary>
    public static string? BrokenBySending(Local local, StartRun run, RunOrder order) =>
        run.Reason == RunReason.Resurrection && order.Blind && local.Unlooked < Rules.LooksAtMost ? $"rule 1: a webhook goes out without a last look, of which {local.Unlooked} failed" : null;

    /// <summary>Whether the session is to stay stopped after a decision.</summary>
    public static bool IsStopped(Local before, SessionEvent @event, Decision decision) => @event switch
    {
        StopRequested => true,
        StartRequested or ReviveRequested => before.Stopped && decision.Outcome.Kind != OutcomeKind.Applied,
        _ => before.Stopped,
    };

    static string? Runs(Local before, SessionEvent @event, AppSession after)
    {
        if (after.Run is not { Reason: RunReason.Resurrection } run || run.Id == before.Stored.Run?.Id)
        {
            return null;
        }

        return @event is not (TimerFired or UserCameBack) || before.Stored.Run is { Reason: not RunReason.HandOver } ? $"rule 2: a run begins at {@event.GetType().Name} beside {before.Stored.Run?.Reason}"
            : after.Epoch <= before.RunEpoch ? $"rule 2: a second run begins for epoch {after.Epoch}"
            : null;
    }

    static string? Attaches(Local before, SessionEvent @event, AppSession after)
    {
        if (@event is not Connected connected || !Attaching.IsAttached(before.Stored, connected, after))
        {
            return null;
        }

        var connection = before.Connections.First(its => its.Claim.ConnectionId == connected.ConnectionId);
        var isAwaited = before.Stored.State is AppState.Running or AppState.GracePeriod && !Attaching.IsGood(before.Stored, connected);
        return connection.HeardClosed ? $"rule 5: {connected.ConnectionId} attached, of which it had been heard that it is closed"
            : isAwaited && before.Processes[connection.Process].Replaced ? $"rule 11: {connected.InstanceId} took the session back, which was replaced"
            : null;
    }

    static string? Stops(Local before, SessionEvent @event, Decision decision, Policy policy) =>
        IsStopped(before, @event, decision) && !policy.AllowUnsolicited && decision.Session.State is not (AppState.None or AppState.Stopping or AppState.Stopped)
            ? $"rule 7: stopped, and {decision.Session.State} after {@event.GetType().Name}"
            : null;

    static string? IsLate(AppSession before, SessionEvent @event, AppSession after, Policy policy) =>
        @event is TimerFired { Kind: TimerKind.Grace } && before is { State: AppState.GracePeriod, LostAt: { } lost, Deadline: { } deadline, Evidence.LateAt: null }
        && after.State is AppState.Disconnected or AppState.Backoff && SearchTime.Now < lost.AddMilliseconds(policy.AliveLimitMs)
        && Rules.IsLate(deadline, SearchTime.Now, policy.LateLimitMs)
            ? $"rule 10: a grace window runs out that nobody looked at for {(SearchTime.Now - deadline).TotalSeconds:F1} s"
            : null;

    // A message is the app's when its handler has returned: what one process did not finish goes to the next that has the state.
    static string? Messages(AppSession before, SessionEvent @event, Decision decision) =>
        @event is MessagesDone || before is { State: AppState.Running } or { Mailbox.DoneUpTo: null } || before.InstanceId == decision.Session.InstanceId
        || decision.Session is not { State: AppState.Running, Predecessor: null, Attachment: { ConnectionId: not null, Resumed: true, Tells: true } }
            ? null
            : before.Mailbox.Kept.FirstOrDefault(open => open.Seq > before.Mailbox.DoneUpTo && !decision.Effects.Any(effect => effect is SendMessage sent && sent.Seq == open.Seq)) is { } lost
                ? $"rule 13: message {lost.Seq} was not finished by {before.InstanceId}, and {decision.Session.InstanceId} does not get it"
                : null;
}

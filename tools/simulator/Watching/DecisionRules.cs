namespace Lifecycle.Simulator.Watching;

/// <summary>
/// What one decision may make of one event, whatever was before: the part of DESIGN section 2, by its numbers, that needs no memory. The simulator and the search both hold to it.
/// </summary>
static class DecisionRules
{
    /// <summary>The first rule that a decision breaks, and how; null for none.</summary>
    public static (int Rule, string What)? Broken(AppSession before, SessionEvent @event, Decision decision) =>
        Runs(@event, decision) ?? StaleChangesNothing(before, @event, decision.Session) ?? KeptOrClean(before, @event, decision.Session)
        ?? (@event is Connected connected ? Attaches(before, connected, decision.Session) : null)
        ?? (@event is SubscriptionsReplaced replaced ? Subscriptions(before, replaced, decision.Session.Subscriptions) : null);

    /// <summary>Whether a connected event attached its connection.</summary>
    public static bool IsAttached(AppSession before, Connected connected, AppSession after) =>
        after.State == AppState.Running && after.Attachment?.ConnectionId == connected.ConnectionId
        && (before.State != AppState.Running || before.Attachment?.ConnectionId != connected.ConnectionId);

    /// <summary>Whether its token is the one that is good.</summary>
    public static bool IsGood(AppSession before, Connected connected) =>
        connected.TokenEpoch is { } epoch && epoch == before.AttachedEpoch && (connected.TokenLife ?? before.CorrelationId) == before.CorrelationId;

    static (int, string)? Runs(SessionEvent @event, Decision decision)
    {
        var begins = 0;
        foreach (var effect in decision.Effects)
        {
            begins += effect is StartRun or AskGate ? 1 : 0;
        }

        return begins > 1 ? (2, $"{begins} runs go on at once after {@event.GetType().Name}")
            : decision is { Order.Kind: RunOrderKind.Send, Session: { Attachment: not null, Run: var run } } && run?.Reason != RunReason.HandOver ? (1, "a webhook is ordered while the app is attached")
            : null;
    }

    static (int, string)? StaleChangesNothing(AppSession before, SessionEvent @event, AppSession after)
    {
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
        return isStale && (after.State != before.State || after.Epoch != before.Epoch || after.Attachment?.ConnectionId != before.Attachment?.ConnectionId || after.Run?.Id != before.Run?.Id)
            ? (3, $"{@event.GetType().Name} came too late and moved {before.State} to {after.State}")
            : null;
    }

    static (int, string)? KeptOrClean(AppSession before, SessionEvent @event, AppSession after)
    {
        if (after.State != AppState.Running || before.State == AppState.Running || @event is HubCall)
        {
            return null;
        }

        var isKept = after.CorrelationId == before.CorrelationId && after.Subscriptions.Equals(before.Subscriptions) && after.Mailbox.LastSeq == before.Mailbox.LastSeq;
        var isClean = after.CorrelationId != before.CorrelationId && after.Subscriptions.Streams.IsEmpty && !after.Mailbox.HasUnsent;
        return after.Attachment!.Resumed
            ? isKept ? null : (4, "a reconnect did not keep subscriptions, correlation or messages")
            : isClean ? null : (4, "a connect did not start clean");
    }

    static (int, string)? Attaches(AppSession before, Connected connected, AppSession after)
    {
        var (isAttached, isGood) = (IsAttached(before, connected, after), IsGood(before, connected));
        // Where apps may attach unasked, a token of a life that is over says nothing about the next one: it begins clean.
        var isUnsolicited = isAttached && before.State is (AppState.None or AppState.Stopped) && !after.Attachment!.Resumed;
        if (isAttached && connected is { TokenEpoch: not null, TakeOver: null } && !isGood && !isUnsolicited)
        {
            return (3, "a token that is out of date attached");
        }

        var keeps = isGood || connected.Reconnect != false;
        return isAttached && before.State == AppState.GracePeriod && connected.TakeOver is null && after.Attachment!.Resumed != keeps
            ? (9, $"in the grace window, token {isGood}, hint {connected.Reconnect}, and resumed is {after.Attachment.Resumed}")
            : null;
    }

    static (int, string)? Subscriptions(AppSession before, SubscriptionsReplaced replaced, SubscriptionSet after)
    {
        if (before.State != AppState.Running || before.Attachment?.ConnectionId != replaced.ConnectionId)
        {
            return null;
        }

        var isCurrent = replaced.Replaces == before.Subscriptions.Version;
        var isDone = after.Version == before.Subscriptions.Version + 1 && after.Streams.Length == replaced.Streams.Distinct().Count();
        return isCurrent && !isDone ? (8, $"a set of {replaced.Streams.Length} in place of version {replaced.Replaces} was not honoured")
            : !isCurrent && !after.Equals(before.Subscriptions) ? (8, $"a set in place of version {replaced.Replaces} was taken at version {before.Subscriptions.Version}")
            : null;
    }
}

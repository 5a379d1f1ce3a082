namespace Lifecycle;

/// <content>Rules 1, 3 to 5, 9 and 11: who is attached, with what, and what fences those before.</content>
public static partial class SessionInvariants
{
    static void StaleMovesNothing(SessionCase judged)
    {
        var (before, after) = (judged.Before, judged.After);
        var isStale = judged.Event switch
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
        if (isStale && (after.State, after.Epoch, after.Attachment?.ConnectionId, after.Run?.Id) != (before.State, before.Epoch, before.Attachment?.ConnectionId, before.Run?.Id))
        {
            judged.Break(Invariants.StaleChangesNothing, $"{NameOf(judged.Event)} came too late and moved {before.State.WireName()} to {after.State.WireName()}.");
        }
    }

    static void StateIsKeptOrClean(SessionCase judged)
    {
        var (before, after) = (judged.Before, judged.After);
        // What the app says over its connection may change it in the same decision.
        if (after is not { State: AppState.Running, Attachment: { } attachment } || before.State == AppState.Running || judged.Event is HubCall)
        {
            return;
        }

        var isKept = after.CorrelationId == before.CorrelationId && after.Subscriptions.Equals(before.Subscriptions) && after.Mailbox.LastSeq >= before.Mailbox.LastSeq;
        var isClean = after.CorrelationId != before.CorrelationId && after.Subscriptions.Streams.IsEmpty && !after.Mailbox.HasUnsent;
        if (attachment.Resumed ? !isKept : !isClean)
        {
            judged.Break(
                Invariants.KeptOrClean,
                attachment.Resumed ? "A reconnect did not keep subscriptions, correlation id or message numbers." : "A connect did not start clean.");
        }
    }

    static void AttachIsRightful(SessionCase judged)
    {
        if (judged.Event is not Connected connected || !judged.IsAttached || judged.After.Attachment!.ConnectionId != connected.ConnectionId)
        {
            return;
        }

        var (before, after) = (judged.Before, judged.After);
        var isGood = IsGoodToken(before, connected);
        if (before.HasClosed(connected.ConnectionId))
        {
            judged.Break(Invariants.ClosedStaysClosed, $"{connected.ConnectionId} attached, of which it had been heard that it is closed.");
        }

        // Where apps may attach unasked, a token of a life that is over says nothing about the next one: it begins clean.
        var isUnsolicited = before.State is AppState.None or AppState.Stopped && !after.Attachment!.Resumed;
        if (connected is { TokenEpoch: not null, TakeOver: null } && !isGood && !isUnsolicited)
        {
            judged.Break(Invariants.TokenIsGoodOnce, $"A token of epoch {connected.TokenEpoch} attached, where the one that is good is of epoch {before.AttachedEpoch}.");
        }

        var isContested = before.State is AppState.Running or AppState.GracePeriod && connected.TakeOver is null;
        if (isContested && !isGood && connected.InstanceId is { } instance && before.Replaced.Contains(instance))
        {
            judged.Break(Invariants.ReplacedStaysReplaced, $"{instance} took the session back, which had been replaced by {before.InstanceId}.");
        }

        if (isContested && before.State == AppState.GracePeriod && after.Attachment!.Resumed != (isGood || connected.Reconnect != false))
        {
            judged.Break(Invariants.TokenOrHintDecides, $"In the grace window, with a good token {isGood} and the hint {connected.Reconnect?.ToString() ?? "absent"}, resumed is {after.Attachment.Resumed}.");
        }
    }

    // The place that it was carried over from may have issued later ones, of the same life.
    static bool IsGoodToken(AppSession before, Connected connected) => connected.TokenEpoch is { } epoch
        && (before.Carried is null ? epoch == before.AttachedEpoch : epoch >= before.AttachedEpoch)
        && (connected.TokenLife ?? before.CorrelationId) == before.CorrelationId;

    static void AttachmentFits(SessionCase judged)
    {
        var (before, after) = (judged.Before, judged.After);
        if (!Fits(after) && Fits(before))
        {
            judged.Break(Invariants.OneAttachment, $"{after.State.WireName()} has {(after.Attachment is null ? "no attachment" : "an attachment")}.");
        }

        if (judged.IsAttached && after.Attachment!.ConnectionId is not null && after.AttachedEpoch != after.Epoch)
        {
            judged.Break(Invariants.TokenIsGoodOnce, $"An attach in epoch {after.Epoch} left the token of epoch {after.AttachedEpoch} good.");
        }

        // One that the service does not know, or that has said that it is closed, needs no word.
        if (judged.IsAttached && before is { State: AppState.Running, Attachment.ConnectionId: { } old } && old != after.Attachment!.ConnectionId
            && judged.Event is Connected && !IsDismissed(judged, old))
        {
            judged.Break(Invariants.OneAttachment, $"{after.Attachment.ConnectionId} took over from {old}, which is neither told nor closed.");
        }
    }

    static bool Fits(AppSession session) => session.State switch
    {
        AppState.Running => session.Attachment is not null,
        AppState.Stopping => true,
        _ => session.Attachment is null,
    };

    static bool IsDismissed(SessionCase judged, string connection)
    {
        foreach (var effect in judged.Decision.Effects)
        {
            if (effect is CloseConnection close && close.ConnectionId == connection || effect is SendSuperseded told && told.ConnectionId == connection)
            {
                return true;
            }
        }

        return false;
    }

    static void EpochRises(SessionCase judged)
    {
        var (before, after) = (judged.Before, judged.After);
        if (after.State == AppState.None || before.State == AppState.None)
        {
            return; // a session that is forgotten begins again at the first epoch
        }

        var isChanged = (before.Attachment is null) != (after.Attachment is null)
            || (before.Attachment?.ConnectionId is { } old && old != after.Attachment?.ConnectionId)
            || (after.State == AppState.Starting && after.Run?.Id != before.Run?.Id)
            || (after.State != before.State && after.State is AppState.Stopping or AppState.Stopped);
        if (after.Epoch < before.Epoch || (isChanged && after.Epoch == before.Epoch))
        {
            judged.Break(Invariants.EpochFences, $"{NameOf(judged.Event)} made {after.State.WireName()} of {before.State.WireName()}, and the epoch went from {before.Epoch} to {after.Epoch}.");
        }
    }
}

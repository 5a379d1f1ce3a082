namespace Lifecycle;

public static partial class Rules
{
    static Decision OnSubscriptionsReplaced(Turn turn, SubscriptionsReplaced replaced)
    {
        var session = turn.Before;
        if (IsBackFromMissing(session, replaced))
        {
            return ProvenFirst(turn, replaced);
        }

        if (!IsFromAttachment(session, replaced.ConnectionId))
        {
            return Answer(turn, replaced, Reasons.NotAttached).Refuse(Reasons.NotAttached);
        }

        if (replaced.Replaces != session.Subscriptions.Version)
        {
            return Answer(turn, replaced, Reasons.VersionConflict).Refuse(Reasons.VersionConflict);
        }

        session = Named(turn, ClaimOf(replaced));
        var set = session.Subscriptions.ReplacedBy(replaced.Streams);
        var after = session with { Subscriptions = set, Groups = session.Groups.Changed(session.Subscriptions, set, turn.Now) };
        turn.Do(new ChangeGroups(
                [.. set.Streams.Except(session.Subscriptions.Streams)],
                [.. session.Subscriptions.Streams.Except(set.Streams)],
                set.Version))
            .Do(new SendSubscriptions(replaced.ConnectionId, Accepted: true, Reason: null, set));
        return turn.Stay(Reasons.SubscriptionsChanged, after);
    }

    static Turn Answer(Turn turn, SubscriptionsReplaced replaced, string reason) =>
        turn.Do(new SendSubscriptions(replaced.ConnectionId, Accepted: false, reason, turn.Before.Subscriptions));

    static Decision OnReleased(Turn turn, Released released)
    {
        if (IsBackFromMissing(turn.Before, released))
        {
            return ProvenFirst(turn, released);
        }

        // Goodbye ends a hand-over as well: whoever was asked comes in vain.
        return IsFromAttachment(turn.Before, released.ConnectionId)
            ? turn.Stay(Reasons.AppReleased, Named(LeavingLine(turn), ClaimOf(released)) with { Released = true, Run = null, Invited = null })
            : turn.Refuse(Reasons.NotAttached);
    }

    static bool IsBackFromMissing(AppSession session, HubCall call) =>
        session.MissingConnection == call.ConnectionId
        && session.State is AppState.GracePeriod or AppState.Disconnected or AppState.Resurrecting or AppState.Backoff or AppState.Dormant;

    // Attached by what it says, and then what it says.
    static Decision ProvenFirst(Turn turn, HubCall call)
    {
        var proven = Prove(turn, call);
        if (proven.Session.State != AppState.Running)
        {
            return proven;
        }

        var called = Decide(turn.Id, proven.Session, call, turn.Now, turn.Policy);
        return called with { Effects = proven.Effects.AddRange(called.Effects), Outcome = proven.Outcome };
    }

    static bool IsFromAttachment(AppSession session, string connectionId) =>
        session.State == AppState.Running && session.Attachment!.Is(connectionId) && !session.HasClosed(connectionId);
}

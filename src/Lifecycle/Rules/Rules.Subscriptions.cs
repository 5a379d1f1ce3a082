namespace Lifecycle;

public static partial class Rules
{
    static Decision OnSubscriptionsReplaced(Turn turn, SubscriptionsReplaced replaced)
    {
        var session = turn.Before;
        if (!IsFromAttachment(session, replaced.ConnectionId))
        {
            return Answer(turn, replaced, Reasons.NotAttached).Refuse(Reasons.NotAttached);
        }

        if (replaced.Replaces != session.Subscriptions.Version)
        {
            return Answer(turn, replaced, Reasons.VersionConflict).Refuse(Reasons.VersionConflict);
        }

        session = Named(turn, new Connected(replaced.ConnectionId));
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

    static Decision OnReleased(Turn turn, Released released) => IsFromAttachment(turn.Before, released.ConnectionId)
        ? turn.Stay(Reasons.AppReleased, Named(turn, new Connected(released.ConnectionId)) with { Released = true })
        : turn.Refuse(Reasons.NotAttached);

    static bool IsFromAttachment(AppSession session, string connectionId) =>
        session.State == AppState.Running && session.Attachment!.Is(connectionId) && !session.HasClosed(connectionId);
}

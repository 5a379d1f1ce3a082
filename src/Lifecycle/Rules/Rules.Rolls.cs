namespace Lifecycle;

public static partial class Rules
{
    /// <summary>A place on a roll is renewed between this age and <see cref="RollUntil"/>, each session's at a point of its own; before that when subscriptions are renewed anyway.</summary>
    public static readonly TimeSpan RollFrom = Memberships.Ttl / 2;

    /// <summary>The age at which the last of them are due.</summary>
    public static readonly TimeSpan RollUntil = Memberships.Ttl * 2 / 3;

    /// <summary>How soon after one try the next one to put a user on its roll comes: a service that refuses it must not be asked in each sweep.</summary>
    public static readonly TimeSpan RollAgain = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The event that an answer of the service amounts to, where the rolls said that it should be asked; null when it is as expected. One that is attached and not on its roll
    /// though it was put there is told so.
    /// </summary>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="answer">Whether the service knows the connection, or one of the user.</param>
    /// <param name="rolls">The rolls as they were read; null when they were not.</param>
    public static SessionEvent? EventOf(AppSession session, ServiceQuestion question, bool answer, RollCall? rolls) =>
        EventOf(question, answer) ?? (question.Expected && rolls is not null && session.Roll?.Covers(rolls.At) == true ? new OffRoll(rolls.At) : null);

    // Behind the ack, for the app does not wait for it. Where groups were left in the same turn the sweep does it: a leave and a join that follows
    // at once can be taken the other way round.
    static AppSession PutOnRoll(Turn turn, AppSession session, bool hasLeft)
    {
        if (hasLeft || session.Roll?.Covers(turn.Now) == true)
        {
            return session;
        }

        turn.Do(new JoinRoll());
        return session with { Roll = new RollPlace(turn.Now) };
    }

    // Whether a user has to be put on its roll now. One that was attached by a version before, or has left all groups, is on none.
    static bool IsRollDue(AppSessionId id, AppSession session, DateTimeOffset now)
    {
        var due = session.Roll switch
        {
            null => session.Attachment!.AttachedAt + LeaveAlone,
            { IsOff: true } off => off.At + RollAgain,
            { } place => place.At + RollFrom + ((RollUntil - RollFrom) * StableHash.Uniform(id, "roll renewal", 0)),
        };
        return now >= due;
    }

    static Decision OnOffRoll(Turn turn, OffRoll off)
    {
        var session = turn.Before;
        if (session.Roll is not { IsOff: false } place || place.At > off.SeenAt)
        {
            return turn.Ignore(Reasons.Nothing);
        }

        if (session.State != AppState.Running || turn.Now - place.At < RollAgain)
        {
            return turn.Stay(Reasons.ServiceFailed, session with { Roll = place with { IsOff = true } });
        }

        turn.Do(new JoinRoll());
        return turn.Stay(Reasons.GroupsRenewed, session with { Roll = new RollPlace(turn.Now) });
    }
}

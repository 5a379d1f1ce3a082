using System.Collections.Immutable;

namespace Lifecycle;

public static partial class Rules
{
    /// <summary>How many memberships a reconnect asks about by name: so many at once cost little more time than one.</summary>
    public const int Witnesses = 8;

    /// <summary>How many memberships one step of a renewal joins: an app session that is busy with it can do nothing else.</summary>
    public const int RenewalStep = 250;

    /// <summary>Memberships are renewed between this age and <see cref="RenewedUntil"/>, each session at a point of its own.</summary>
    public static readonly TimeSpan RenewedFrom = Memberships.Ttl / 3;

    /// <summary>The age at which the last of them are due.</summary>
    public static readonly TimeSpan RenewedUntil = Memberships.Ttl / 2;

    /// <summary>
    /// After a reconnect that asked about a part of its memberships only, all are joined again when they are this old: the service may have
    /// lost single ones with the socket.
    /// </summary>
    public static readonly TimeSpan ProvenFor = TimeSpan.FromHours(1);

    /// <summary>Within this time after the reconnect, each session at a point of its own.</summary>
    public static readonly TimeSpan ProofSpread = TimeSpan.FromMinutes(10);

    /// <summary>How often memberships are mended on one connection that the service refuses for what they are.</summary>
    public const int MostGroupMends = 3;

    /// <summary>What a session is due to renew now; null for nothing. What is being mended is joined again by that.</summary>
    public static GroupRenewal? RenewalOf(AppSessionId id, AppSession session, DateTimeOffset now)
    {
        var (groups, roll) = DueOf(id, session, now);
        return groups ? new GroupRenewal(session.Groups.JoinedAt, StepOf(session).Length + (roll ? 1 : 0))
            : roll ? new GroupRenewal(session.Roll is { IsOff: false } place ? place.At : null, 1)
            : null;
    }

    // A step that is made anyway takes the place on the roll along, so that this costs a session with subscriptions no operation of its own.
    static (bool Groups, bool Roll) DueOf(AppSessionId id, AppSession session, DateTimeOffset now)
    {
        if (session is not { State: AppState.Running, Attachment: { MendAt: null } attachment })
        {
            return (false, false);
        }

        var due = session.Groups switch
        {
            { JoinedAt: { } joined, RenewingSince: null } => RenewalDueAt(id, session, attachment, joined),
            _ => attachment.AttachedAt,
        };
        var groups = !session.Subscriptions.Streams.IsEmpty && now >= due;
        return (groups, IsRollDue(id, session, now) || (groups && session.Roll is { IsOff: false } place && now >= place.At + RenewedFrom));
    }

    static DateTimeOffset RenewalDueAt(AppSessionId id, AppSession session, Attachment attachment, DateTimeOffset joined)
    {
        var jitter = StableHash.Uniform(id, "groups", 0);
        var byAge = joined + RenewedFrom + ((RenewedUntil - RenewedFrom) * jitter);
        var unproven = attachment.Resumed && joined < attachment.AttachedAt && session.Subscriptions.Streams.Length > Witnesses;
        var byReconnect = Later(joined + ProvenFor, attachment.AttachedAt + (ProofSpread * jitter))!.Value;
        return unproven && byReconnect < byAge ? byReconnect : byAge;
    }

    static ImmutableArray<string> StepOf(AppSession session)
    {
        var streams = session.Subscriptions.Streams;
        return [.. streams.SkipWhile(stream => string.CompareOrdinal(stream, session.Groups.RenewedTo) <= 0).Take(RenewalStep)];
    }

    // Another signal for the same step finds the next one, or nothing: both are right.
    static Decision OnGroupsDue(Turn turn)
    {
        var (groups, roll) = DueOf(turn.Id, turn.Before, turn.Now);
        if (!groups && !roll)
        {
            return turn.Ignore(Reasons.Nothing);
        }

        var after = groups ? NextStep(turn) : turn.Before;
        turn.DoIf(roll, new JoinRoll());
        return turn.Stay(Reasons.GroupsRenewed, roll ? after with { Roll = new RollPlace(turn.Now) } : after);
    }

    static AppSession NextStep(Turn turn)
    {
        var session = turn.Before;
        var step = StepOf(session);
        var renewed = session.Groups.Renewed(step.IsEmpty ? "" : step[^1], turn.Now);
        var isLast = step.IsEmpty || step[^1] == session.Subscriptions.Streams[^1];
        turn.DoIf(!step.IsEmpty, new JoinGroups(step, isLast ? session.Groups.Unleft : [], session.Subscriptions.Version));
        return session with { Groups = isLast ? Memberships.Of(renewed.RenewingSince!.Value) : renewed };
    }

    // Before the ack: what the app is told to be subscribed to is in force then, as far as can be known.
    static AppSession GroupsRestored(Turn turn, AppSession session)
    {
        var set = session.Subscriptions;
        if (!session.Groups.AreInForce(turn.Now))
        {
            return GroupsJoined(turn, session);
        }

        turn.DoIf(!set.Streams.IsEmpty, new RestoreGroups(set.Streams, WitnessesOf(turn.Id, session), set.Version));
        return session;
    }

    // Everything again, and no questions: to ask costs as many calls as to join. Nothing is left first, for the service does not promise the
    // order of a leave and a join that follows at once (azure-signalr issue 1125), and a publication in between would be lost.
    static AppSession GroupsJoined(Turn turn, AppSession session)
    {
        var (set, unleft) = (session.Subscriptions, session.Groups.Unleft);
        turn.DoIf(!set.Streams.IsEmpty || !unleft.IsEmpty, new JoinGroups(set.Streams, unleft, set.Version));
        return session with { Groups = Memberships.Of(turn.Now), Chores = session.Chores.WithoutGroups() };
    }

    // Spread over the set, and others each time.
    static ImmutableArray<string> WitnessesOf(AppSessionId id, AppSession session)
    {
        var streams = session.Subscriptions.Streams;
        if (streams.Length <= Witnesses)
        {
            return streams;
        }

        var first = (int)(StableHash.Uniform(id, $"witnesses|{session.Epoch}", 0) * streams.Length);
        return [.. Enumerable.Range(0, Witnesses).Select(n => streams[(first + (n * streams.Length / Witnesses)) % streams.Length])];
    }

    // The session begins anew: of the set before nothing may be left. One that was emptied counts, for its groups may not have been left.
    static AppSession GroupsLeft(Turn turn, AppSession session) => WithoutGroups(LeavingGroups(turn), session);

    static Turn LeavingGroups(Turn turn)
    {
        var (set, unleft) = (turn.Before.Subscriptions, turn.Before.Groups.Unleft);
        return turn.DoIf(LeavesGroups(turn.Before), new LeaveAllGroups([.. set.Streams, .. unleft], set.Cleared().Version));
    }

    static bool LeavesGroups(AppSession session) => session.Subscriptions.HasGroups || !session.Groups.Unleft.IsEmpty;

    // All count as left, the roll with them; of those that could not be the rules hear at once.
    static AppSession WithoutGroups(Turn turn, AppSession session) => session with
    {
        Subscriptions = session.Subscriptions.Cleared(),
        Groups = Memberships.Of(turn.Now),
        Roll = LeavesGroups(turn.Before) ? null : session.Roll,
        Chores = session.Chores.WithoutGroups(),
    };

    static Decision OnGroupsUnrestored(Turn turn, GroupsUnrestored unrestored)
    {
        var session = turn.Before;
        if (session.State == AppState.None || session.Subscriptions.Version != unrestored.Version)
        {
            return turn.Ignore(Reasons.StaleLook);
        }

        // What the service will never take must not keep the session busy: it counts as done until the next connection, or renewal.
        if (unrestored.Never && session is { State: AppState.Running, Attachment.Mends: >= MostGroupMends })
        {
            turn.Do(new GiveUpGroups(unrestored.Version));
            return turn.Stay(Reasons.Undeliverable, session with { Groups = Memberships.Of(turn.Now) });
        }

        var groups = session.Groups.Doubted(unrestored.Unleft.Except(session.Subscriptions.Streams, StringComparer.Ordinal));
        var doubted = session with { Groups = groups };
        return session.State == AppState.Running ? MendSoon(turn, doubted) : UnleftWhileDetached(turn, unrestored, doubted);
    }
}

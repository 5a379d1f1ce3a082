namespace Lifecycle;

public static partial class Rules
{
    /// <summary>By how much the end of a stopped session is put off while something is left to do at the service.</summary>
    public static readonly TimeSpan ChoresKept = TimeSpan.FromMinutes(1);

    /// <summary>The chores timer that never came; null when none is missing. Due later than ever decided counts as well: a clock was set back.</summary>
    public static TimerFired? LostChoresOf(AppSession session, DateTimeOffset now) =>
        session.Chores.DueAt is { } due && (now - due > TimerLost || due - now > longestMend + TimerTolerance)
            ? new TimerFired(TimerKind.Chores, session.Epoch)
            : null;

    static TimeSpan WaitAfter(int tries)
    {
        var wait = firstMend * Math.Pow(2, Math.Min(tries, 8));
        return wait < longestMend ? wait : longestMend;
    }

    // A connection of a session that does not exist is not remembered, or anybody could create one.
    static Decision OnConnectionUnclosed(Turn turn, ConnectionUnclosed unclosed)
    {
        var (session, tries) = (turn.Before, unclosed.Tries + 1);
        if (session.State == AppState.None)
        {
            return turn.Ignore(Reasons.Nothing);
        }

        if (tries >= Chores.TriesOf(unclosed.Never))
        {
            return turn.Do(new GiveUpClose(unclosed.ConnectionId, tries)).Stay(Reasons.Undeliverable, session);
        }

        var (chores, crowdedOut) = session.Chores.With(new PendingClose(unclosed.ConnectionId, unclosed.Reason, tries));
        if (crowdedOut is not null)
        {
            turn.Do(new GiveUpClose(crowdedOut.ConnectionId, crowdedOut.Tries));
        }

        return turn.Stay(Reasons.ServiceFailed, ChoresSoon(turn, session with { Chores = chores }, tries));
    }

    // Where no app is attached there is no mend timer. What is given up here the next attach leaves, if there is one.
    static Decision UnleftWhileDetached(Turn turn, GroupsUnrestored unrestored, AppSession doubted)
    {
        var tries = unrestored.Tries + 1;
        if (doubted.Groups.Unleft.IsEmpty)
        {
            return turn.Stay(Reasons.ServiceFailed, doubted);
        }

        if (tries >= Chores.TriesOf(unrestored.Never))
        {
            return turn.Do(new GiveUpGroups(unrestored.Version)).Stay(Reasons.Undeliverable, doubted);
        }

        var chores = doubted.Chores with { GroupTries = tries };
        return turn.Stay(Reasons.ServiceFailed, ChoresSoon(turn, doubted with { Chores = chores }, tries));
    }

    static AppSession ChoresSoon(Turn turn, AppSession session, int tries)
    {
        if (session.Chores.DueAt is not null)
        {
            return session;
        }

        var at = turn.Now + WaitAfter(tries - 1);
        turn.Do(new ArmTimer(TimerKind.Chores, at, session.Epoch));
        return session with { Chores = session.Chores with { DueAt = at } };
    }

    // Not fenced by the epoch: what is left to do outlives the state that it began in. All of it counts as done now; what fails is told at once,
    // and remembered again.
    static Decision OnChores(Turn turn)
    {
        var (session, chores) = (turn.Before, turn.Before.Chores);
        if (chores.DueAt is not { } due || turn.Now < due - TimerTolerance)
        {
            return turn.Ignore(Reasons.StaleTimer);
        }

        foreach (var close in chores.Closes)
        {
            var attached = session.State == AppState.Running && session.Attachment!.ConnectionId == close.ConnectionId;
            turn.DoIf(!attached, new CloseConnection(close.ConnectionId, close.Reason, close.Tries));
        }

        var after = session with { Chores = Chores.None };
        return turn.Stay(Reasons.Mended, chores.GroupTries > 0 ? GroupsLeftAgain(turn, after, chores.GroupTries) : after);
    }

    static AppSession GroupsLeftAgain(Turn turn, AppSession session, int tries)
    {
        var (set, unleft) = (session.Subscriptions, session.Groups.Unleft);
        if (set.Streams.IsEmpty)
        {
            turn.Do(new LeaveAllGroups(unleft, set.Version, tries));
            return session with { Groups = Memberships.Of(turn.Now), Roll = null };
        }

        turn.Do(new JoinGroups([], unleft, set.Version, tries));
        return session with { Groups = session.Groups with { Unleft = [] } };
    }

    static Decision KeepForChores(Turn turn)
    {
        var deadline = turn.Now + ChoresKept;
        turn.Do(new ArmTimer(TimerKind.Retention, deadline, turn.Before.Epoch));
        return turn.Stay(Reasons.ChoresLeft, turn.Before with { Deadline = deadline });
    }
}

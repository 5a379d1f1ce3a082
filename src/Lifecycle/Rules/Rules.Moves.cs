namespace Lifecycle;

/// <content>What comes of sessions that are carried over from another installation.</content>
public static partial class Rules
{
    /// <summary>The longest time for which carried-over sessions wait for their apps to move.</summary>
    public static readonly TimeSpan LongestCarry = TimeSpan.FromDays(1);

    /// <summary>
    /// By how much the epoch of a session grows when it is carried over: the old place goes on issuing tokens of its own epochs, and none of them may be
    /// taken for one that is issued here.
    /// </summary>
    public const long CarriedEpochs = 10_000;

    /// <summary>Why a cargo is left alone; null when it is taken: there is no such session here, or an older cargo of it whose app has not attached since.</summary>
    /// <param name="there">The session as it is stored here.</param>
    /// <param name="cargo">What is carried over.</param>
    public static string? WhyLeftAlone(AppSession there, SessionCargo cargo) =>
        there.State == AppState.None || there.Carried is { } carried && carried.ReadAt < cargo.ReadAt ? null
        : there.Attachment is null ? Reasons.AlreadyHere : Reasons.AttachedHere;

    /// <summary>The epoch that a session has here once its cargo is taken.</summary>
    /// <param name="there">The session as it is stored here.</param>
    /// <param name="cargo">What is carried over.</param>
    public static long EpochOf(AppSession there, SessionCargo cargo) => Math.Max(there.Epoch + 1, cargo.Epoch + CarriedEpochs);

    /// <summary>Whether messages for a session belong to the installation that it comes from: its app may be attached there.</summary>
    /// <param name="session">The session as it is stored.</param>
    /// <param name="now">The time, UTC.</param>
    public static bool IsElsewhere(AppSession session, DateTimeOffset now) => session.Carried?.Until > now;

    static Decision OnCarriedOver(Turn turn, CarriedOver carried)
    {
        var (before, cargo) = (turn.Before, carried.Cargo);
        if (WhyLeftAlone(before, cargo) is { } why)
        {
            return turn.Ignore(why);
        }

        // Whose app nobody awaits stays as it was. All others wait for their apps, which may be attached at the old place.
        var state = cargo.State is AppState.Dormant or AppState.Evicted ? cargo.State : AppState.GracePeriod;
        var (epoch, until) = (EpochOf(before, cargo), Until(turn, carried.Until));
        turn.DoIf(state == AppState.GracePeriod, new ArmTimer(TimerKind.Grace, until, epoch));
        var landed = Landed(turn, cargo) with { Epoch = epoch, Carried = new Carriage(until, cargo.ReadAt) };
        return turn.Move(state, Reasons.CarriedOver, _ => state == AppState.GracePeriod
            ? landed with { Deadline = until, KeptUntil = KeptFrom(turn, until.AddMilliseconds(turn.Policy.ReconnectGraceMs)) }
            : landed with { Deadline = null, KeptUntil = cargo.KeptUntil });
    }

    static DateTimeOffset Until(Turn turn, DateTimeOffset until) =>
        until <= turn.Now ? turn.Now : Within(until, turn.Now, LongestCarry.TotalMilliseconds)!.Value;

    // Nothing was lost here, so no latency is measured from it; and it is nobody's fault but this system's that its app is not attached here.
    static AppSession Landed(Turn turn, SessionCargo cargo) => turn.Before with
    {
        AttachedEpoch = cargo.AttachedEpoch,
        CorrelationId = cargo.CorrelationId,
        InstanceId = cargo.InstanceId,
        Mailbox = cargo.Mailbox,
        Subscriptions = cargo.Subscriptions,
        Groups = Memberships.Unknown,
        LostAt = null,
        GraceTimerAt = null,
        Evidence = Evidence.None.SeenLate(turn.Now),
        Trace = turn.Trace,
        Released = cargo.Released,
        Away = cargo.Away,
        Foreground = cargo.Foreground,
        StartPending = cargo.StartPending,
        Replaced = cargo.Replaced,
        Tally = cargo.Tally,
    };

    // The time to move is over, and only now the app counts as lost: it has a whole grace window, and all that goes with it.
    static Decision OnCarriedTimer(Turn turn, TimerFired timer)
    {
        var session = turn.Before;
        if (timer.Epoch != session.Epoch || timer.DueAt < session.Deadline || turn.Now < session.Deadline)
        {
            return OnTimerFired(turn, timer); // stale or early, as any other
        }

        var deadline = turn.After(turn.Policy.ReconnectGraceMs);
        turn.Do(new ArmTimer(TimerKind.Grace, deadline, session.Epoch));
        return turn.Stay(Reasons.MoveOver, session with
        {
            Carried = null,
            Deadline = deadline,
            KeptUntil = KeptFrom(turn, deadline),
            LostAt = turn.Now,
            Evidence = Evidence.None,
            Trace = turn.Trace,
            Tally = session.Tally with { Graces = session.Tally.Graces + 1 },
        });
    }

    // The app may have attached at the old place once more since the cargo was read: a later token of the same life is as good as the one that is known.
    static SessionEvent Carried(AppSession session, SessionEvent @event) => (session.Carried, @event) switch
    {
        (null, _) => @event,
        (_, Connected connected) => WithKnownToken(session, connected),
        (_, HubCall { Negotiated: { } negotiated } call) => call with { Negotiated = WithKnownToken(session, negotiated) },
        _ => @event,
    };

    static Connected WithKnownToken(AppSession session, Connected connected) =>
        connected.TokenEpoch > session.AttachedEpoch && connected.TokenLife is { } life && life == session.CorrelationId
            ? connected with { TokenEpoch = session.AttachedEpoch }
            : connected;

    // Once anything has become of it here, it is here.
    static Decision Arrived(this Decision decision) =>
        decision.Session is { Carried: not null, State: not (AppState.GracePeriod or AppState.Dormant or AppState.Evicted) } here
            ? decision with { Session = here with { Carried = null } }
            : decision;

    static Decision RefuseElsewhere(Turn turn) => turn.Refuse(Reasons.NotHereYet);
}

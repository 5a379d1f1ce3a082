namespace Lifecycle;

/// <summary>What is known, while an app is not attached, of whose fault that is. It is void once the app attaches.</summary>
public sealed record Evidence
{
    /// <summary>Nothing is known.</summary>
    public static Evidence None { get; } = new();

    /// <summary>When the process that was attached last gave a sign of life.</summary>
    public DateTimeOffset? SignAt { get; init; }

    /// <summary>Until when it is awaited for that: a grace window, and more where it is known to try less often.</summary>
    public DateTimeOffset? AwakeUntil { get; init; }

    /// <summary>When the process that was attached last asked to come back to one of its sessions, as the last look at a window that was over knew.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>When it was last seen for this session that no client can open a socket at the SignalR service.</summary>
    public DateTimeOffset? AwayAt { get; init; }

    /// <summary>When it was first seen after that that one can: everybody has a whole grace window from then.</summary>
    public DateTimeOffset? BackAt { get; init; }

    /// <summary>
    /// When something came so late that this system was away. It counts once for a loss: what is late again and again is slow and not away, and must not be made slower.
    /// </summary>
    public DateTimeOffset? LateAt { get; init; }

    /// <summary>When it was last seen that clients can open sockets while a process that lives could not.</summary>
    public DateTimeOffset? OpenAt { get; init; }

    /// <summary>Whose fault it is, by the last evidence.</summary>
    public Blame Blame { get; init; }

    /// <summary>The longest time between two tries of a client that backs off, beyond the grace window: so do the SDKs.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The same with a sign of life. It clears the app, and nobody else whose fault is known. A client that backs off (each wait up to three times the one before) is awaited
    /// for as long as its next one can be.
    /// </summary>
    public Evidence Signed(DateTimeOffset at, double graceMs)
    {
        if (at <= SignAt)
        {
            return this with { Blame = BlameOfAlive }; // the same again, or one that was overtaken
        }

        var next = (at - SignAt) * 3 ?? TimeSpan.Zero;
        return this with
        {
            SignAt = at,
            AwakeUntil = Rules.Later(AwakeUntil, at.AddMilliseconds(graceMs) + (next < LongestGap ? next : LongestGap)),
            Blame = BlameOfAlive,
        };
    }

    // The app is cleared, whatever was thought of it.
    Blame BlameOfAlive => (AwayAt, LateAt) switch
    {
        (null, null) => Blame.Network,
        ({ } away, { } late) when late > away => Blame.Lifecycle,
        (null, _) => Blame.Lifecycle,
        _ => Blame.SignalR,
    };

    /// <summary>
    /// Whose fault a loss was that an attach ends. A process that comes back has lived. Another one says that the one before it was gone, unless that had given signs of
    /// life.
    /// </summary>
    /// <param name="isSameProcess">Whether it is the process that was attached last; null when it does not say.</param>
    /// <param name="attempt">Which try it was; null when it does not say.</param>
    /// <param name="connectRefused">Whether an earlier try could not open a socket, as it says.</param>
    public Blame AtAttach(bool? isSameProcess, int? attempt, bool connectRefused) => (isSameProcess, Blame) switch
    {
        (true, _) => BlameOfWay(connectRefused),
        (null, not (Blame.Unknown or Blame.App)) => Blame,
        (null, _) when connectRefused || attempt >= 2 => BlameOfWay(connectRefused),
        (false, Blame.Unknown) => Blame.App,
        _ => Blame,
    };

    /// <summary>The same for a connection that is found to be there: its process lives, and who lost its event may not be known.</summary>
    public Blame AtAdoption => AwayAt is null && LateAt is null ? Blame.Unknown : BlameOfAlive;

    // Where the service was seen open it was refused on the way.
    Blame BlameOfWay(bool connectRefused) => connectRefused && BlameOfAlive == Blame.Network && OpenAt is null ? Blame.SignalR : BlameOfAlive;

    /// <summary>The same after a look that found the service away.</summary>
    public Evidence SeenAway(DateTimeOffset at) => this with { AwayAt = at, BackAt = null, Blame = Blame.SignalR };

    /// <summary>The same after something that came so late that this system was away.</summary>
    public Evidence SeenLate(DateTimeOffset at) => this with { LateAt = at, Blame = Blame.Lifecycle };

    /// <summary>No time of it lies further in the future than the rules put it.</summary>
    internal Evidence InTime(DateTimeOffset now, double graceMs) => this with
    {
        SignAt = Rules.Within(SignAt, now, 0),
        AwakeUntil = Rules.Within(AwakeUntil, now, graceMs + LongestGap.TotalMilliseconds),
        SeenAt = Rules.Within(SeenAt, now, 0),
        AwayAt = Rules.Within(AwayAt, now, 0),
        BackAt = Rules.Within(BackAt, now, 0),
        LateAt = Rules.Within(LateAt, now, 0),
        OpenAt = Rules.Within(OpenAt, now, 0),
    };
}

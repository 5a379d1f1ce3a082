using System.Collections.Immutable;

namespace Lifecycle;

/// <summary>
/// What must still happen at the SignalR service whatever becomes of the session, because a call failed: connections to close, groups to leave
/// while no app is attached. Bounded in number and in tries, so a session that waits for its end does not wait for ever.
/// </summary>
public sealed record Chores
{
    /// <summary>How many closes are remembered: as many as closed connections.</summary>
    public const int MostCloses = AppSession.RememberedClosed;

    /// <summary>How often something is tried while the service is away: about half an hour.</summary>
    public const int MostTries = 60;

    /// <summary>How often something is tried that the service refuses for what it is.</summary>
    public const int MostRefusals = 3;

    /// <summary>Nothing is left to do.</summary>
    public static Chores None { get; } = new();

    /// <summary>When all of it is tried again, UTC; null when nothing is left to do.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The connections to close, the newest last; at most <see cref="MostCloses"/>.</summary>
    public ImmutableArray<PendingClose> Closes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How often it was tried to leave <see cref="Memberships.Unleft"/>; 0 when that is not to be done here.</summary>
    public int GroupTries { get; init; }

    /// <summary>How often something is tried in all.</summary>
    /// <param name="never">The service refuses it for what it is.</param>
    public static int TriesOf(bool never) => never ? MostRefusals : MostTries;

    /// <summary>The same with one more connection to close, and the one that had to make room for it.</summary>
    public (Chores Chores, PendingClose? GivenUp) With(PendingClose close)
    {
        var others = Closes.RemoveAll(other => other.ConnectionId == close.ConnectionId);
        return others.Length < MostCloses
            ? (this with { Closes = others.Add(close) }, null)
            : (this with { Closes = others.RemoveAt(0).Add(close) }, others[0]);
    }

    /// <summary>The same once this connection is closed.</summary>
    public Chores Without(string connectionId) =>
        (this with { Closes = Closes.RemoveAll(close => close.ConnectionId == connectionId) }).OrNone();

    /// <summary>The same once somebody else leaves the groups.</summary>
    public Chores WithoutGroups() => (this with { GroupTries = 0 }).OrNone();

    /// <summary>Equal when every field and every close is.</summary>
    public bool Equals(Chores? other) =>
        other is not null && (DueAt, GroupTries) == (other.DueAt, other.GroupTries) && Closes.AsSpan().SequenceEqual(other.Closes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DueAt, GroupTries, Closes.Length);

    Chores OrNone() => Closes.IsEmpty && GroupTries == 0 ? None : this;
}

/// <summary>A connection that could not be closed.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="Reason">The error text of the close message.</param>
/// <param name="Tries">How often it was tried, from 1.</param>
public sealed record PendingClose(string ConnectionId, string Reason, int Tries);

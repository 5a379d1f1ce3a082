using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// What is known of the user's memberships in the groups of its subscriptions. A connection has those that are in force when it opens and
/// keeps them until it closes, whatever becomes of them: they matter to the next one.
/// </summary>
public sealed record Memberships
{
    /// <summary>
    /// How long a membership is there for connections that open; each is joined anew before that. Without a ttl the service keeps no more than
    /// the 100 that were joined last. Three days: joined again by half of it, more is left than the longest grace and retention windows, a day
    /// and two minutes, so that an app that comes back with its state finds them. Too small: more calls, N for N streams each time. Too large:
    /// what a session that was given up has left behind stays for that long.
    /// </summary>
    public static readonly TimeSpan Ttl = TimeSpan.FromDays(3);

    /// <summary>How long before its end a membership is not believed in any more: clocks differ, and so do the times of a call and of its effect.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromHours(1);

    /// <summary>Nothing is known: whatever the set names must be joined.</summary>
    public static Memberships Unknown { get; } = new();

    /// <summary>
    /// When the oldest of them was joined; null when it is not known that all are there: one could not be joined, or a version that joined
    /// without a ttl did it.
    /// </summary>
    public DateTimeOffset? JoinedAt { get; init; }

    /// <summary>When the renewal in progress began; null when none is.</summary>
    public DateTimeOffset? RenewingSince { get; init; }

    /// <summary>The stream that this renewal has come to, in the order of the set.</summary>
    public string? RenewedTo { get; init; }

    /// <summary>Streams whose groups could not be left, at most <see cref="Identifiers.MaxStreams"/>: of any more, later connections are rid with the ttl.</summary>
    [JsonConverter(typeof(StoredTexts))]
    public ImmutableArray<string> Unleft { get; init; } = [];

    /// <summary>All were joined at this time, or there are none.</summary>
    public static Memberships Of(DateTimeOffset joinedAt) => new() { JoinedAt = joinedAt };

    /// <summary>Whether nothing has to be done for a connection that opened just now, as far as can be known without asking the service.</summary>
    public bool AreInForce(DateTimeOffset now) => JoinedAt is { } at && now < at + (Ttl - Doubt) && Unleft.IsEmpty;

    /// <summary>The same after one set of streams gave way to another at this time.</summary>
    public Memberships Changed(SubscriptionSet from, SubscriptionSet to, DateTimeOffset now)
    {
        var unleft = Unleft.RemoveAll(stream => to.Streams.Contains(stream));
        return from.Streams.Intersect(to.Streams, StringComparer.Ordinal).Any()
            ? this with { Unleft = unleft }
            : Of(now) with { Unleft = unleft };
    }

    /// <summary>The same after a call failed that should have made them what they should be, and have left these.</summary>
    public Memberships Doubted(IEnumerable<string> unleft) => new()
    {
        Unleft = [.. Unleft.Union(unleft, StringComparer.Ordinal).TakeLast(Identifiers.MaxStreams)],
    };

    /// <summary>The same after a renewal came to this stream at this time.</summary>
    public Memberships Renewed(string to, DateTimeOffset now) => this with { RenewedTo = to, RenewingSince = RenewingSince ?? now };

    /// <summary>Equal when every field and every name is.</summary>
    public bool Equals(Memberships? other) =>
        other is not null
        && (JoinedAt, RenewingSince, RenewedTo) == (other.JoinedAt, other.RenewingSince, other.RenewedTo)
        && Unleft.AsSpan().SequenceEqual(other.Unleft.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(JoinedAt, RenewingSince, RenewedTo, Unleft.Length);
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// The streams an app session is subscribed to, as a versioned set: an update names the version it replaces, so that
/// neither side ever guesses (DESIGN rule 8). Each name is membership of a SignalR group of the user.
/// </summary>
public sealed record SubscriptionSet
{
    /// <summary>No subscriptions, at version 0.</summary>
    public static SubscriptionSet Empty { get; } = new();

    /// <summary>Grows by one with every accepted replacement and every reset.</summary>
    public int Version { get; init; }

    /// <summary>The stream names, sorted and distinct.</summary>
    [JsonConverter(typeof(StoredTexts))]
    public ImmutableArray<string> Streams { get; init; } = [];

    /// <summary>Whether the user may be in groups because of it, or of one before it.</summary>
    [JsonIgnore]
    public bool HasGroups => Version > 0;

    /// <summary>The set that follows this one.</summary>
    public SubscriptionSet ReplacedBy(IEnumerable<string> streams) =>
        new() { Version = Version + 1, Streams = [.. streams.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] };

    /// <summary>An empty set that keeps counting, so that an update meant for the old set is refused.</summary>
    public SubscriptionSet Cleared() => Streams.IsEmpty ? this : ReplacedBy([]);

    /// <summary>Equal when the version and the names are.</summary>
    public bool Equals(SubscriptionSet? other) =>
        other is not null && Version == other.Version && Streams.AsSpan().SequenceEqual(other.Streams.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, Streams.Length);
}

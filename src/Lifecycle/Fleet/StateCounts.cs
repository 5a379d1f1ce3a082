using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>How many app sessions are in each state. A value that can be stored: small, for most states have none.</summary>
public sealed record StateCounts
{
    /// <summary>None at all.</summary>
    public static StateCounts None { get; } = new();

    /// <summary>By the numbers of the states, from the first on; what is missing at the end is 0.</summary>
    [JsonPropertyName("c")]
    public ImmutableArray<int> Counts { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How many there are in all.</summary>
    [JsonIgnore]
    public int Total => Counts.Sum();

    /// <summary>Those that were counted, by the numbers of the states.</summary>
    public static StateCounts Of(ReadOnlySpan<int> counts)
    {
        var last = counts.LastIndexOfAnyExcept(0);
        return new StateCounts { Counts = [.. counts[..(last + 1)]] };
    }

    /// <summary>How many are in a state.</summary>
    public int In(AppState state) => (int)state < Counts.Length ? Counts[(int)state] : 0;

    /// <summary>With others.</summary>
    public StateCounts With(StateCounts others)
    {
        Span<int> sum = stackalloc int[AppStates.All.Count];
        foreach (var state in AppStates.All)
        {
            sum[(int)state] = In(state) + others.In(state);
        }

        return Of(sum);
    }

    /// <summary>By the names of the states; those without any are left out.</summary>
    public IReadOnlyDictionary<string, int> ByName() =>
        AppStates.All.Where(state => In(state) > 0).ToDictionary(state => state.WireName(), In);

    /// <summary>Equal when all counts are.</summary>
    public bool Equals(StateCounts? other) => other is not null && Counts.AsSpan().SequenceEqual(other.Counts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Total;
}

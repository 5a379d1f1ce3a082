using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// Durations by size, from 10 ms to half an hour: each size is a quarter more than the one before, so what is read of them is right within 12 %. A value
/// that can be stored; its sizes and counts take turns.
/// </summary>
public sealed record Latencies
{
    const double Least = 10;
    const double Growth = 1.25;
    const int Largest = 55;

    /// <summary>None.</summary>
    public static Latencies None { get; } = new();

    /// <summary>A size, how many there are of it, the next size, and so on; the smallest first.</summary>
    [JsonPropertyName("c")]
    public ImmutableArray<int> Counts { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Those of the durations.</summary>
    public static Latencies Of(IEnumerable<TimeSpan> durations) =>
        From(durations.GroupBy(SizeOf).Select(size => KeyValuePair.Create(size.Key, size.Count())));

    /// <summary>With others.</summary>
    public Latencies With(Latencies others) => others.Counts.IsEmpty ? this : Counts.IsEmpty ? others : From(Sizes().Concat(others.Sizes()));

    /// <summary>The duration, in milliseconds, that this share of them does not exceed; null when there are none.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public int? At(double share)
    {
        var left = (long)Math.Ceiling(share * Sizes().Sum(size => (long)size.Value));
        foreach (var (size, count) in Sizes())
        {
            left -= count;
            if (left <= 0)
            {
                return (int)Math.Round(Least * Math.Pow(Growth, size - 0.5));
            }
        }

        return null;
    }

    /// <summary>Equal when all counts are.</summary>
    public bool Equals(Latencies? other) => other is not null && Counts.AsSpan().SequenceEqual(other.Counts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Counts.Length;

    static int SizeOf(TimeSpan duration) => duration.TotalMilliseconds <= Least
        ? 0
        : Math.Min(Largest, (int)Math.Ceiling(Math.Log(duration.TotalMilliseconds / Least, Growth)));

    static Latencies From(IEnumerable<KeyValuePair<int, int>> sizes) => new()
    {
        Counts = [.. sizes.GroupBy(size => size.Key, size => size.Value).OrderBy(size => size.Key).SelectMany(size => new[] { size.Key, size.Sum() })],
    };

    IEnumerable<KeyValuePair<int, int>> Sizes() => Counts.Chunk(2).Where(pair => pair.Length == 2).Select(pair => KeyValuePair.Create(pair[0], pair[1]));
}

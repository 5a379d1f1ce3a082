using System.Collections.Immutable;
using Lifecycle.Bench.Results;

namespace Lifecycle.Bench.Storage;

/// <summary>Requests by kind; not always whole ones, for they may be per session or per second.</summary>
sealed record RequestCounts(ImmutableSortedDictionary<string, double> ByKind)
{
    static readonly string[] idle = [StorageRequest.EmptyPoll, StorageRequest.Leases];

    /// <summary>None.</summary>
    public static RequestCounts None { get; } = new(ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal));

    /// <summary>As counted.</summary>
    public static RequestCounts Of(IEnumerable<KeyValuePair<string, int>> counted) =>
        new(None.ByKind.AddRange(counted.Select(pair => KeyValuePair.Create(pair.Key, (double)pair.Value))));

    /// <summary>Those that something was done with: all but polls that find nothing and leases.</summary>
    public RequestCounts Working => new(ByKind.RemoveRange(idle));

    /// <summary>Polls that find nothing.</summary>
    public double Polls => ByKind.GetValueOrDefault(StorageRequest.EmptyPoll);

    /// <summary>All of them.</summary>
    public double Total => ByKind.Values.Sum();

    /// <summary>What was made since.</summary>
    public RequestCounts Since(RequestCounts before) => Combine(before, -1);

    /// <summary>Together.</summary>
    public RequestCounts And(RequestCounts more) => Combine(more, 1);

    /// <summary>Of so many the share of one.</summary>
    public RequestCounts Per(double many) => new(ByKind.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value / many, ByKind.KeyComparer));

    /// <summary>The sum, and what it is made of.</summary>
    public override string ToString() =>
        Figure.Text($"{Total:0.##}: ") + string.Join(", ", ByKind.Where(pair => pair.Value > 0).OrderByDescending(pair => pair.Value).Select(pair => Figure.Text($"{pair.Value:0.##} {pair.Key}")));

    RequestCounts Combine(RequestCounts other, int sign)
    {
        var combined = ByKind.ToBuilder();
        foreach (var (kind, count) in other.ByKind)
        {
            combined[kind] = combined.GetValueOrDefault(kind) + (sign * count);
        }

        return new(combined.ToImmutable());
    }
}

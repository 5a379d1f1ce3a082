using System.Collections.Immutable;

namespace Lifecycle.Functions.Bulk;

/// <summary>What was counted of a bulk action.</summary>
public sealed record BulkTally
{
    /// <summary>How many that were not told are named.</summary>
    public const int MostNamed = 50;

    /// <summary>How many are named while others are still being told.</summary>
    public const int MostNamedOnTheWay = 10;

    /// <summary>How many stored rows were read.</summary>
    public int Looked { get; init; }

    /// <summary>How many were told.</summary>
    public int Done { get; init; }

    /// <summary>How many were not, for nobody could be asked for them.</summary>
    public int Failed { get; init; }

    /// <summary>Those, the first of them.</summary>
    public ImmutableArray<BulkError> Errors { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>With what was counted of one more page.</summary>
    public BulkTally With(BulkTally page) => new()
    {
        Looked = Looked + page.Looked,
        Done = Done + page.Done,
        Failed = Failed + page.Failed,
        Errors = [.. Errors.Concat(page.Errors).Take(MostNamed)],
    };

    /// <summary>The same with few names: what an orchestration says of itself while it runs may have 16 KiB in all.</summary>
    public BulkTally Brief() => this with { Errors = [.. Errors.Take(MostNamedOnTheWay)] };
}

/// <summary>An app session that was not told.</summary>
/// <param name="Name">As session:package.</param>
/// <param name="Reason">Why: <c>app_not_registered</c> or <c>app_unreachable</c>.</param>
public sealed record BulkError(string Name, string Reason);

using System.Diagnostics.CodeAnalysis;

namespace Lifecycle.Bench;

/// <summary>What the command line asks for.</summary>
/// <param name="Benches">The benches to run, in order.</param>
/// <param name="Quick">Whether small sizes do.</param>
sealed record BenchArguments(IReadOnlyList<IBench> Benches, bool Quick)
{
    /// <summary>Reads the command line; an unknown name is a problem that lists the known ones.</summary>
    public static bool TryRead(string[] args, [NotNullWhen(true)] out BenchArguments? arguments, [NotNullWhen(false)] out string? problem)
    {
        const string Quick = "--quick";
        var names = args.Where(a => a != Quick).ToList();
        var unknown = names.Where(n => !BenchRun.All.Any(b => b.Name == n)).ToList();
        if (unknown.Count > 0)
        {
            arguments = null;
            problem = $"Unknown: {string.Join(", ", unknown)}. Usage: bench [{Quick}] [{string.Join(" | ", BenchRun.All.Select(b => b.Name))}]...";
            return false;
        }

        problem = null;
        arguments = new([.. BenchRun.All.Where(b => names.Count == 0 || names.Contains(b.Name))], args.Contains(Quick));
        return true;
    }
}

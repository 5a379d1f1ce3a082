namespace Lifecycle.Samples.Drill.Verdicts;

/// <summary>One fact that had to hold.</summary>
sealed record Check(string What, bool Holds, string Expected, string Seen);

/// <summary>Collects what was expected and what was seen; nothing is assumed and nothing stops at the first failure.</summary>
sealed class Checks
{
    readonly List<Check> all = [];

    public IReadOnlyList<Check> All => all;

    public bool Hold => all.Count > 0 && all.All(check => check.Holds);

    public void Equal<T>(string what, T expected, T seen) =>
        all.Add(new Check(what, EqualityComparer<T>.Default.Equals(expected, seen), $"{expected}", $"{seen}"));

    public void AtLeast(string what, int least, int seen) => all.Add(new Check(what, seen >= least, $"at least {least}", $"{seen}"));

    /// <summary>Every item passes; the failure shows the first three that do not.</summary>
    public void Every<T>(string what, IReadOnlyCollection<T> items, Func<T, bool> passes, Func<T, string> describe)
    {
        var failing = items.Where(item => !passes(item)).ToList();
        var seen = failing.Count == 0 ? $"{items.Count}" : $"{items.Count - failing.Count}, without {string.Join("; ", failing.Take(3).Select(describe))}";
        all.Add(new Check(what, failing.Count == 0 && items.Count > 0, $"{Math.Max(1, items.Count)} of {items.Count}", seen));
    }

    public void Fail(string what, string expected, string seen) => all.Add(new Check(what, false, expected, seen));
}

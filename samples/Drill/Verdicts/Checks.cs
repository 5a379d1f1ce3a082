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
        Add(new Check(what, EqualityComparer<T>.Default.Equals(expected, seen), $"{expected}", $"{seen}"));

    public void AtLeast(string what, int least, int seen) => Add(new Check(what, seen >= least, $"at least {least}", $"{seen}"));

    public void AtMost<T>(string what, T most, T seen, Func<T, string>? show = null) where T : IComparable<T> =>
        Add(new Check(what, seen.CompareTo(most) <= 0, $"at most {Show(most, show)}", Show(seen, show)));

    public void That(string what, bool holds, string expected, string? seen) => Add(new Check(what, holds, expected, seen ?? "none"));

    /// <summary>Every item passes; the failure shows the first three that do not.</summary>
    public void Every<T>(string what, IReadOnlyCollection<T> items, Func<T, bool> passes, Func<T, string> describe)
    {
        var failing = items.Where(item => !passes(item)).ToList();
        var seen = failing.Count == 0 ? $"{items.Count}" : $"{items.Count - failing.Count}, without {string.Join("; ", failing.Take(3).Select(describe))}";
        Add(new Check(what, failing.Count == 0 && items.Count > 0, $"{Math.Max(1, items.Count)} of {items.Count}", seen));
    }

    public void Fail(string what, string expected, string seen) => Add(new Check(what, false, expected, seen));

    void Add(Check check)
    {
        lock (all) all.Add(check); // Apps of one scene are judged side by side.
    }

    static string Show<T>(T value, Func<T, string>? show) => show is null ? $"{value}" : show(value);
}

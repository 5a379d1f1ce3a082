using System.Text;

namespace Lifecycle.Conformance.Recording;

/// <summary>Compares what a story led to in both hosts.</summary>
sealed class Comparison(Transcript standIn, Transcript worker)
{
    readonly StringBuilder differences = new();

    /// <summary>Every difference, in words; empty when there is none.</summary>
    public string Differences()
    {
        foreach (var section in standIn.Sections.Keys.Union(worker.Sections.Keys).Order(StringComparer.Ordinal))
        {
            Compare(section, Lines(standIn, section), Lines(worker, section));
        }

        return differences.ToString();
    }

    // Line by line along what both have in common, so that one line too many does not make all that follow differ.
    void Compare(string section, IReadOnlyList<string> here, IReadOnlyList<string> there)
    {
        var (i, j) = (0, 0);
        foreach (var (nextI, nextJ) in Common(here, there).Append((here.Count, there.Count)))
        {
            for (; i < nextI || j < nextJ; i += i < nextI ? 1 : 0, j += j < nextJ ? 1 : 0)
            {
                Tell(section, i < nextI ? here[i] : "", j < nextJ ? there[j] : "");
            }

            (i, j) = (nextI + 1, nextJ + 1);
        }
    }

    void Tell(string section, string here, string there)
    {
        differences.AppendLine($"In {section}:");
        differences.AppendLine($"  stand-in: {(here.Length == 0 ? "(nothing)" : Around(here, there))}");
        differences.AppendLine($"  worker:   {(there.Length == 0 ? "(nothing)" : Around(there, here))}");
    }

    // Long lines are told around the place where they part.
    static string Around(string line, string other)
    {
        const int Before = 160;
        const int After = 400;
        var at = line.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        var from = Math.Max(0, at - Before);
        var to = Math.Min(line.Length, at + After);
        var head = line[..Math.Min(line.IndexOf('\n') is >= 0 and var end ? end : line.Length, 120)];
        return from == 0 ? line[..to] : $"{head} ... {line[from..to]}";
    }

    static IReadOnlyList<string> Lines(Transcript record, string section) => record.Sections.GetValueOrDefault(section) ?? [];

    /// <summary>The positions of the longest common subsequence.</summary>
    static List<(int Here, int There)> Common(IReadOnlyList<string> here, IReadOnlyList<string> there)
    {
        var length = new int[here.Count + 1, there.Count + 1];
        for (var i = here.Count - 1; i >= 0; i--)
        {
            for (var j = there.Count - 1; j >= 0; j--)
            {
                length[i, j] = here[i] == there[j] ? length[i + 1, j + 1] + 1 : Math.Max(length[i + 1, j], length[i, j + 1]);
            }
        }

        var common = new List<(int, int)>();
        for (var (i, j) = (0, 0); i < here.Count && j < there.Count;)
        {
            if (here[i] == there[j])
            {
                common.Add((i++, j++));
            }
            else if (length[i + 1, j] >= length[i, j + 1])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return common;
    }
}

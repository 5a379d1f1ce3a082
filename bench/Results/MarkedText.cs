namespace Lifecycle.Bench.Results;

/// <summary>The part of a Markdown file of the repository that a bench writes, between two markers.</summary>
/// <param name="Name">What the markers call it.</param>
sealed record MarkedText(string Name)
{
    string Begin => $"<!-- {Name}: written by the bench -->";

    string End => $"<!-- {Name}: end -->";

    /// <summary>The repository that a folder is in: the current one unless another is given.</summary>
    /// <exception cref="DirectoryNotFoundException">It is in none.</exception>
    public static string Root(string? within = null)
    {
        for (var folder = new DirectoryInfo(within ?? Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Lifecycle.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Run it inside the repository: it writes files there.");
    }

    /// <summary>Puts the text between the file's markers.</summary>
    /// <exception cref="FormatException">The file has lost its markers.</exception>
    public void Replace(string path, string text)
    {
        var old = File.ReadAllText(path);
        var (begin, end) = Find(path, old);
        File.WriteAllText(path, $"{old[..begin]}\n{text}{old[end..]}");
    }

    /// <summary>What stands between the file's markers.</summary>
    /// <exception cref="FormatException">The file has lost its markers.</exception>
    public string Read(string path)
    {
        var old = File.ReadAllText(path);
        var (begin, end) = Find(path, old);
        return old[begin..end].TrimStart('\n');
    }

    (int Begin, int End) Find(string path, string text)
    {
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        return begin < 0 || end < begin
            ? throw new FormatException($"{Path.GetFileName(path)} needs the lines '{Begin}' and '{End}'.")
            : (begin + Begin.Length, end);
    }
}

namespace Lifecycle.Conformance.Recording;

/// <summary>What a story led to in one host: lines under headings, without what differs from run to run.</summary>
sealed class Transcript
{
    readonly Lock gate = new();
    readonly SortedDictionary<string, List<string>> sections = new(StringComparer.Ordinal);
    bool closed;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Sections
    {
        get
        {
            lock (gate)
            {
                return sections.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)[.. pair.Value]);
            }
        }
    }

    /// <summary>The story is over: what the end of its host leads to is not part of it.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
        }
    }

    /// <summary>Adds a line behind those that are there.</summary>
    public void Add(string section, string line)
    {
        lock (gate)
        {
            if (closed)
            {
                return;
            }

            if (!sections.TryGetValue(section, out var lines))
            {
                sections[section] = lines = [];
            }

            lines.Add(line);
        }
    }

    /// <summary>Adds lines that have no order of their own.</summary>
    public void AddUnordered(string section, IEnumerable<string> lines)
    {
        foreach (var line in lines.Order(StringComparer.Ordinal))
        {
            Add(section, line);
        }
    }
}

using System.Text.Json;

namespace Lifecycle.Samples.Drill.App;

/// <summary>A file of lines that outlives the process that writes it: one process writes, the drill reads.</summary>
sealed class Journal(string path)
{
    readonly Lock gate = new();

    /// <summary>Adds a line.</summary>
    public void Write<T>(T line)
    {
        lock (gate) File.AppendAllText(path, JsonSerializer.Serialize(line, JsonSerializerOptions.Web) + "\n");
    }

    /// <summary>Every line so far; none when the file is not there yet.</summary>
    public static IReadOnlyList<T> ReadAll<T>(string path)
    {
        if (!File.Exists(path)) return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        // A line that is being written has no end yet.
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!)];
    }
}

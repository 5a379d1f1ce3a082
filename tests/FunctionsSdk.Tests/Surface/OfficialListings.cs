using System.Text.RegularExpressions;

namespace Lifecycle.FunctionsSdk.Tests.Surface;

/// <summary>The listings of the official packages' public API, when they lie beside the repository.</summary>
static partial class OfficialListings
{
    /// <summary>All lines of all listings without what the comparison ignores, or null when there are no listings.</summary>
    public static IReadOnlySet<string>? Load() => Find() is not { } folder ? null : Directory.GetFiles(folder, "*.txt")
        .SelectMany(File.ReadLines)
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(Normalize)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Drops attributes in brackets and the modifiers virtual, abstract and override.</summary>
    public static string Normalize(string line)
    {
        var parts = line.Split(" | ", 3);
        var signature = parts[2];
        while (signature.StartsWith('['))
            signature = signature[AttributeLength(signature)..].TrimStart();
        return $"{parts[0]} | {parts[1]} | {Modifiers().Replace(signature, "")}";
    }

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "official-api");
            if (Directory.Exists(candidate))
                return candidate;
        }
        return null;
    }

    static int AttributeLength(string text)
    {
        var depth = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"';
            if (quoted)
                continue;
            depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
            if (depth == 0)
                return i + 1;
        }
        throw new FormatException($"An attribute does not end: {text}");
    }

    [GeneratedRegex(@"\b(virtual|abstract|override) ")]
    private static partial Regex Modifiers();
}

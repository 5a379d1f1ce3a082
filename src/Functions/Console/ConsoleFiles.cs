using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lifecycle.Functions.Console;

/// <summary>
/// The files of the console, which are resources of this assembly. Each is served by a name with a hash of its content in it, and kept for ever by
/// whoever loads it; the page, which says by an import map which file has which name, is asked for each time. The scripts keep the names in the
/// folder: a file that changes changes no other.
/// </summary>
public sealed partial class ConsoleFiles
{
    const string Folder = "console/";
    const string Page = "index.html";

    readonly Lazy<FrozenDictionary<string, ConsoleFile>> files = new(Load);

    /// <summary>A file by the name it is served by; the page by none. Null for what is not there.</summary>
    public ConsoleFile? Find(string name) => files.Value.GetValueOrDefault(name);

    /// <summary>All of them, by the names they are served by.</summary>
    public IEnumerable<KeyValuePair<string, ConsoleFile>> All => files.Value;

    static FrozenDictionary<string, ConsoleFile> Load()
    {
        var found = Resources().ToDictionary(file => file.Name, file => Trimmed(file.Name, file.Content), StringComparer.Ordinal);
        var names = found.Keys.Where(name => name != Page).ToDictionary(name => name, name => HashedName(name, found[name]), StringComparer.Ordinal);
        var served = names.ToDictionary(name => name.Value, name => ConsoleFile.Kept(name.Key, found[name.Key]), StringComparer.Ordinal);
        served[""] = PageOf(Encoding.UTF8.GetString(found[Page]), names);
        foreach (var file in served.Values)
        {
            file.PackSoon();
        }

        return served.ToFrozenDictionary(StringComparer.Ordinal);
    }

    static IEnumerable<(string Name, byte[] Content)> Resources()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            yield return (resource[Folder.Length..].Replace('\\', '/'), content);
        }
    }

    // What is there for who reads the source, comments, indentation and empty lines, is not sent: a twentieth of the page. What others wrote stays as they wrote it.
    static byte[] Trimmed(string name, byte[] content) => name.StartsWith("vendor/", StringComparison.Ordinal) ? content : Path.GetExtension(name) switch
    {
        ".js" => Encoding.UTF8.GetBytes(ForReaders().Replace(Encoding.UTF8.GetString(content), string.Empty)),
        ".css" => Encoding.UTF8.GetBytes(Spaces().Replace(Encoding.UTF8.GetString(content), string.Empty)),
        _ => content,
    };

    // lib/api.js to lib/api.01234567.js
    static string HashedName(string name, byte[] content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content))[..8];
        var ending = Path.GetExtension(name);
        return $"{name[..^ending.Length]}.{hash}{ending}";
    }

    static ConsoleFile PageOf(string page, Dictionary<string, string> names)
    {
        var map = string.Empty;
        page = ImportMap().Replace(page, found => found.Groups[1].Value + (map = MapOf(found.Groups[2].Value, names)) + found.Groups[3].Value);
        page = Reference().Replace(page, found => $"{found.Groups[1].Value}./{names[found.Groups[2].Value]}\"");
        // One round trip for all scripts, and not one for each that another one imports.
        var modules = names.Keys.Where(IsModule).Order(StringComparer.Ordinal).Select(name => $"<link rel=\"modulepreload\" href=\"./{names[name]}\">");
        page = page.Replace("</head>", string.Join('\n', modules) + "\n</head>", StringComparison.Ordinal);
        return ConsoleFile.AskedFor(Page, Encoding.UTF8.GetBytes(page), $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(map)))}");
    }

    static string MapOf(string json, Dictionary<string, string> names)
    {
        var imports = JsonNode.Parse(json)!["imports"]!.AsObject().ToDictionary(import => import.Key, import => $"./{names[$"{import.Value}"[2..]]}");
        foreach (var name in names.Keys.Where(IsModule).Where(name => !imports.ContainsValue($"./{names[name]}")))
        {
            imports[$"./{name}"] = $"./{names[name]}";
        }

        return JsonSerializer.Serialize(new { imports });
    }

    // uPlot comes as a script that puts itself into the window.
    static bool IsModule(string name) => name.EndsWith(".mjs", StringComparison.Ordinal) || (name.EndsWith(".js", StringComparison.Ordinal) && name != "vendor/uPlot.js");

    [GeneratedRegex(@"^ *(//|/\*\*|\*[ /]).*\n|^ +|^\n", RegexOptions.Multiline)]
    private static partial Regex ForReaders();

    [GeneratedRegex(@"^ +|^\n|(?<=[:;,{]) | (?=[{}])", RegexOptions.Multiline)]
    private static partial Regex Spaces();

    [GeneratedRegex("""(<script type="importmap">)(.*?)(</script>)""", RegexOptions.Singleline)]
    private static partial Regex ImportMap();

    [GeneratedRegex("""((?:src|href)=")\./([^"]+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Reference();
}

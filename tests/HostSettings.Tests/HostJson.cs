using System.Text.Json;

namespace Lifecycle.HostSettings.Tests;

/// <summary>The settings of a host.json by path, such as <c>extensions:queues:batchSize</c>, as the Functions host lays them out.</summary>
static class HostJson
{
    /// <summary>The repository's.</summary>
    public static string Deployed => RepositoryFiles.Read("host.json");

    /// <summary>Every setting with its value as text.</summary>
    public static IEnumerable<(string Path, string Value)> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. Under(document.RootElement, "")];
    }

    static IEnumerable<(string Path, string Value)> Under(JsonElement element, string path) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(property => Under(property.Value, path.Length == 0 ? property.Name : $"{path}:{property.Name}"))
        : [(path, element.ToString())];
}

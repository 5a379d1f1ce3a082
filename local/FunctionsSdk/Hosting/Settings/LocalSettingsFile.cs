using System.Text.Json;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>The "Values" of a local.settings.json, the file that the Functions tools read on a developer's machine.</summary>
static class LocalSettingsFile
{
    static readonly JsonDocumentOptions s_lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static IEnumerable<KeyValuePair<string, string?>> Read(string path, List<string> problems)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), s_lenient);
            return Values(document.RootElement).ToArray();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"Settings file '{path}' cannot be read: {e.Message} It should look like {{ \"Values\": {{ \"Embedded:Port\": \"7071\" }} }}.");
            return [];
        }
    }

    static IEnumerable<KeyValuePair<string, string?>> Values(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException("The file does not hold a JSON object.");
        if (!root.TryGetProperty("Values", out var values) || values.ValueKind == JsonValueKind.Null)
            yield break;
        if (values.ValueKind != JsonValueKind.Object)
            throw new JsonException("\"Values\" is not a JSON object.");
        foreach (var value in values.EnumerateObject())
        {
            if (value.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                throw new JsonException($"The value of \"{value.Name}\" is not plain.");
            // The Functions tools take '__' for ':' in environment variables, and people write it here as well.
            yield return new(value.Name.Replace("__", ":"), value.Value.ToString());
        }
    }
}

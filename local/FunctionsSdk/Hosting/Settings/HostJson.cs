using System.Text.Json;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Settings;

/// <summary>The part of host.json that the embedded host follows.</summary>
sealed record HostJson(string RoutePrefix, QueueOptions Queues)
{
    static readonly JsonDocumentOptions s_lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads host.json beside the binaries, else in the current folder, else the defaults.</summary>
    public static HostJson Load()
    {
        var path = new[] { Path.Combine(AppContext.BaseDirectory, "host.json"), Path.GetFullPath("host.json") }.FirstOrDefault(File.Exists);
        return path is null ? new("api", new()) : Parse(File.ReadAllText(path), path);
    }

    /// <exception cref="StartProblemException">The text is not JSON or a value is not what it should be.</exception>
    public static HostJson Parse(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_lenient);
            var extensions = Property(document.RootElement, "extensions");
            var prefix = Property(Property(extensions, "http"), "routePrefix")?.GetString()?.Trim('/') ?? "api";
            return new(prefix, Property(extensions, "queues") is { } queues ? QueueOptionsReader.Read(queues) : new());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new StartProblemException($"File '{path}' cannot be read: {e.Message}", e);
        }
    }

    static JsonElement? Property(JsonElement? element, string name)
    {
        if (element is not { ValueKind: JsonValueKind.Object } parent)
            return null;
        foreach (var property in parent.EnumerateObject())
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
                return property.Value;
        return null;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle.Cli.Tests.Support;

/// <summary>
/// Compares the shape of JSON with what is kept of it: every field, and what kind of value it has. Of lists all elements are laid over each other. What the values are is
/// the host's affair, and tested there. UPDATE_DOCS=1 writes it anew.
/// </summary>
static class Golden
{
    static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Match(string name, JsonElement json)
    {
        var path = Path.Combine(Repository.Root, "tests", "Cli.Tests", "Golden", name);
        var seen = ShapeOf(JsonNode.Parse(json.GetRawText()))!.ToJsonString(indented) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") File.WriteAllText(path, seen);
        Assert.True(File.Exists(path), $"There is no {name}: UPDATE_DOCS=1 writes it.");
        Assert.Equal(File.ReadAllText(path), seen);
    }

    static JsonNode? ShapeOf(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, ShapeOf(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(ShapeOf).Aggregate(new List<JsonNode?>(), (all, next) => [Over(all.FirstOrDefault(), next)])]),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>() is [>= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', '-', ..] ? "time" : "text",
            JsonValueKind.Number => "number",
            _ => "true or false",
        },
        _ => "null",
    };

    static JsonNode? Over(JsonNode? one, JsonNode? other)
    {
        if (one is not JsonObject first || other is not JsonObject second) return other;
        var both = second.DeepClone().AsObject();
        foreach (var (name, value) in first) if (!both.ContainsKey(name)) both[name] = value?.DeepClone();
        return new JsonObject(both.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
    }
}

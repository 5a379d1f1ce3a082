using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>What something is made of: its names, and of its values only those that readers tell things apart by.</summary>
static class Shape
{
    static readonly HashSet<string> told = ["type", "specversion", "datacontenttype", "from", "to", "state", "reason", "blame", "scenario"];

    public static JsonNode? Of(JsonNode? value, string name = "") => value switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Of(field.Value, field.Key)))),
        JsonArray items => new JsonArray([.. items.Select(item => Of(item))]),
        JsonValue when told.Contains(name) => value.DeepClone(),
        JsonValue leaf => leaf.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? "<boolean>" : $"<{leaf.GetValueKind().ToString().ToLowerInvariant()}>",
        _ => null,
    };
}

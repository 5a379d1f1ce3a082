using System.Text.Json.Nodes;

namespace Lifecycle.Doctor.Tests.WireData;

/// <summary>What a type alone does not say of what is sent.</summary>
static class WireShapes
{
    /// <summary>The schema with one more rule for a property.</summary>
    public static JsonObject With(JsonObject schema, string property, string rule, JsonNode value)
    {
        schema["properties"]![property]![rule] = value;
        return schema;
    }

    /// <summary>The arguments of a hub method.</summary>
    public static JsonObject Arguments(int least, params JsonObject[] each) => new()
    {
        ["type"] = "array",
        ["prefixItems"] = new JsonArray([.. each.Select(schema => schema.DeepClone())]),
        ["items"] = false,
        ["minItems"] = least,
        ["maxItems"] = each.Length,
    };
}

using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lifecycle.Functions.Http;

/// <summary>The schemas of the types that are read and written, each once and by its name.</summary>
sealed class OpenApiSchemas
{
    static readonly JsonSerializerOptions options = new(JsonAnswer.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        NumberHandling = JsonNumberHandling.Strict,
    };

    static readonly JsonSchemaExporterOptions exporting = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = AsWritten };

    readonly SortedDictionary<string, JsonNode> schemas = new(StringComparer.Ordinal);

    /// <summary>A reference to the schema of a type.</summary>
    public JsonObject Reference(Type type)
    {
        if (!schemas.ContainsKey(type.Name))
        {
            schemas[type.Name] = options.GetJsonSchemaAsNode(type, exporting);
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{type.Name}" };
    }

    /// <summary>All of them.</summary>
    public JsonObject ToJson() => new(schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value.DeepClone())));

    // What is null is left out, so what can be null is not required. Anything is {} and not true, which readers of OpenAPI do not expect.
    static JsonNode AsWritten(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is JsonValue)
        {
            return new JsonObject();
        }

        if (schema is JsonObject { } type && type["required"] is JsonArray required && type["properties"] is JsonObject properties)
        {
            type["required"] = new JsonArray([.. required.Select(name => $"{name}").Where(name => !CanBeNull(properties[name])).Select(name => JsonValue.Create(name))]);
        }

        if (schema is JsonObject described && context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute says, ..])
        {
            described["description"] = says.Description;
        }

        return schema;
    }

    static bool CanBeNull(JsonNode? property) => property is not JsonObject { } schema
        || schema.Count == 0
        || (schema["type"] is JsonArray types && types.Any(type => $"{type}" == "null"))
        || (schema["enum"] is JsonArray values && values.Contains(null));
}

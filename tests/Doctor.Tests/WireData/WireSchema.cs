using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lifecycle.Doctor.Tests.WireData;

/// <summary>One thing that is sent, as a JSON Schema (2020-12) made of the type that it is written from or read into.</summary>
/// <param name="Name">Its name: that of the file, and of the component of the AsyncAPI document.</param>
/// <param name="Title">What it is, in a sentence.</param>
/// <param name="Type">The type in the code; null: <paramref name="Shape"/> makes all of it.</param>
sealed record WireSchema(string Name, string Title, Type? Type, Func<JsonObject, JsonObject>? Shape = null)
{
    /// <summary>What is in every schema's id.</summary>
    public const string IdPrefix = "urn:lifecycle:wire:";

    static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver(), NumberHandling = JsonNumberHandling.Strict };
    static readonly JsonSchemaExporterOptions exporting = new() { TreatNullObliviousAsNonNullable = true };

    /// <summary>What the message is called where it is sent; as the schema, but where that name is taken.</summary>
    public string Says { get; init; } = Name;

    /// <summary>Whether what is null is written as null; else it is left out.</summary>
    public bool WritesNulls { get; init; }

    /// <summary>Fields that are not always there: earlier versions know nothing of them, or they are said only when they are true.</summary>
    public string[] Sometimes { get; init; } = [];

    /// <summary>Whether further fields are refused; else receivers pass over them.</summary>
    public bool IsClosed { get; init; }

    /// <summary>The schema.</summary>
    public JsonObject Build()
    {
        var schema = Type is null ? [] : Of(Type);
        if (Shape is not null) schema = Shape(schema);
        var document = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["$id"] = IdPrefix + Name, ["title"] = Title };
        foreach (var (key, value) in schema) document[key] = value?.DeepClone();
        return document;
    }

    /// <summary>The schema of a type, its fields described.</summary>
    JsonObject Of(Type type)
    {
        var schema = options.GetJsonSchemaAsNode(type, exporting).AsObject();
        Adapt(schema);
        WireFields.Describe(schema);
        return schema;
    }

    void Adapt(JsonObject schema)
    {
        schema.Remove("required");
        if (schema["items"] is JsonObject items) Adapt(items);
        if (schema["enum"] is JsonArray values) schema["enum"] = new JsonArray([.. values.Where(value => value is not null && $"{value}" is not ("None" or "NONE")).Select(value => value!.DeepClone())]);
        if (!WritesNulls && schema["type"] is JsonArray types) schema["type"] = WithoutNull(types);
        if (schema["properties"] is not JsonObject properties) return;
        var required = new JsonArray();
        foreach (var (name, node) in properties)
        {
            var isSure = node is not JsonObject { } property || !IsNullable(property);
            if (node is JsonObject inner) Adapt(inner);
            if (isSure && !Sometimes.Contains(name)) required.Add(name);
        }
        if (required.Count > 0) schema["required"] = required;
        if (IsClosed) schema["additionalProperties"] = false;
    }

    static bool IsNullable(JsonObject schema) => (schema["type"] is JsonArray types && types.Any(type => $"{type}" == "null")) || (schema["enum"] is JsonArray values && values.Contains(null));

    static JsonNode WithoutNull(JsonArray types) => types.Where(type => $"{type}" != "null").ToList() is [var only] ? only!.DeepClone() : types.DeepClone();
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle;

/// <summary>
/// What turns one JSON document into another (RFC 7396, JSON Merge Patch): consecutive states of a session differ in a few fields. Documents must hold no
/// null outside arrays, for in a patch that means that a field is gone.
/// </summary>
static class MergePatch
{
    /// <summary>Writes the patch from one object to another.</summary>
    /// <returns>Nothing: an empty object is written where they are equal.</returns>
    public static void Write(Utf8JsonWriter writer, JsonElement from, JsonElement to)
    {
        writer.WriteStartObject();
        foreach (var field in to.EnumerateObject())
        {
            var isKnown = from.TryGetProperty(field.Name, out var before);
            if (isKnown && JsonElement.DeepEquals(before, field.Value))
            {
                continue;
            }

            writer.WritePropertyName(field.Name);
            if (isKnown && before.ValueKind == JsonValueKind.Object && field.Value.ValueKind == JsonValueKind.Object)
            {
                Write(writer, before, field.Value);
            }
            else
            {
                field.Value.WriteTo(writer);
            }
        }

        foreach (var gone in from.EnumerateObject().Where(field => !to.TryGetProperty(field.Name, out _)))
        {
            writer.WriteNull(gone.Name);
        }

        writer.WriteEndObject();
    }

    /// <summary>Changes a document as a patch says.</summary>
    public static void Apply(JsonObject document, JsonElement patch)
    {
        foreach (var field in patch.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null)
            {
                document.Remove(field.Name);
            }
            else if (field.Value.ValueKind != JsonValueKind.Object)
            {
                document[field.Name] = field.Value.ValueKind == JsonValueKind.Array ? JsonArray.Create(field.Value) : JsonValue.Create(field.Value);
            }
            else
            {
                if (document[field.Name] is not JsonObject inner)
                {
                    document[field.Name] = inner = [];
                }

                Apply(inner, field.Value);
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Json.Schema;
using Lifecycle.Doctor.Tests.Support;

namespace Lifecycle.Doctor.Tests.WireData;

/// <summary>The schemas of docs/wire, as whoever reads that folder has them.</summary>
static class Schemas
{
    static readonly ConcurrentDictionary<string, Lazy<JsonSchema>> read = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a text of the wire; empty when it is as its schema has it.</summary>
    /// <param name="name">The schema.</param>
    /// <param name="value">What was sent.</param>
    /// <param name="formats">Whether times have to be times: recorded ones are placeholders.</param>
    public static IReadOnlyList<string> FaultsOf(string name, JsonElement value, bool formats = true) =>
        FaultsOf(read.GetOrAdd(name, known => new(() => JsonSchema.FromText(Repository.Read($"docs/wire/schemas/{known}.json")))).Value, value, formats);

    /// <summary>The same by any schema.</summary>
    public static IReadOnlyList<string> FaultsOf(JsonSchema schema, JsonElement value, bool formats = true)
    {
        var result = schema.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = formats });
        if (result.IsValid) return [];
        var faults = (result.Details ?? []).SelectMany(part => (part.Errors ?? new Dictionary<string, string>()).Select(error => $"{part.InstanceLocation}: {error.Value}")).ToList();
        return faults.Count > 0 ? faults : ["it is not valid"];
    }

    public static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;

namespace Lifecycle.Local.FunctionsSdk.SignalR;

/// <summary>Headers, queries and claims as a host sends them to the worker: a text for each name, its values joined by commas.</summary>
sealed class JoinedValuesConverter : JsonConverter<IDictionary<string, StringValues>>
{
    public override IDictionary<string, StringValues> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (JsonSerializer.Deserialize<Dictionary<string, string?>>(ref reader, options) ?? [])
            .ToDictionary(pair => pair.Key, pair => pair.Value is null ? default : new StringValues(pair.Value.Split(',')));

    public override void Write(Utf8JsonWriter writer, IDictionary<string, StringValues> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), options);
}

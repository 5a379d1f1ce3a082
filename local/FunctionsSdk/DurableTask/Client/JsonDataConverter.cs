using System.Text.Json;

namespace Microsoft.DurableTask.Converters;

/// <summary>Writes and reads payloads with System.Text.Json; null is no text.</summary>
public class JsonDataConverter : DataConverter
{
    static readonly JsonSerializerOptions defaults = new() { IncludeFields = true };

    readonly JsonSerializerOptions options;

    /// <summary>Takes the options; by default fields are included and all else is as usual.</summary>
    public JsonDataConverter(JsonSerializerOptions? options = null) => this.options = options ?? defaults;

    /// <summary>With the default options.</summary>
    public static JsonDataConverter Default { get; } = new();

    /// <inheritdoc/>
    public override string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType(), options);

    /// <inheritdoc/>
    public override object? Deserialize(string? data, Type targetType) => data is null ? null : JsonSerializer.Deserialize(data, targetType, options);
}

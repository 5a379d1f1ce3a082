using Microsoft.DurableTask.Converters;

namespace Microsoft.DurableTask.Client;

/// <summary>A value as text.</summary>
public sealed class SerializedData
{
    /// <summary>Holds a text and what reads it.</summary>
    public SerializedData(string data, DataConverter? converter = null) =>
        (Value, Converter) = (data, converter ?? JsonDataConverter.Default);

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <summary>What reads it.</summary>
    public DataConverter Converter { get; }

    /// <summary>The value.</summary>
    public T? ReadAs<T>() => Converter.Deserialize<T>(Value);
}

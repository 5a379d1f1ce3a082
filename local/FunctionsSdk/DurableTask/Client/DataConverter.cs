namespace Microsoft.DurableTask;

/// <summary>Writes and reads payloads.</summary>
public abstract class DataConverter
{
    /// <summary>The text of a value.</summary>
    public abstract string? Serialize(object? value);

    /// <summary>The value of a text.</summary>
    public abstract object? Deserialize(string? data, Type targetType);

    /// <summary>The value of a text.</summary>
    public virtual T? Deserialize<T>(string? data) => Deserialize(data, typeof(T)) is T value ? value : default;
}

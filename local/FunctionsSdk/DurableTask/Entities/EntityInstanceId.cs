using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.DurableTask.Entities;

/// <summary>Names one entity: a name, kept in lower case, and a key.</summary>
[JsonConverter(typeof(JsonConverter))]
public readonly struct EntityInstanceId : IEquatable<EntityInstanceId>
{
    /// <summary>Names an entity. The name may not be empty or contain <c>@</c>; the key may.</summary>
    public EntityInstanceId(string name, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('@'))
        {
            throw new ArgumentException("entity names may not contain `@` characters.", nameof(name));
        }

        (Name, Key) = (name.ToLowerInvariant(), key ?? throw new ArgumentNullException(nameof(key)));
    }

    /// <summary>The name, in lower case.</summary>
    public string Name { get; }

    /// <summary>The key, as given.</summary>
    public string Key { get; }

    /// <summary>Reads <c>@name@key</c>.</summary>
    public static EntityInstanceId FromString(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var second = instanceId.IndexOf('@', 1);
        return instanceId[0] == '@' && second > 1
            ? new EntityInstanceId(instanceId[1..second], instanceId[(second + 1)..])
            : throw new ArgumentException($"Instance ID '{instanceId}' is not a valid entity ID.", nameof(instanceId));
    }

    /// <inheritdoc/>
    public bool Equals(EntityInstanceId other) => (Name, Key) == (other.Name, other.Key);

#nullable disable
    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is EntityInstanceId other && Equals(other);
#nullable restore

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Key);

    /// <summary>The text form <c>@name@key</c>.</summary>
    public override string ToString() => $"@{Name}@{Key}";

    /// <summary>Whether both name the same entity.</summary>
    public static bool operator ==(EntityInstanceId left, EntityInstanceId right) => left.Equals(right);

    /// <summary>Whether they name different entities.</summary>
    public static bool operator !=(EntityInstanceId left, EntityInstanceId right) => !left.Equals(right);

    sealed class JsonConverter : JsonConverter<EntityInstanceId>
    {
        public override EntityInstanceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            FromString(reader.GetString() ?? throw new JsonException("An entity id is a text."));

        public override void Write(Utf8JsonWriter writer, EntityInstanceId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}

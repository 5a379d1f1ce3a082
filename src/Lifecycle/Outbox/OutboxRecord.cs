using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>Where a record of the outbox goes. Numbers are stored: never reuse one.</summary>
public enum OutboxDestination
{
    /// <summary>Malformed: nothing goes there.</summary>
    None = 0,

    /// <summary>What the world is told.</summary>
    Events = 1,

    /// <summary>What was given up, for people to look at.</summary>
    DeadLetters = 2,
}

/// <summary>One thing to send, fixed when it was made: every time it is sent it carries the same id and the same body.</summary>
/// <param name="Destination">Where it goes.</param>
/// <param name="Sequence">Its place in the order of its entity: 1 more than the one before it.</param>
/// <param name="Id">Unique; for receivers to recognise a repetition by.</param>
/// <param name="At">When it was made, UTC.</param>
/// <param name="Body">A CloudEvent as JSON of ASCII characters.</param>
public sealed record OutboxRecord(
    OutboxDestination Destination,
    long Sequence,
    string Id,
    DateTimeOffset At,
    [property: JsonConverter(typeof(RawJson))] string Body);

/// <summary>Stores JSON in JSON as it is: as a string half of it would be escapes.</summary>
sealed class RawJson : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetRawText();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value);
}

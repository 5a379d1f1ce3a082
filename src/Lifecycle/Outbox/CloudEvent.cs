using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>What is to be told, before it has an id and a place in the order.</summary>
/// <param name="Destination">Where it goes.</param>
/// <param name="Type">The CloudEvents type.</param>
/// <param name="Source">The CloudEvents source.</param>
/// <param name="Subject">The CloudEvents subject; null for none.</param>
/// <param name="Data">Serialized in camelCase, nulls left out. Texts that others chose are clipped (<see cref="CloudEvent.Clip"/>).</param>
public sealed record EventDraft(OutboxDestination Destination, string Type, string Source, string? Subject, object Data);

/// <summary>CloudEvents 1.0 in the structured JSON form, with the extension <c>sequence</c>.</summary>
public static class CloudEvent
{
    /// <summary>The media type of the bodies.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>The longest text in an event that a caller chose, in characters: an event always fits into a message of 64 KiB.</summary>
    public const int MaxText = 256;

    // The default encoder leaves nothing but ASCII and escapes what XML would: a storage queue carries its messages in XML.
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The source of everything that is told about an app and its sessions.</summary>
    public static string SourceOf(string packageName) => $"/lifecycle/apps/{packageName}";

    /// <summary>The body of an event.</summary>
    public static string Write(EventDraft draft, string id, long sequence, DateTimeOffset at) => JsonSerializer.Serialize(
        new Envelope("1.0", id, draft.Source, draft.Type, draft.Subject, at, "application/json", Text(sequence), draft.Data), json);

    /// <summary>The sequence as text; texts are in the order of their numbers.</summary>
    public static string Text(long sequence) => sequence.ToString("D13", CultureInfo.InvariantCulture);

    /// <summary>A text that is not too long. It is not cut within a pair of surrogates: half of one is no text.</summary>
    public static string? Clip(string? text) =>
        text is { Length: > MaxText } ? text[..(char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText)] : text;

    sealed record Envelope(
        [property: JsonPropertyName("specversion")] string SpecVersion,
        string Id,
        string Source,
        string Type,
        string? Subject,
        DateTimeOffset Time,
        [property: JsonPropertyName("datacontenttype")] string DataContentType,
        string Sequence,
        object Data);
}

using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// Stores a text with the fewest escapes that JSON allows: messages are JSON themselves, and the usual encoder makes six bytes of each of their
/// quotes, of each letter beyond ASCII, and of each + in a name. Any reader of JSON reads it, and so does an older version of this one.
/// </summary>
public sealed class StoredText : JsonConverter<string>
{
    const int ShortEscape = 2; // \"
    const int LongEscape = 6; // \u001F

    /// <summary>How many bytes of UTF-8 a text takes when it is stored, escapes and quotes included.</summary>
    public static int BytesOf(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text) + 2;
        foreach (var c in text)
        {
            bytes += LengthOf(c) is var length and > 0 ? length - 1 : 0;
        }

        return bytes;
    }

    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteRawValue(Encoding.UTF8.GetBytes(Quote(value)), skipInputValidation: true);

    internal static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + (text.Length / 4) + 2).Append('"');
        foreach (var c in text)
        {
            _ = LengthOf(c) switch
            {
                0 => quoted.Append(c),
                ShortEscape => quoted.Append('\\').Append(c switch { '\n' => 'n', '\r' => 'r', '\t' => 't', _ => c }),
                _ => quoted.Append($"\\u{(int)c:X4}"),
            };
        }

        return quoted.Append('"').ToString();
    }

    // 0 for what needs no escape.
    static int LengthOf(char c) => c is '"' or '\\' or '\n' or '\r' or '\t' ? ShortEscape : c < ' ' ? LongEscape : 0;
}

/// <summary>Stores many texts as <see cref="StoredText"/> stores one.</summary>
public sealed class StoredTexts : JsonConverter<ImmutableArray<string>>
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        [.. JsonSerializer.Deserialize<string[]>(ref reader, options) ?? []];

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ImmutableArray<string> value, JsonSerializerOptions options) =>
        writer.WriteRawValue($"[{string.Join(',', value.Select(StoredText.Quote))}]", skipInputValidation: true);
}

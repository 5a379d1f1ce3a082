using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Lifecycle.Functions.Http;

/// <summary>
/// Texts within JSON that others wrote. JSON can say what no text is: half of a surrogate pair, as a text has that was cut within an
/// emoji. It can be stored, and nothing that writes JSON afterwards takes it.
/// </summary>
static class JsonTexts
{
    const int UnitLength = 6; // \uXXXX

    /// <summary>Whether the bytes are text at all: JSON is UTF-8 (RFC 8259 section 8.1).</summary>
    public static bool AreUtf8(ReadOnlySpan<byte> json) => Utf8.IsValid(json);

    /// <summary>
    /// Puts U+FFFD in the place of each half of a surrogate pair that stands alone, in values and in names, at any depth. What is no JSON is
    /// left for the parser to refuse.
    /// </summary>
    public static void Mend(Span<byte> json)
    {
        var at = 0;
        while (json[at..].IndexOf((byte)'\\') is >= 0 and var next)
        {
            at += next;
            at += UnitAt(json, at) switch
            {
                null => Math.Min(2, json.Length - at),
                { } high when char.IsHighSurrogate(high) && UnitAt(json, at + UnitLength) is { } low && char.IsLowSurrogate(low) => 2 * UnitLength,
                { } half when char.IsSurrogate(half) => Replace(json, at),
                _ => UnitLength,
            };
        }
    }

    /// <summary>The same JSON with its texts mended.</summary>
    public static JsonElement Mended(JsonElement element)
    {
        var json = element.GetRawText();
        if (!json.Contains('\\'))
        {
            return element;
        }

        var bytes = Encoding.UTF8.GetBytes(json);
        Mend(bytes);
        return JsonElement.Parse(bytes);
    }

    static char? UnitAt(ReadOnlySpan<byte> json, int at) =>
        json.Length >= at + UnitLength && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;

    static int Replace(Span<byte> json, int at)
    {
        "fffd"u8.CopyTo(json[(at + 2)..]);
        return UnitLength;
    }
}

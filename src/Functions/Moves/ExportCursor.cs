using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lifecycle.Functions.Fleet;
using Lifecycle.Functions.Http;

namespace Lifecycle.Functions.Moves;

/// <summary>Where a page of an export begins. Opaque to callers.</summary>
/// <param name="IsOfSessions">Whether it is among the sessions; the apps come first.</param>
/// <param name="From">Where the page of stored entities begins; null for the first one.</param>
/// <param name="Skip">How many entities of it have been told already.</param>
/// <param name="After">The key of the last of those; null when it is not known, or none was.</param>
sealed record ExportCursor(bool IsOfSessions = false, string? From = null, int Skip = 0, string? After = null)
{
    const int MaxLength = 4096;

    /// <summary>Tells a cursor that was cut or changed: a page that began elsewhere would leave sessions behind without a word.</summary>
    public string? Check { get; init; }

    /// <summary>The cursor of a query; the beginning when there is none.</summary>
    /// <exception cref="InputException">It is none of ours.</exception>
    public static ExportCursor Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return new ExportCursor();
        }

        try
        {
            return text.Length <= MaxLength && JsonSerializer.Deserialize<ExportCursor>(Base64Url.DecodeFromChars(text)) is { Skip: >= 0 } cursor && cursor.ToString() == text
                ? cursor
                : throw Malformed();
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw Malformed();
        }
    }

    /// <summary>How many entities of the page come before the place where it goes on: by key, so that one that was forgotten since moves nobody out of it.</summary>
    /// <param name="keys">The keys of the page as it is now.</param>
    public int PlaceIn(string[] keys) => After is null ? Skip : new ScanCursor(From, After, Skip).PlaceIn(keys);

    /// <summary>Its text.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this with { Check = CheckOf() })));

    string CheckOf() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{IsOfSessions}|{From}|{Skip}|{After}")).AsSpan(0, 4));

    static InputException Malformed() => InputException.Invalid("invalid_query", "cursor", "must be the cursor of the page before, as it was told");
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lifecycle.Functions.Http;

namespace Lifecycle.Functions.Fleet;

/// <summary>
/// Where a list goes on: within which page of the backend, and behind which key. Keys and not places, so that rows that come or go move nothing. The backend's
/// own token is opaque, and begins pages only; so a list that ends in the middle of one reads it again and passes over what it has told.
/// </summary>
/// <param name="From">The backend's token of the page; null for the first one.</param>
/// <param name="After">The key of the last row that was looked at; null when none of the page was.</param>
/// <param name="Passed">How many rows of the page were looked at.</param>
sealed record ScanCursor(
    [property: JsonPropertyName("f")] string? From = null, [property: JsonPropertyName("a")] string? After = null, [property: JsonPropertyName("p")] int Passed = 0)
{
    const int MostCharacters = 4096;

    /// <summary>The beginning.</summary>
    public static ScanCursor Beginning { get; } = new();

    /// <summary>Tells a cursor that was cut, or is of another list.</summary>
    [JsonPropertyName("c")]
    public string? Check { get; init; }

    /// <summary>The cursor of a text; the beginning when there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="query">What the list is of.</param>
    /// <exception cref="InputException">It is not one of this list.</exception>
    public static ScanCursor Read(string? text, string query)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Beginning;
        }

        try
        {
            return text.Length <= MostCharacters
                && JsonSerializer.Deserialize<ScanCursor>(Base64Url.DecodeFromChars(text)) is { Passed: >= 0 } cursor && cursor.ToText(query) == text
                ? cursor
                : throw Malformed();
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw Malformed();
        }
    }

    /// <summary>Its text.</summary>
    /// <param name="query">What the list is of.</param>
    public string ToText(string query) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this with { Check = CheckOf(query) }));

    /// <summary>How many rows of its page come before the place where it goes on.</summary>
    /// <param name="keys">The keys of the page as it is now.</param>
    public int PlaceIn(string[] keys)
    {
        if (After is null)
        {
            return 0;
        }

        var there = Array.IndexOf(keys, After);
        return there >= 0 ? there + 1
            : IsInOrder(keys) ? keys.TakeWhile(key => string.CompareOrdinal(key, After) <= 0).Count()
            : Math.Min(Passed, keys.Length); // of a backend that has an order of its own: nothing better is known
    }

    /// <summary>The same place, when a page ends before it: so many rows have come since.</summary>
    public ScanCursor OnPage(string next, string[] before) =>
        new(next, After is not null && before.Length > 0 && IsInOrder(before) && string.CompareOrdinal(before[^1], After) < 0 ? After : null);

    static bool IsInOrder(string[] keys) => keys.Zip(keys.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0);

    string CheckOf(string query) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{query}|{From}|{After}|{Passed}")).AsSpan(0, 4));

    static InputException Malformed() =>
        InputException.Invalid(QueryInput.Code, "cursor", "must be the cursor of the page before, as it was told, with the same filter");
}

using System.Text;
using System.Text.Json.Nodes;

namespace Lifecycle.Fuzzing;

/// <summary>Documents that look like good ones: valid with other values, valid with other names, and damaged.</summary>
/// <param name="good">Good documents of the edge.</param>
sealed class JsonCases(params string[] good)
{
    const int Depth = 10_000;
    const string Placeholder = "@value@";

    static readonly string[] texts =
    [
        "", "x", @"\ud83d", @"\ude00\ud83d", @"\ud83d2026-01-01T00:00:00Z", @"\u0000", @"a\u0000b", "../../x", "..", "a|b", "a:b", @"\r\nx-evil: 1", "ü😀", "\u001f", @"\x",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999-14:00", "1e400", new('a', 129), new('a', 20_000),
    ];

    // Raw, for no writer of JSON makes most of them.
    static readonly string[] values =
    [
        .. texts.Select(text => $"\"{text}\""),
        "null", "true", "false", "[]", "{}", "0", "-0", "-0.0", "-1", "1.5", "1e400", "-1e400", "1e-400", "1e5", "2147483648", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", new('9', 400), $"0.{new string('1', 400)}", "[null]", """["\ud83d"]""", """{"\ud83d":1}""", """{"":null}""",
        """{"seq":1e400}""", "NaN", "Infinity", "01", "'x'", "/**/1", "1 2", new string('[', 40) + new string(']', 40), $"[{string.Join(',', Enumerable.Repeat("1", 1_001))}]",
    ];

    static readonly string[] names = ["\\ud83d", "\\ude00\\ud83dx", "\\u0000", "", "__proto__", "toString", "$type", "$ref", "Ⅸ"];

    static readonly string[] wholes = ["", " ", "null", "[]", "{}", "\"x\"", "1", "{", "}", "{}{}", "\u0000", "\ufeff{}", "a=b&c=d", "<x/>", "\u001e"];

    /// <summary>One document.</summary>
    public byte[] Next(Random random)
    {
        var text = good[random.Next(good.Length)];
        return random.Next(10) switch
        {
            0 => Encoding.UTF8.GetBytes(wholes[random.Next(wholes.Length)]),
            1 => Encoding.UTF8.GetBytes(Deep(random, text)),
            2 or 3 => Mutations.Damaged(random, Encoding.UTF8.GetBytes(text)),
            4 => Mutations.Damaged(random, Encoding.UTF8.GetBytes(OtherValue(random, text))),
            5 => Encoding.UTF8.GetBytes(OtherName(random, text)),
            6 => Encoding.UTF8.GetBytes(OtherName(random, OtherName(random, text))),
            _ => Encoding.UTF8.GetBytes(OtherValue(random, text)),
        };
    }

    // Of a document that is no JSON (any more) there are no values to choose from.
    static string OtherValue(Random random, string text)
    {
        var places = new List<Action<JsonNode?>>();
        var root = JsonNode.Parse(text)!;
        Visit(root, places);
        if (places.Count == 0)
        {
            return values[random.Next(values.Length)];
        }

        places[random.Next(places.Count)](JsonValue.Create(Placeholder));
        return root.ToJsonString().Replace($"\"{Placeholder}\"", values[random.Next(values.Length)]);
    }

    // A name that nobody knows, or one a second time: at the front, where readers that take the last one look last.
    static string OtherName(Random random, string text)
    {
        var known = text.Split('"').Where((_, index) => index % 2 == 1).DefaultIfEmpty("x").ToArray();
        var name = random.Next(2) == 0 ? names[random.Next(names.Length)] : known[random.Next(known.Length)];
        var open = text.IndexOf('{');
        var member = $"\"{name}\":{values[random.Next(values.Length)]}";
        return open < 0 ? $"{{{member}}}" : random.Next(2) == 0
            ? text.Insert(open + 1, text[open..].StartsWith("{}", StringComparison.Ordinal) ? member : $"{member},")
            : text.Insert(text.LastIndexOf('}'), text[open..].StartsWith("{}", StringComparison.Ordinal) ? member : $",{member}");
    }

    static string Deep(Random random, string text)
    {
        var (open, close) = random.Next(3) switch { 0 => ("[", "]"), 1 => ("""{"a":""", "}"), _ => ("[{\"a\":", "}]") };
        var deep = string.Concat(Enumerable.Repeat(open, Depth)) + "1" + string.Concat(Enumerable.Repeat(close, random.Next(2) * Depth));
        return random.Next(2) == 0 ? deep : OtherValueIs(text, deep);
    }

    static string OtherValueIs(string text, string value) => text.LastIndexOf(':') is >= 0 and var colon ? text[..(colon + 1)] + value + "}" : value;

    static void Visit(JsonNode? node, List<Action<JsonNode?>> places)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToArray())
            {
                places.Add(other => members[name] = other);
                Visit(value, places);
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                var at = i;
                places.Add(other => items[at] = other);
                Visit(items[at], places);
            }
        }
    }
}

using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lifecycle;

/// <summary>
/// Decisions as JSON arrays, the oldest first. Each holds the state that it was made upon: the newest of all as it is, each before it as what differs from the state of the one
/// after it, so that the oldest can go at any time. A decision without a state breaks the chain: the one before it holds its own as it is.
/// </summary>
static class HistoryLines
{
    const string StateName = "d";
    const string LastName = "u";
    const string MoreName = "n";

    static readonly JsonWriterOptions writing = new() { Encoder = HistoryJson.Options.Encoder, SkipValidation = true };

    /// <summary>Reads lines, the oldest first. One that is malformed is passed over: it must not keep the others from being shown.</summary>
    public static ImmutableArray<RememberedDecision> Read(ImmutableArray<JsonElement> lines)
    {
        var decisions = ImmutableArray.CreateBuilder<RememberedDecision>(lines.Length);
        JsonObject? state = null;
        foreach (var line in lines.Reverse())
        {
            var head = TryRead(line);
            state = head?.State is { } told ? StateOf(state, told) : null;
            if (head is not null)
            {
                decisions.Add(head.ToDecision(state));
            }
        }

        decisions.Reverse();
        return decisions.ToImmutable();
    }

    static HistoryHead? TryRead(JsonElement line)
    {
        try
        {
            return Read(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The lines of an array.</summary>
    public static ImmutableArray<JsonElement> Split(string text) => [.. JsonElement.Parse(text).EnumerateArray()];

    /// <summary>The array of these lines.</summary>
    public static string Text(ReadOnlySpan<JsonElement> lines) => Write(lines, (writer, last) => last?.WriteTo(writer));

    /// <summary>One array of two that are not empty, whose lines are not read for it.</summary>
    /// <exception cref="FormatException">The older one is no such array.</exception>
    public static string Joined(string older, string newer) => older is ['[', _, .., ']']
        ? string.Concat(older.AsSpan()[..^1], ",", newer.AsSpan()[1..])
        : throw new FormatException("A block of the history is no array.");

    /// <summary>The array of these lines and one more decision.</summary>
    public static string With(ReadOnlySpan<JsonElement> lines, RememberedDecision decision) => Write(lines, (writer, last) =>
    {
        var state = JsonSerializer.SerializeToElement(decision.Upon!, HistoryJson.Options);
        var @event = JsonSerializer.SerializeToElement(decision.Event, HistoryJson.Options);
        var isKept = LengthOf(state) + LengthOf(@event) <= History.MostState;
        if (last is { } before)
        {
            CopyBefore(writer, before, isKept ? state : null);
        }

        var head = HistoryHead.Of(decision);
        JsonSerializer.Serialize(writer, isKept ? head with { Event = @event, State = state } : head, HistoryJson.Options);
    });

    /// <summary>The array of one decision with all that it was made upon, however large that is.</summary>
    public static string Whole(RememberedDecision decision) => JsonSerializer.Serialize(
        new[]
        {
            HistoryHead.Of(decision) with
            {
                Event = JsonSerializer.SerializeToElement(decision.Event, HistoryJson.Options),
                State = JsonSerializer.SerializeToElement(decision.Upon, HistoryJson.Options),
            },
        },
        HistoryJson.Options);

    /// <summary>The array of these lines, whose last decision was made once more.</summary>
    public static string Again(ReadOnlySpan<JsonElement> lines, DateTimeOffset at) => Write(lines, (writer, last) =>
    {
        var more = last!.Value.TryGetProperty(MoreName, out var told) ? told.GetInt32() : 0;
        writer.WriteStartObject();
        foreach (var field in last.Value.EnumerateObject().Where(field => field.Name is not (MoreName or LastName)))
        {
            field.WriteTo(writer);
        }

        writer.WriteNumber(LastName, at.UtcTicks);
        writer.WriteNumber(MoreName, more + 1);
        writer.WriteEndObject();
    });

    /// <summary>Whether a decision says what the last of these lines says.</summary>
    public static bool Repeats(JsonElement last, RememberedDecision decision) =>
        decision.From == decision.To
        && Read(last) is var head
        && (head.EventName, head.From, head.To, head.Kind, head.Reason) ==
           (decision.EventName, (int)decision.From, (int)decision.To, (int)decision.Outcome.Kind, decision.Outcome.Reason);

    static HistoryHead Read(JsonElement line) => line.Deserialize<HistoryHead>(HistoryJson.Options) ?? throw new JsonException("A line of the history is null.");

    static int LengthOf(JsonElement element) => Encoding.UTF8.GetByteCount(element.GetRawText());

    static JsonObject StateOf(JsonObject? after, JsonElement told)
    {
        if (after is null)
        {
            return JsonObject.Create(told)!;
        }

        MergePatch.Apply(after, told);
        return after;
    }

    static string Write(ReadOnlySpan<JsonElement> lines, Action<Utf8JsonWriter, JsonElement?> end)
    {
        var text = new ArrayBufferWriter<byte>(2 * History.MostRecent);
        using (var writer = new Utf8JsonWriter(text, writing))
        {
            writer.WriteStartArray();
            foreach (var line in lines.IsEmpty ? lines : lines[..^1])
            {
                line.WriteTo(writer);
            }

            end(writer, lines.IsEmpty ? null : lines[^1]);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    static void CopyBefore(Utf8JsonWriter writer, JsonElement line, JsonElement? after)
    {
        writer.WriteStartObject();
        foreach (var field in line.EnumerateObject())
        {
            if (field.Name == StateName && after is { } next)
            {
                writer.WritePropertyName(StateName);
                MergePatch.Write(writer, next, field.Value);
            }
            else
            {
                field.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}

using System.Text;
using System.Text.Json;

namespace Lifecycle;

/// <summary>
/// One decision as a line of a log, from which it can be made again: of a session the record that a history keeps, of a gate <see cref="GateRecord"/>. Messages are in it by their
/// lengths only; keys, secrets and tokens are not part of what is decided upon.
/// </summary>
public static class DecisionRecord
{
    /// <summary>The longest record, in characters: Azure Monitor cuts a property after 8,192. A longer one is compressed (Brotli, Base64), and of one that is too long even so its head is told.</summary>
    public const int MostLength = 8_000;

    /// <summary>The record of a session's decision.</summary>
    /// <param name="before">The session before it.</param>
    /// <param name="event">What happened.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="policy">The policy that it was decided under.</param>
    public static string Of(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy)
    {
        var made = RememberedDecision.Of(before, @event, decision, now, policy, HistoryMarks.None);
        return Short(HistoryLines.Whole(made)) ?? JsonSerializer.Serialize(new[] { HistoryHead.Of(made) }, HistoryJson.Options);
    }

    /// <summary>The record of a gate's decision.</summary>
    /// <param name="record">What it was made upon.</param>
    public static string Of(GateRecord record) =>
        Short(JsonSerializer.Serialize(record, HistoryJson.Options)) ?? JsonSerializer.Serialize(record with { Gate = null, Event = null }, HistoryJson.Options);

    /// <summary>A session's decision out of its record, to be replayed; null when the record holds none.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="JsonException">It is malformed.</exception>
    /// <exception cref="FormatException">The same, of a compressed one.</exception>
    public static RememberedDecision? ReadSession(string record) => HistoryLines.Read(HistoryLines.Split(Unpacked(record))) is [var made, ..] ? made : null;

    /// <summary>A gate's decision out of its record, to be replayed; null when the record holds none.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="JsonException">It is malformed.</exception>
    /// <exception cref="FormatException">The same, of a compressed one.</exception>
    public static GateRecord? ReadGate(string record) => JsonSerializer.Deserialize<GateRecord>(Unpacked(record), HistoryJson.Options);

    static string? Short(string json) => json.Length <= MostLength ? json
        : Encoding.UTF8.GetByteCount(json) <= HistoryBlock.Largest && HistoryBlock.Pack(json) is { Length: <= MostLength } packed ? packed
        : null;

    static string Unpacked(string record) => record is ['[' or '{', ..] ? record : HistoryBlock.Unpack(record);
}

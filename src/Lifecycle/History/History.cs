using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// The last decisions on an app session, each with all that it was made upon, so that it can be made again. Small: a state is told as what differs from the one before, and
/// what is older is compressed. It is stored with the session and costs no storage request of its own.
/// </summary>
public sealed record History
{
    /// <summary>When the newest decisions take more than this, in bytes, they become a block.</summary>
    public const int MostRecent = 1_900;

    /// <summary>How much the blocks may take together, in bytes as they are stored; the oldest go first.</summary>
    public const int MostInBlocks = 2_700;

    /// <summary>A block that holds more than this, in characters before it is packed, is full.</summary>
    const int MostUnpacked = 8_000;

    /// <summary>The largest state and event that are kept with a decision, together in bytes as they are told; of what is larger the decision's head is kept.</summary>
    public const int MostState = 3_000;

    /// <summary>Nothing is remembered.</summary>
    public static History None { get; } = new();

    /// <summary>The newest decisions, as a JSON array.</summary>
    [JsonConverter(typeof(RawJson))]
    public string Recent { get; init; } = "[]";

    /// <summary>Those before them, compressed, the oldest first.</summary>
    public ImmutableArray<string> Blocks { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What is remembered in any case.</summary>
    public HistoryMarks Marks { get; init => field = value ?? HistoryMarks.None; } = HistoryMarks.None;

    /// <summary>Everything that is remembered, the oldest first.</summary>
    /// <exception cref="JsonException">It is malformed.</exception>
    public ImmutableArray<RememberedDecision> Read() =>
        HistoryLines.Read([.. Blocks.Select(HistoryBlock.Unpack).Append(Recent).SelectMany(lines => HistoryLines.Split(lines))]);

    /// <summary>The history after one more decision. What only moves messages and subscriptions along is not remembered.</summary>
    /// <param name="before">The session before it.</param>
    /// <param name="event">The event.</param>
    /// <param name="decision">What the rules made of it.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="policy">The app's policy.</param>
    /// <exception cref="JsonException">What is stored is malformed.</exception>
    /// <exception cref="FormatException">The same, of a block.</exception>
    /// <exception cref="InvalidOperationException">The same, of a line.</exception>
    public History After(AppSession before, SessionEvent @event, Decision decision, DateTimeOffset now, Policy policy)
    {
        if (decision.Session.State == AppState.None)
        {
            return None; // it is forgotten
        }

        if (!Remembering.Is(before, @event, decision))
        {
            return this;
        }

        var made = RememberedDecision.Of(before, @event, decision, now, policy, Marks);
        var lines = HistoryLines.Split(Recent);
        if (lines is [.., var last] && HistoryLines.Repeats(last, made))
        {
            return this with { Recent = HistoryLines.Again(lines.AsSpan(), now) };
        }

        var marked = this with { Recent = HistoryLines.With(lines.AsSpan(), made), Marks = Marks.After(before, @event, decision, now) };
        return Encoding.UTF8.GetByteCount(marked.Recent) > MostRecent ? marked.Folded() : marked;
    }

    /// <summary>Equal when every field and every block is.</summary>
    public bool Equals(History? other) =>
        other is not null && (Recent, Marks) == (other.Recent, other.Marks) && Blocks.AsSpan().SequenceEqual(other.Blocks.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Recent, Blocks.Length, Marks);

    // All but the newest go to the last block, or to a new one when that is full: a block is the smaller the more it holds.
    History Folded()
    {
        var lines = HistoryLines.Split(Recent);
        if (lines.Length < 2)
        {
            return this;
        }

        var older = HistoryLines.Text(lines.AsSpan()[..^1]);
        var open = Blocks is [.., var last] && HistoryBlock.Unpack(last) is { Length: <= MostUnpacked } text ? text : null;
        var block = HistoryBlock.Pack(open is null ? older : HistoryLines.Joined(open, older));
        return this with { Recent = HistoryLines.Text(lines.AsSpan()[^1..]), Blocks = With(open is null ? Blocks : Blocks.RemoveAt(Blocks.Length - 1), block) };
    }

    static ImmutableArray<string> With(ImmutableArray<string> blocks, string block)
    {
        var room = MostInBlocks - block.Length;
        var kept = blocks.Reverse().TakeWhile(older => (room -= older.Length) >= 0).Reverse();
        return block.Length > MostInBlocks ? [] : [.. kept, block];
    }
}

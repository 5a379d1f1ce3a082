using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>
/// The messages for an app: numbered without gaps, kept until they have certainly arrived or the policy's room is used up. What was
/// sent is kept for a while too, because a socket can be dead for that long before anybody notices.
/// </summary>
public sealed partial record Mailbox
{
    /// <summary>How long a message that was sent is kept: longer than a dead socket stays unnoticed.</summary>
    public static readonly TimeSpan SentKept = TimeSpan.FromSeconds(60);

    /// <summary>How long, and how many, answers are remembered for whoever posted a message.</summary>
    public static readonly TimeSpan ReceiptKept = TimeSpan.FromSeconds(30);

    /// <summary>The most answers that are remembered.</summary>
    public const int RememberedReceipts = 64;

    /// <summary>How often a message is tried that is refused for what it is: three times, a second and then two apart.</summary>
    public const int MostRefusals = 3;

    /// <summary>How many numbers are remembered that no message comes with.</summary>
    public const int RememberedGivenUp = 64;

    /// <summary>No message so far.</summary>
    public static Mailbox Empty { get; } = new();

    /// <summary>The newest message's number; 0 before the first.</summary>
    public long LastSeq { get; init; }

    /// <summary>Messages up to this number were sent to a connection.</summary>
    public long SentUpTo { get; init; }

    /// <summary>Messages that the app will not get, since its last attach.</summary>
    public int Missed { get; init; }

    /// <summary>What is kept, the oldest first.</summary>
    public ImmutableArray<KeptMessage> Kept { get; init; } = [];

    /// <summary>Numbers that no message comes with any more, the oldest first. They were counted as missed when they were given up.</summary>
    public ImmutableArray<long> GivenUp { get; init; } = [];

    /// <summary>The message that was refused last for what it is; null when none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RefusedMessage? LastRefused { get; init; }

    /// <summary>What those who posted are told, the newest last.</summary>
    public ImmutableArray<MessageReceipt> Receipts { get; init; } = [];

    /// <summary>Whether messages wait to be sent.</summary>
    [JsonIgnore]
    public bool HasUnsent => Unsent.Any();

    /// <summary>What waits to be sent, in order.</summary>
    [JsonIgnore]
    public IEnumerable<KeptMessage> Unsent => Kept.Where(message => message.Seq > SentUpTo);

    /// <summary>The answer to a message that was posted before.</summary>
    public MessageReceipt? ReceiptOf(string messageId) => Receipts.FirstOrDefault(receipt => receipt.Id == messageId);

    /// <summary>The mailbox without what has been kept for long enough.</summary>
    public Mailbox Trimmed(DateTimeOffset now) => this with
    {
        // What is open is kept for as long as it is.
        Kept = Kept.RemoveAll(message => message.Seq <= SettledUpTo && message.At + SentKept <= now),
        Receipts = Receipts.RemoveAll(receipt => receipt.At + ReceiptKept <= now),
    };

    /// <summary>The mailbox with one more answer.</summary>
    public Mailbox Answering(MessageReceipt receipt) => this with
    {
        Receipts = [.. Receipts.Skip(Math.Max(0, Receipts.Length + 1 - RememberedReceipts)), receipt],
    };

    /// <summary>
    /// The mailbox with one more message that waits to be sent; null when there is no room for it. Messages that were sent make room,
    /// the oldest first; those that wait do not.
    /// </summary>
    public Mailbox? With(string body, DateTimeOffset now, Policy policy)
    {
        var kept = Kept;
        var message = new KeptMessage(LastSeq + 1, now, body);
        var room = Math.Min(policy.BufferedBytes, Policy.MostBufferedBytes);
        var bytes = message.Bytes + kept.Sum(other => other.Bytes);
        while (!kept.IsEmpty && kept[0].Seq <= SentUpTo && (kept.Length >= policy.BufferedMessages || bytes > room))
        {
            bytes -= kept[0].Bytes;
            kept = kept.RemoveAt(0);
        }

        return kept.Length < policy.BufferedMessages && bytes <= room ? this with { LastSeq = message.Seq, Kept = kept.Add(message) } : null;
    }

    /// <summary>The mailbox when everything that waits is sent.</summary>
    public Mailbox AllSent() => this with { SentUpTo = LastSeq };

    /// <summary>Whether a message is kept.</summary>
    public bool Keeps(long seq) => Kept.Any(message => message.Seq == seq);

    /// <summary>Whether the app is to get a message with this number.</summary>
    public bool Awaits(long seq) => seq <= LastSeq && !GivenUp.Contains(seq);

    /// <summary>A message and those behind it could not be sent after all. What is not kept does not wait for another try.</summary>
    public Mailbox Unsending(long seq) => this with
    {
        SentUpTo = Math.Min(SentUpTo, seq - 1),
        Receipts = [.. Receipts.Select(receipt => receipt.Outcome == MessageOutcome.Sent && receipt.Seq >= seq && Keeps(receipt.Seq)
            ? receipt with { Outcome = MessageOutcome.Buffered }
            : receipt)],
    };

    /// <summary>A message was refused for what it is.</summary>
    public Mailbox Refused(long seq) => this with { LastRefused = new(seq, 1 + (LastRefused?.Seq == seq ? LastRefused.Times : 0)) };

    /// <summary>The app will not get a message that was taken: it counts as missed, and whoever posted it is told so.</summary>
    public Mailbox GivingUp(long seq, string reason) => this with
    {
        Kept = Kept.RemoveAll(message => message.Seq == seq),
        GivenUp = [.. GivenUp.TakeLast(RememberedGivenUp - 1), seq],
        LastRefused = null,
        Missed = Missed + 1,
        Receipts = [.. Receipts.Select(receipt => receipt.Outcome != MessageOutcome.Refused && receipt.Seq == seq
            ? receipt with { Outcome = MessageOutcome.Refused, Reason = reason }
            : receipt)],
    };

    /// <summary>Equal when every field and every element is.</summary>
    public bool Equals(Mailbox? other) =>
        other is not null
        && (LastSeq, SentUpTo, Missed, LastRefused, LostAt, DoneUpTo, OpenSince) ==
           (other.LastSeq, other.SentUpTo, other.Missed, other.LastRefused, other.LostAt, other.DoneUpTo, other.OpenSince)
        && GivenUp.AsSpan().SequenceEqual(other.GivenUp.AsSpan())
        && Kept.AsSpan().SequenceEqual(other.Kept.AsSpan())
        && Receipts.AsSpan().SequenceEqual(other.Receipts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(LastSeq, SentUpTo, Missed, Kept.Length);
}

/// <summary>One message that is kept.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="At">When it was posted.</param>
/// <param name="Body">Its body, as JSON text.</param>
public sealed record KeptMessage(long Seq, DateTimeOffset At, [property: JsonConverter(typeof(StoredText))] string Body)
{
    /// <summary>The most bytes that its number, its time and all names take when it is stored.</summary>
    public const int Envelope = 80;

    /// <summary>The most bytes that it takes when it is stored, escapes included.</summary>
    [JsonIgnore]
    public int Bytes => Envelope + StoredText.BytesOf(Body);
}

/// <summary>A message that was refused for what it is, and not because of the moment.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Times">How often.</param>
public sealed record RefusedMessage(long Seq, int Times);

/// <summary>What became of a message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageOutcome>))]
public enum MessageOutcome
{
    /// <summary>Malformed: no message has this outcome.</summary>
    None = 0,

    /// <summary>It was sent to the attachment.</summary>
    Sent = 1,

    /// <summary>It is kept until the app is back.</summary>
    Buffered = 2,

    /// <summary>It was not taken.</summary>
    Refused = 3,

    /// <summary>Its handlers have returned, as the app says.</summary>
    Handled = 4,

    /// <summary>A handler of it threw, and it was set aside, as the app says.</summary>
    Failed = 5,
}

/// <summary>The answer to whoever posted a message.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="At">When it was posted.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Seq">Its number; 0 when it was not taken at all.</param>
/// <param name="State">The app session's state after it.</param>
/// <param name="Reason">Why it was not taken.</param>
public sealed record MessageReceipt(
    [property: JsonConverter(typeof(StoredText))] string Id,
    DateTimeOffset At,
    MessageOutcome Outcome,
    long Seq,
    AppState State,
    string? Reason = null);

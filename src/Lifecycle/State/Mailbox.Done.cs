using System.Text.Json.Serialization;

namespace Lifecycle;

/// <content>What was handled, and what waits for whoever attaches next. A message is the app's when its handler has returned, and not when it was sent.</content>
public sealed partial record Mailbox
{
    /// <summary>
    /// Messages up to this number were handled, as the process says that has them; null while it does not say, and then what was sent counts as handled.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? DoneUpTo { get; init; }

    /// <summary>How many processes in a row may be lost at one message before it is set aside: it may be what they die of.</summary>
    public const int MostLostAt = 3;

    /// <summary>The message at which processes were lost, one after the other, and how many; null when the last one was lost at none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RefusedMessage? LostAt { get; init; }

    /// <summary>Since when something is open and nothing more was handled; null while nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? OpenSince { get; init; }

    /// <summary>Whether a message that is kept was sent to a process that tells what it has handled, and was not told to be.</summary>
    [JsonIgnore]
    public bool HasOpen => DoneUpTo is not null && Kept is [{ Seq: var first }, ..] && first <= SentUpTo;

    /// <summary>Whether there is something for a successor: open, or not sent.</summary>
    [JsonIgnore]
    public bool HasUnfinished => DoneUpTo is not null && !Kept.IsEmpty;

    /// <summary>The last message that nobody has to handle any more: handled, or sent to a process that does not tell.</summary>
    [JsonIgnore]
    public long SettledUpTo => DoneUpTo ?? SentUpTo;

    /// <summary>The mailbox when everything that waits is sent; from now on it counts how long something is open.</summary>
    public Mailbox AllSent(DateTimeOffset now)
    {
        var sent = AllSent();
        return sent.HasOpen ? sent with { OpenSince = OpenSince ?? now } : sent;
    }

    /// <summary>The mailbox when messages up to a number are handled. What was never sent cannot be.</summary>
    public Mailbox Done(long seq, DateTimeOffset now)
    {
        var done = Math.Min(seq, SentUpTo);
        if (DoneUpTo is not { } before || done <= before)
        {
            return this;
        }

        var after = this with
        {
            DoneUpTo = done,
            OpenSince = null,
            LostAt = LostAt?.Seq <= done ? null : LostAt,
            Kept = Kept.RemoveAll(message => message.Seq <= done),
            Receipts = [.. Receipts.Select(receipt => IsPending(receipt) && receipt.Seq <= done ? receipt with { Outcome = MessageOutcome.Handled } : receipt)],
        };
        return after.HasOpen ? after with { OpenSince = now } : after;
    }

    /// <summary>The mailbox when a handler of a message threw: whoever posted it is told so.</summary>
    public Mailbox Failing(long seq, string reason) => this with
    {
        Receipts = [.. Receipts.Select(receipt => IsPending(receipt) && receipt.Seq == seq ? receipt with { Outcome = MessageOutcome.Failed, Reason = reason } : receipt)],
    };

    /// <summary>
    /// The mailbox for an app that kept its state: what it has not handled waits to be sent. What is no longer there counts as missed.
    /// </summary>
    /// <param name="lastSeq">The last message that the process was given, as it says; null when it does not.</param>
    /// <param name="isSame">It is the process that had the messages before: what it was given and has not finished is still with it.</param>
    /// <param name="tells">Whether it tells what it has handled.</param>
    public Mailbox ResumedAfter(long? lastSeq, bool isSame = true, bool tells = false)
    {
        // Numbers beyond ours are of a state that was lost here: going on behind them keeps them growing for the app.
        var last = Math.Max(LastSeq, lastSeq ?? 0);
        var from = Math.Max(lastSeq ?? SettledUpTo, DoneUpTo ?? 0);
        var counted = GivenUp.RemoveAll(seq => seq <= from);
        var there = Kept.Count(message => message.Seq > from) + counted.Length;
        var resumed = this with { LastSeq = last, SentUpTo = from, GivenUp = counted, OpenSince = null, Missed = Missed + (int)Math.Min(int.MaxValue / 2, last - from - there) };
        return resumed.Telling(tells ? isSame ? DoneUpTo ?? from : from : null);
    }

    /// <summary>The mailbox for an app that starts clean: what it never got, or never finished, counts as missed.</summary>
    /// <param name="tells">Whether it tells what it has handled.</param>
    public Mailbox Cleared(bool tells = false)
    {
        var lost = DoneUpTo is null ? Unsent.Count() : Kept.Length;
        return (this with { Missed = Missed + lost, Kept = [], GivenUp = [], LastRefused = null, LostAt = null, OpenSince = null }).AllSent().Telling(tells ? LastSeq : null);
    }

    /// <summary>The mailbox when a process was lost, or replaced as deaf, before another one takes its place: what it was at is remembered.</summary>
    public Mailbox LosingProcess() => HasOpen
        ? this with { LostAt = new RefusedMessage(Kept[0].Seq, 1 + (LostAt?.Seq == Kept[0].Seq ? LostAt.Times : 0)) }
        : this with { LostAt = null };

    /// <summary>The mailbox for a process of which it turns out whether it tells what it has handled.</summary>
    public Mailbox ToldBy(bool tells) => Telling(tells ? SettledUpTo : null);

    // What was sent stays kept for a while for those who do not tell.
    Mailbox Telling(long? done) => this with { DoneUpTo = done, Kept = done is null ? Kept : Kept.RemoveAll(message => message.Seq <= done) };

    static bool IsPending(MessageReceipt receipt) => receipt.Outcome is MessageOutcome.Sent or MessageOutcome.Buffered;
}

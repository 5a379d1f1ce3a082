using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Lifecycle;

/// <summary>The one signal that an entity has sent itself so that its outbox is emptied.</summary>
/// <param name="Token">Fences: a signal with another token is not the one that is awaited.</param>
/// <param name="At">When it comes; null for at once.</param>
public sealed record FlushSignal(long Token, DateTimeOffset? At = null);

/// <summary>
/// What an entity has to tell the world, stored with its state so that both commit together. Nothing is sent in the operation
/// that made it, which may yet be undone: a later operation sends it, in order, and takes out what was accepted.
/// </summary>
public sealed record Outbox
{
    /// <summary>How often a record is tried that is refused for what it is: with the waits of <see cref="FlushSchedule"/>, some ten seconds to a minute.</summary>
    public const int MostRefusals = 5;

    /// <summary>The most records that one operation sends.</summary>
    public const int AtOnce = 64;

    /// <summary>Nothing to tell, and nothing told so far.</summary>
    public static Outbox Empty { get; } = new();

    /// <summary>What is not known to be sent, the oldest first.</summary>
    public ImmutableArray<OutboxRecord> Records { get; init; } = [];

    /// <summary>The last record's sequence; 0 before the first.</summary>
    public long LastSequence { get; init; }

    /// <summary>A timer of the entity, or a step of its run, is known to come soon, and its operation sends what is left: no signal is needed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TimerComes { get; init; }

    /// <summary>The signal under way. While there is one, other operations leave the sending to it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FlushSignal? Pending { get; init; }

    /// <summary>The last signal's token.</summary>
    public long LastToken { get; init; }

    /// <summary>How often in a row sending failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Failures { get; init; }

    /// <summary>How often the oldest record was refused for what it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Refusals { get; init; }

    /// <summary>The last wait after a failure, in milliseconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double LastDelayMs { get; init; }

    /// <summary>
    /// The outbox with more to tell. The first sequence is the time in milliseconds, so that a later life of the same key does not
    /// tell the same numbers again; then they grow by one.
    /// </summary>
    /// <param name="key">Whose outbox it is; an app's has no session.</param>
    /// <param name="now">When it came to be, UTC.</param>
    /// <param name="drafts">What to tell, in order.</param>
    public Outbox With(AppSessionId key, DateTimeOffset now, IEnumerable<EventDraft> drafts)
    {
        var records = Records.ToBuilder();
        var last = LastSequence;
        foreach (var draft in drafts)
        {
            last = last == 0 ? Math.Max(1, now.ToUnixTimeMilliseconds()) : last + 1;
            var id = $"{StableHash.Name("ev_", key, $"{last}|{now.UtcTicks}")}-{last}";
            records.Add(new OutboxRecord(draft.Destination, last, id, now, CloudEvent.Write(draft, id, last, now)));
        }

        return last == LastSequence ? this : this with { Records = records.ToImmutable(), LastSequence = last };
    }

    /// <summary>A signal came. Only the one that is awaited ends the wait.</summary>
    public Outbox Arrived(long token) => Pending?.Token == token ? this with { Pending = null } : this;

    /// <summary>What this operation sends: committed records, unless a signal for them is under way.</summary>
    /// <param name="committed">The last sequence that is known to be committed.</param>
    public ImmutableArray<OutboxRecord> Sendable(long committed) =>
        Pending is null ? [.. Records.TakeWhile(r => r.Sequence <= committed).Take(AtOnce)] : [];

    /// <summary>The oldest records, up to this one, were accepted.</summary>
    public Outbox SentUpTo(long sequence)
    {
        var left = Records.RemoveAll(record => record.Sequence <= sequence);
        return left.Length == Records.Length ? this : this with
        {
            Records = left,
            TimerComes = TimerComes && Records.Length - left.Length < AtOnce, // more of them may be waiting than one timer can carry
            Failures = 0,
            Refusals = 0,
            LastDelayMs = 0,
        };
    }

    /// <summary>The oldest record was refused for what it is. One that was refused often enough is set aside, and those behind it go on.</summary>
    /// <param name="aside">The record that was set aside; null when it is tried again.</param>
    public Outbox Refused(out OutboxRecord? aside)
    {
        aside = Refusals + 1 >= MostRefusals ? Records[0] : null;
        return aside is null ? this with { Refusals = Refusals + 1 } : SentUpTo(aside.Sequence);
    }

    /// <summary>The oldest record was not accepted, or is not known to be: it is kept, and a signal comes for another look.</summary>
    public Outbox Unsent(AppSessionId key, DateTimeOffset now, DurableBackend backend)
    {
        var delay = FlushSchedule.NextMs(key, LastSequence, Failures, LastDelayMs);
        var at = TimerAlignment.SignalAt(now.AddMilliseconds(delay), now, backend);
        return (this with { Failures = Failures + 1, LastDelayMs = delay }).Awaiting(at);
    }

    /// <summary>
    /// The end of every operation: what is left needs a signal, unless one is under way or a timer is known to come. So nothing is
    /// left lying, and there is at most one signal.
    /// </summary>
    public Outbox Planned() => Records.IsEmpty || Pending is not null || TimerComes ? this : Awaiting(null);

    /// <summary>How long after it should have gone a record counts as forgotten.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The signal that a sweep sends for it, when it should long have been emptied: a signal or a step that was counted on never came. Null when all
    /// is well.
    /// </summary>
    public long? OverdueToken(DateTimeOffset now) => Records is [var oldest, ..] && now - (Pending is null ? oldest.At : Pending.At ?? oldest.At) > Forgotten
        ? Pending?.Token ?? LastToken
        : null;

    Outbox Awaiting(DateTimeOffset? at) => this with { Pending = new FlushSignal(LastToken + 1, at), LastToken = LastToken + 1 };

    /// <summary>Equal when every field and every record is.</summary>
    public bool Equals(Outbox? other) =>
        other is not null
        && (LastSequence, TimerComes, Pending, LastToken, Failures, Refusals, LastDelayMs) ==
           (other.LastSequence, other.TimerComes, other.Pending, other.LastToken, other.Failures, other.Refusals, other.LastDelayMs)
        && Records.AsSpan().SequenceEqual(other.Records.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(LastSequence, LastToken, Records.Length);
}
